#include "profile/targets.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/nearest.h"
#include "profile/step_outcomes.h"
#include "profile/values.h"

namespace busyhour::internal {
namespace {

using Kind = JsonNode::Kind;

constexpr std::uint32_t kMaxRetries = 50;

// Reads the targets of a step: a name, or weights by name.
class TargetReader {
 public:
  TargetReader(FlowDraft& draft, ProblemList& problems)
      : draft_(draft), problems_(problems) {}

  Mix<int> Read(const JsonNode& node) {
    // The absence of steps is reported separately.
    if (draft_.step_nodes.empty()) return {};
    if (node.kind == Kind::kString) {
      const auto target = Find(node.text);
      if (target) return {{*target, 1.0}};
      problems_.Add(node, Unknown(node.text));
    } else if (node.kind == Kind::kObject) {
      const auto number_of =
          [&](const JsonNode& child) -> std::optional<std::size_t> {
        const auto target = Find(child.key);
        if (target) return static_cast<std::size_t>(*target - kEndStep);
        problems_.AddAtKey(child, Unknown(child.key));
        return std::nullopt;
      };
      if (const auto mix =
              ReadWeights(node, problems_, number_of, Sum::kAboveZero)) {
        Mix<int> targets;
        for (const auto& [number, weight] : *mix) {
          targets.emplace_back(static_cast<int>(number) + kEndStep, weight);
        }
        return targets;
      }
    } else {
      problems_.Add(
          node,
          NotA(node, "the name of a step, nor an object of weights by step"));
    }
    draft_.is_whole = false;
    return {};
  }

  // Reads a target that must be a single step, and returns its index.
  int ReadOne(const JsonNode& node) {
    const Mix<int> targets = Read(node);
    if (targets.size() == 1) return targets.front().first;
    if (!targets.empty()) {
      problems_.Add(node, "a single step is expected here");
      draft_.is_whole = false;
    }
    return kEndStep;
  }

 private:
  std::optional<int> Find(std::string_view name) const {
    if (name == kEndWord) return kEndStep;
    const auto found = draft_.step_index.find(name);
    if (found == draft_.step_index.end()) return std::nullopt;
    return found->second;
  }

  std::string Unknown(std::string_view name) const {
    return UnknownName(name, "a step of this flow", draft_.step_names);
  }

  FlowDraft& draft_;
  ProblemList& problems_;
};

// Reads `on`: the targets of each outcome.
class OnReader {
 public:
  OnReader(Step& step, FlowDraft& draft, ProblemList& problems)
      : step_(step), draft_(draft), problems_(problems) {}

  void Read(const JsonNode& node) {
    if (node.kind != Kind::kObject) {
      problems_.Add(node, NotA(node, "an object of targets by outcome"));
      draft_.is_whole = false;
      return;
    }
    for (const JsonNode& child : node.children) {
      if (problems_.full()) return;
      Transition transition;
      const bool known = Name(child, transition);
      ReadTargets(child, transition);
      if (known) {
        step_.on.push_back(std::move(transition));
      } else {
        draft_.is_whole = false;
      }
    }
  }

 private:
  // Determines the outcome of a transition; false if there are errors.
  bool Name(const JsonNode& child, Transition& transition) {
    const bool is_known = draft_.outcomes_are_known;
    const std::vector<std::string_view> words =
        is_known ? OutcomeWords(step_) : AllOutcomeWords();
    if (std::find(words.begin(), words.end(), child.key) == words.end()) {
      const std::string hint = DidYouMean(child.key, words);
      std::string message = Quoted(child.key) + Why(child.key) + hint;
      if (is_known) {
        message += (hint.empty() ? "; use " : " Use ") + EitherOf(words);
      }
      problems_.AddAtKey(child, std::move(message));
      return false;
    }
    if (!is_known) return false;
    for (const ResultType group :
         {ResultType::kCompleted, ResultType::kFailed}) {
      if (child.key == GroupName(group)) {
        transition.any_of_group = true;
        transition.group = group;
        return true;
      }
    }
    for (const Outcome outcome : PossibleOutcomes(step_)) {
      if (child.key != Info(outcome).name) continue;
      transition.outcome = outcome;
      transition.group = Info(outcome).group;
    }
    return true;
  }

