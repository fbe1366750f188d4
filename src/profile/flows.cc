#include "profile/flows.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/ascii.h"
#include "profile/graph.h"
#include "profile/redial_keys.h"
#include "profile/step_keys.h"
#include "profile/step_outcomes.h"
#include "profile/targets.h"
#include "profile/values.h"

namespace busyhour::internal {
namespace {

using Kind = JsonNode::Kind;

constexpr std::size_t kMaxFlows = 200;
constexpr std::size_t kMaxFlowSteps = 500;
// Total of all flows: the draws of each step need a table in memory.
constexpr std::size_t kMaxSteps = 2000;
constexpr std::size_t kMaxNameBytes = 48;
constexpr std::int64_t kLongestCallMs = kMsPerDay;

bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNameBytes &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return IsLower(c) || IsDigit(c) || c == '_';
         });
}

void CheckName(const JsonNode& node, ProblemList& problems) {
  if (!IsName(node.key)) {
    problems.AddAtKey(node, Quoted(node.key) +
                                " is not a name of 1 to 48 small letters, "
                                "digits or _");
  } else if (node.key == kEndWord || node.key == "then" ||
             node.key == "retry") {
    problems.AddAtKey(node, Quoted(node.key) +
                                " means something else here; name the step "
                                "otherwise");
  }
}

// Whether `node` is an object of 1 to `most` members.
bool IsMap(const JsonNode& node, std::size_t most, const std::string& what,
           ProblemList& problems) {
  if (node.kind != Kind::kObject) {
    problems.Add(node, NotA(node, "an object of " + what + " by name"));
    return false;
  }
  if (node.children.empty() || node.children.size() > most) {
    problems.Add(node, "there are " + std::to_string(node.children.size()) +
                           ' ' + what + "; there must be 1 to " +
                           std::to_string(most));
    return false;
  }
  return true;
}

constexpr std::string_view kNames =
    R"("propertyNames":{"pattern":"^[a-z0-9_]{1,48}$"},"minProperties":1,)";

Value StepMap(FlowDraft& draft) {
  return {[&draft](const JsonNode& node, ProblemList& problems) {
            if (node.kind != Kind::kObject || draft.step_nodes.empty()) return;
            for (std::size_t i = 0; i < draft.step_nodes.size(); ++i) {
              if (problems.full()) return;
              CheckName(*draft.step_nodes[i], problems);
              Step& step = draft.flow.steps[i];
              step.name = draft.step_nodes[i]->key;
              if (!ReadStep(*draft.step_nodes[i], problems, draft, step)) {
                draft.is_whole = false;
              }
            }
          },
          [&draft] {
            JsonMembers steps;
            for (Step& step : draft.flow.steps) {
              steps.emplace_back(step.name, WriteStep(step, draft));
            }
            return JsonObject(steps);
          },
          [] {
            return ValueInfo{
                "object of steps by name",
                "1 to 500 steps; names of 1 to 48 small letters, digits or _",
                R"("type":"object",)" + std::string(kNames) +
                    R"("additionalProperties":{)" + ObjectSchema(VisitAnyStep) +
                    '}'};
          },
          VisitAnyStep, "/*"};
}

void VisitCaller(Flow& flow, KeyVisitor& keys) {
  keys.Optional("kinds",
                WithDefault(Weights(flow.caller_kinds, ParticipantKindNames(),
                                    "a kind of participant"),
                            "as `participants/callers`"),
                "The kinds of callers of this flow.");
  keys.Optional("patience",
                Spread(flow.patience, 0, kLongestCallMs, "no limit"),
                "Total time that the caller waits in steps with "
                "`tests_patience` before hanging up.");
  keys.Optional(
      "stays",
      Spread(flow.caller_stays, 0, kLongestCallMs, "until the flow ends"),
      "Time from the connection of the call until the caller hangs up, in "
      "whatever step the flow is.");
}

void VisitFlow(Flow& flow, FlowDraft& draft, KeyVisitor& keys) {
  keys.Optional("weight", Weight(flow.weight),
                "Its share of the call attempts, relative to other flows.");
  keys.Group("caller", "The caller: kind and patience.",
             [&flow](KeyVisitor& inner) { VisitCaller(flow, inner); });
  keys.Optional("redials",
                WithDefault(OptionalObject<Redials>(flow.redials, VisitRedials),
                            "as `redials` of the profile"),
                "Who calls again after a call of this flow.");
  keys.Required("start", StepName(flow.start, draft),
                "The first step: a request that begins a call.", "");
  keys.Optional("on_caller_left", StepName(flow.on_caller_left, draft),
                "The next step after the caller has hung up while others are "
                "still in the call.");
  keys.Required("steps", StepMap(draft), "The steps of the flow, by name.", "");
}

