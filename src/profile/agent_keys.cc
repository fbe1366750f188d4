#include "profile/agent_keys.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <variant>
#include <vector>

#include "profile/values.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kAgentHours = 24;  // of a day
constexpr std::size_t kAgentDays = 7;    // of a week

bool NeedsAgent(const Step& step) {
  const auto* wait = std::get_if<WaitStep>(&step.action);
  return !step.agent_free.empty() || (wait != nullptr && wait->for_agent);
}

void CheckLevels(const char* key, const std::vector<double>& levels,
                 const JsonNode& section, ProblemList& problems) {
  const JsonNode* node = section.Find(key);
  if (node == nullptr || levels.empty() ||
      std::accumulate(levels.begin(), levels.end(), 0.0) > 0) {
    return;
  }
  problems.Add(*node, "no agent is ever on duty");
}

}  // namespace

void VisitAgents(Agents& agents, KeyVisitor& keys) {
  keys.Optional("on_duty",
                WithDefault(Count(agents.on_duty, 0, 100'000), "no queue"),
                "How many agents are on duty in the hours with the most. "
                "Needed for steps that wait for an agent.");
  keys.Optional("day", Levels(agents.day, kAgentHours, "the same at all hours"),
                "Relative number by hour of the day, from 00:00 local time. At "
                "least one agent is always on duty.");
  keys.Optional("week", Levels(agents.week, kAgentDays, "the same on all days"),
                "Relative number by day of the week, Monday first.");
}

void CheckAgents(const Profile& profile, const JsonNode& root,
                 ProblemList& problems) {
  bool is_needed = false;
  for (const Flow& flow : profile.flows) {
    is_needed = is_needed ||
                std::any_of(flow.steps.begin(), flow.steps.end(), NeedsAgent);
  }
  const JsonNode* node = root.Find("agents");
  if (is_needed && profile.agents.on_duty == 0) {
    problems.Add(node != nullptr ? *node : root,
                 "a step waits for an agent, so \"agents\" must say how many "
                 "are \"on_duty\"");
  } else if (!is_needed && profile.agents.on_duty > 0) {
    problems.AddAtKey(*node,
                      "no step waits for an agent: use \"wait\": \"agent\" or "
                      "\"agent_free\" in a flow");
  }
  if (node == nullptr) return;
  CheckLevels("day", profile.agents.day, *node, problems);
  CheckLevels("week", profile.agents.week, *node, problems);
}

}  // namespace busyhour::internal