  std::string Why(std::string_view word) const {
    if (!draft_.outcomes_are_known) return " is not an outcome";
    for (const Outcome outcome : PossibleOutcomes(step_)) {
      if (word == Info(outcome).name && EndsCall(step_, outcome)) {
        return " ends the call, so nothing can follow it";
      }
    }
    return " is not an outcome of " + StepKindText(step_);
  }

  void ReadTargets(const JsonNode& node, Transition& transition) {
    TargetReader reader(draft_, problems_);
    if (node.kind != Kind::kObject ||
        (node.Find("then") == nullptr && node.Find("retry") == nullptr)) {
      transition.targets = reader.Read(node);
      return;
    }
    const std::size_t before = problems_.size();
    ReadObject(node, problems_, [&](KeyVisitor& keys) {
      keys.Required("retry", Count(transition.retries, 1, kMaxRetries), "");
      keys.Required("then", NextTarget(transition.targets, draft_), "");
    });
    if (problems_.size() > before) draft_.is_whole = false;
  }

  Step& step_;
  FlowDraft& draft_;
  ProblemList& problems_;
};

std::string_view NameOf(int index, const Flow& flow) {
  const auto at = static_cast<std::size_t>(index);
  return index != kEndStep && at < flow.steps.size() ? flow.steps[at].name
                                                     : kEndWord;
}

// A name if there is only one target, or else weights by name.
std::string TargetsText(const Mix<int>& targets, const Flow& flow) {
  if (targets.empty()) return "";
  if (targets.size() == 1 && targets[0].second == 1.0) {
    return JsonString(NameOf(targets[0].first, flow));
  }
  JsonMembers members;
  for (const auto& [index, weight] : targets) {
    members.emplace_back(NameOf(index, flow), JsonNumber(weight));
  }
  return JsonObject(members);
}

std::string TransitionText(const Transition& transition, const Flow& flow) {
  std::string targets = TargetsText(transition.targets, flow);
  if (transition.retries == 0) return targets;
  return JsonObject({{"retry", std::to_string(transition.retries)},
                     {"then", std::move(targets)}});
}

}  // namespace

Value NextTarget(Mix<int>& targets, FlowDraft& draft) {
  return {[&targets, &draft](const JsonNode& node, ProblemList& problems) {
            targets = TargetReader(draft, problems).Read(node);
          },
          [&targets, &draft] { return TargetsText(targets, draft.flow); },
          [] {
            return ValueInfo{"target", "a step, `end`, or weights of these",
                             R"("$ref":"#/$defs/target")"};
          }};
}

Value StepName(int& index, FlowDraft& draft) {
  return {[&index, &draft](const JsonNode& node, ProblemList& problems) {
            index = TargetReader(draft, problems).ReadOne(node);
          },
          [&index, &draft] { return JsonString(NameOf(index, draft.flow)); },
          [] {
            return ValueInfo{"step", "", R"("type":"string")"};
          }};
}

Value OnOutcome(Step& step, FlowDraft& draft) {
  return {[&step, &draft](const JsonNode& node, ProblemList& problems) {
            OnReader(step, draft, problems).Read(node);
          },
          [&step, &draft]() -> std::string {
            JsonMembers members;
            for (const Transition& transition : step.on) {
              members.emplace_back(transition.any_of_group
                                       ? GroupName(transition.group)
                                       : Info(transition.outcome).name,
                                   TransitionText(transition, draft.flow));
            }
            return members.empty() ? "" : JsonObject(members);
          },
          [] {
            return ValueInfo{"targets by outcome", "see [Outcomes](#outcomes)",
                             R"("type":"object","additionalProperties":)"
                             R"({"$ref":"#/$defs/target_or_retry"})"};
          }};
}

}  // namespace busyhour::internal