void CheckStart(const FlowDraft& draft, const JsonNode& node,
                ProblemList& problems) {
  const JsonNode* start = node.Find("start");
  if (start == nullptr) return;
  if (draft.flow.start == kEndStep) {
    problems.Add(*start, "a flow cannot start with its end");
    return;
  }
  const Step& step =
      draft.flow.steps[static_cast<std::size_t>(draft.flow.start)];
  if (StartsACall(step)) return;
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < kOperationCount; ++i) {
    if (StartsCall(static_cast<Operation>(i))) {
      names.push_back(Operations()[i].name);
    }
  }
  problems.Add(*start, ValueText(*start) + " cannot begin a call; it must be " +
                           EitherOf(names));
}

void ReadFlow(const JsonNode& node, ProblemList& problems, Flow& flow) {
  flow.name = node.key;
  CheckName(node, problems);
  FlowDraft draft{flow};
  const JsonNode* steps = node.Find("steps");
  if (steps != nullptr && IsMap(*steps, kMaxFlowSteps, "steps", problems)) {
    for (const JsonNode& step : steps->children) {
      draft.step_index.emplace(step.key,
                               static_cast<int>(draft.step_nodes.size()));
      draft.step_names.push_back(step.key);
      draft.step_nodes.push_back(&step);
    }
    flow.steps.resize(draft.step_nodes.size());
  } else {
    draft.is_whole = false;
  }
  draft.step_names.push_back(kEndWord);
  const bool has_start = node.Find("start") != nullptr;
  ReadObject(node, problems,
             [&](KeyVisitor& keys) { VisitFlow(flow, draft, keys); });
  if (problems.full()) return;
  if (!draft.is_whole || !has_start) return;
  const std::size_t before = problems.size();
  CheckStart(draft, node, problems);
  if (problems.size() == before) CheckGraph(flow, draft.step_nodes, problems);
}

// False if all flows together have too many steps.
bool HasFewSteps(const JsonNode& flows, ProblemList& problems) {
  std::size_t count = 0;
  for (const JsonNode& flow : flows.children) {
    if (const JsonNode* steps = flow.Find("steps")) {
      count += steps->children.size();
    }
  }
  if (count <= kMaxSteps) return true;
  problems.Add(flows, "there are " + std::to_string(count) +
                          " steps in all flows; there must be at most " +
                          std::to_string(kMaxSteps));
  return false;
}

void CheckWeights(const std::vector<Flow>& flows, const JsonNode& node,
                  ProblemList& problems) {
  double total = 0;
  for (const Flow& flow : flows) total += flow.weight;
  if (!(total > 0)) {
    problems.Add(node,
                 "the weights of all flows sum to zero; at least one must be "
                 "above 0");
  }
}

}  // namespace

Value FlowMap(std::vector<Flow>& flows) {
  const Members members = [](KeyVisitor& keys) {
    Flow flow;
    FlowDraft draft{flow};
    VisitFlow(flow, draft, keys);
  };
  return {[&flows](const JsonNode& node, ProblemList& problems) {
            if (!IsMap(node, kMaxFlows, "flows", problems) ||
                !HasFewSteps(node, problems)) {
              return;
            }
            flows.clear();
            for (const JsonNode& child : node.children) {
              if (problems.full()) return;
              ReadFlow(child, problems, flows.emplace_back());
            }
            CheckWeights(flows, node, problems);
          },
          [&flows] {
            JsonMembers texts;
            for (Flow& flow : flows) {
              FlowDraft draft{flow};
              texts.emplace_back(flow.name, WriteObject([&](KeyVisitor& keys) {
                                   VisitFlow(flow, draft, keys);
                                 }));
            }
            return JsonObject(texts);
          },
          [members] {
            return ValueInfo{
                "object of flows by name",
                "1 to 200 flows; names of 1 to 48 small letters, digits or _",
                R"("type":"object",)" + std::string(kNames) +
                    R"("additionalProperties":{)" + ObjectSchema(members) +
                    '}'};
          },
          members, "/*"};
}

}  // namespace busyhour::internal
