#include "profile/graph.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "profile/step_outcomes.h"

namespace busyhour::internal {
namespace {

std::size_t At(int index) { return static_cast<std::size_t>(index); }

// Calls `visit(target, outcome)` for every possible target of `step`, which may
// be `kEndStep`, and with `kEndStep` for outcomes that end the call.
template <class Visit>
void ForEachTarget(const Step& step, const Visit& visit) {
  for (const Outcome outcome : PossibleOutcomes(step)) {
    const Mix<int>* targets = TargetsOf(step, outcome);
    if (EndsCall(step, outcome) ||
        (targets == nullptr && !NeedsTarget(step, outcome))) {
      if (Info(outcome).group != ResultType::kCanceled) {
        visit(kEndStep, outcome);
      }
      continue;
    }
    if (targets == nullptr) continue;
    const auto visit_all = [&](const Mix<int>& all) {
      for (const auto& [target, weight] : all) {
        if (weight > 0) visit(target, outcome);
      }
    };
    visit_all(*targets);
    if (outcome == Outcome::kCompleted) visit_all(step.agent_free);
  }
}

// Determines which steps are reached before the call is connected, and after.
class Walk {
 public:
  explicit Walk(const Flow& flow)
      : flow_(flow), before_(flow.steps.size()), after_(flow.steps.size()) {
    Reach(flow.start, /*connected=*/false);
    // A caller can leave as soon as there is a call.
    Reach(flow.on_caller_left, /*connected=*/true);
    while (!open_.empty()) {
      const auto [index, connected] = open_.back();
      open_.pop_back();
      const Step& step = flow_.steps[At(index)];
      ForEachTarget(
          step, [&, is_connected = connected](int target, Outcome outcome) {
            Reach(target, is_connected || outcome != Outcome::kRequestFailed);
          });
    }
  }

  bool before(std::size_t index) const { return before_[index]; }
  bool after(std::size_t index) const { return after_[index]; }

 private:
  struct State {
    int index;
    bool connected;
  };

  void Reach(int index, bool connected) {
    if (index == kEndStep) return;
    std::vector<bool>& reached = connected ? after_ : before_;
    if (reached[At(index)]) return;
    reached[At(index)] = true;
    open_.push_back({index, connected});
  }

  const Flow& flow_;
  std::vector<bool> before_;
  std::vector<bool> after_;
  std::vector<State> open_;
};

// For each step, whether a path from it leads to an end.
std::vector<bool> CanEnd(const Flow& flow) {
  std::vector<std::vector<int>> sources(flow.steps.size());
  std::vector<bool> can_end(flow.steps.size(), false);
  std::vector<int> open;
  for (std::size_t i = 0; i < flow.steps.size(); ++i) {
    ForEachTarget(flow.steps[i], [&](int target, Outcome) {
      if (target != kEndStep) {
        sources[At(target)].push_back(static_cast<int>(i));
      } else if (!can_end[i]) {
        can_end[i] = true;
        open.push_back(static_cast<int>(i));
      }
    });
  }
  while (!open.empty()) {
    const int index = open.back();
    open.pop_back();
    for (const int source : sources[At(index)]) {
      if (can_end[At(source)]) continue;
      can_end[At(source)] = true;
      open.push_back(source);
    }
  }
  return can_end;
}

// `a, b or c`; for many names, only the first few.
std::string SomeOf(std::vector<std::string_view> names) {
  constexpr std::size_t kSome = 3;
  if (names.size() <= kSome + 1) return EitherOf(names);
  const std::string others =
      std::to_string(names.size() - kSome) + " other outcomes";
  names.resize(kSome);
  names.push_back(others);
  return EitherOf(names);
}

}  // namespace

void CheckTargets(const Step& step, const JsonNode& node,
                  ProblemList& problems) {
  std::vector<std::string_view> nowhere;
  for (const Outcome outcome : PossibleOutcomes(step)) {
    if (NeedsTarget(step, outcome) && TargetsOf(step, outcome) == nullptr) {
      nowhere.push_back(Info(outcome).name);
    }
  }
  if (nowhere.empty()) return;
  problems.Add(node, "after " + SomeOf(nowhere) +
                         " this step leads nowhere; say where in \"on\", or "
                         "for all other outcomes in \"next\"");
}

void CheckGraph(const Flow& flow, const std::vector<const JsonNode*>& nodes,
                ProblemList& problems) {
  const Walk walk(flow);
  const std::vector<bool> can_end = CanEnd(flow);
  for (std::size_t i = 0; i < flow.steps.size() && !problems.full(); ++i) {
    const Step& step = flow.steps[i];
    const std::string kind = StepKindText(step);
    if (!walk.before(i) && !walk.after(i)) {
      problems.AddAtKey(*nodes[i], "no call can reach this step");
      continue;
    }
    if (!can_end[i]) {
      problems.AddAtKey(*nodes[i],
                        "a call that gets here can never end: no way leads "
                        "from this step to an end");
    }
    if (StartsACall(step) && walk.after(i)) {
      problems.AddAtKey(*nodes[i], kind +
                                       " begins a call, but here the call is "
                                       "connected already");
    }
    if (!StartsACall(step) && walk.before(i)) {
      problems.AddAtKey(
          *nodes[i],
          "this step (" + kind +
              ") needs a call, but can be reached when the request that begins "
              "the call has failed; lead its \"request_failed\" elsewhere");
    }
  }
}

}  // namespace busyhour::internal
