#include "cli/job_preview.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "base/units.h"
#include "conditions/agent_rota.h"
#include "profile/incident_keys.h"

namespace busyhour::internal {
namespace {

// Adds what happens in one resource.
void Preview(const Effect& effect, SimTime start, SimTime end,
             IncidentPreview& preview) {
  std::size_t occurrences = 0;
  std::optional<SimTime> first;
  SimTime next = start;
  while (const auto occurrence = effect.schedule.Next(next, end)) {
    if (occurrences++ == 0) first = occurrence->from;
    if (occurrence->to >= end) break;
    next = occurrence->to;
  }
  std::string objection = effect.objection();
  if (occurrences == 0) {
    objection = "it does not happen during the run";
  } else if (KindsOf(*preview.incident).empty()) {
    objection = "it changes nothing";
  }
  if (first && (preview.occurrences == 0 || *first < preview.first)) {
    preview.first = *first;
  }
  preview.occurrences = std::max(preview.occurrences, occurrences);
  if (objection.empty()) ++preview.resources;
  preview.objection = std::move(objection);
}

std::vector<IncidentPreview> PreviewIncidents(const Worlds& worlds,
                                              SimTime start, SimTime end) {
  std::vector<IncidentPreview> previews;
  for (const Incident& incident : worlds[0].plan.profile().incidents) {
    previews.push_back({&incident, 0, {}, "", 0});
    if (!incident.enabled) previews.back().objection = "it is not enabled";
  }
  for (std::uint32_t i = 0; i < worlds.size(); ++i) {
    for (const Effect& effect : worlds[i].plan.conditions.effects()) {
      Preview(effect, start, end, previews[effect.number]);
    }
  }
  for (IncidentPreview& preview : previews) {
    if (preview.resources > 0) preview.objection.clear();
    preview.all_resources = worlds.size();
  }
  return previews;
}

// Maximum number of holidays and bursts that are shown.
constexpr std::size_t kMostEvents = 20;

// The holidays and bursts within the extent.
std::vector<std::string> EventsOf(const Worlds& worlds, const Job& job,
                                  const Estimate& e) {
  const auto length_ms = static_cast<std::int64_t>(e.seconds * kMsPerSecond);
  std::vector<std::string> events;
  for (std::uint32_t i = 0; i < worlds.size(); ++i) {
    const Plan& plan = worlds[i].plan;
    for (std::string& event : plan.conditions.offered().EventsIn(
             job.start, {job.start.ms + length_ms}, kMostEvents)) {
      if (events.size() == kMostEvents) return events;
      if (worlds.size() > 1) event += " at " + plan.profile().resource.name;
      events.push_back(std::move(event));
    }
  }
  return events;
}

AgentsPreview PreviewAgents(const Worlds& worlds, const Job& job,
                            const Estimate& e) {
  constexpr std::uint64_t kHour = kMsPerHour / kMsPerSecond;
  const auto first = static_cast<std::uint64_t>(job.start.ms / kMsPerSecond);
  const auto end = first + static_cast<std::uint64_t>(e.seconds) + 1;
  const double hours = std::ceil(static_cast<double>(end - first) / kHour);
  AgentsPreview preview;
  for (std::uint32_t i = 0; i < worlds.size(); ++i) {
    const Plan& plan = worlds[i].plan;
    if (plan.agents == nullptr) continue;
    const std::uint32_t agents = plan.profile().participants.agents;
    ++preview.resources;
    if (plan.agent_rota != nullptr) {
      ++preview.taking_turns;
      preview.agents += std::min(agents, AgentRota::kMostAgents);
    } else {
      preview.agents += agents;
    }
    for (std::uint64_t slot = first; slot < end; slot += kHour) {
      const OfferedRate& offered = plan.conditions.offered();
      const double needed = plan.agents->PlannedNeedAt(slot, offered);
      const double on_duty = plan.agents->OnDutyAt(offered.LocalSecond(slot));
      preview.needed += needed / hours;
      preview.unserved += std::max(needed - on_duty, 0.0) / hours;
    }
  }
  return preview;
}

}  // namespace

std::string IncidentPreview::Text() const {
  std::string text = WhenText(incident->when);
  for (const std::string_view kind : KindsOf(*incident)) {
    text.append(", ").append(kind);
  }
  if (!objection.empty()) return text + "; no effect: " + objection;
  text += fmt::format(
      "; {} in this run, from {}",
      occurrences == 1 ? "once" : fmt::format("{} times", occurrences),
      FormatTime(first));
  if (all_resources == 1) return text;
  return text +
         fmt::format(", in {} of {} resources", resources, all_resources);
}

std::string AgentsPreview::Text() const {
  const std::string count = FormatCount(agents);
  if (taking_turns == 0) {
    return count + ", too few to take turns: who answers is drawn";
  }
  if (taking_turns == resources) return count + ", who take turns";
  return fmt::format("{}, who take turns in {} of {} resources", count,
                     taking_turns, resources);
}

double AgentsPreview::unserved_share() const {
  return needed > 0 ? unserved / needed : 0.0;
}

std::string AgentsPreview::LoadText() const {
  std::string text = fmt::format("{:.4g} needed on average", needed);
  if (unserved > 0) {
    text += fmt::format(
        "; \"agents.on_duty\" is too few for {:.2g} % of the callers",
        100 * unserved_share());
  }
  return text;
}

JobPreview::JobPreview(const Profile& described, const Job& previewed,
                       const Worlds& worlds, Estimate estimated)
    : profile(described),
      job(previewed),
      estimate(std::move(estimated)),
      agents(PreviewAgents(worlds, job, estimate)),
      incidents(PreviewIncidents(
          worlds, job.start,
          {job.start.ms + static_cast<std::int64_t>(estimate.seconds * 1000)})),
      events(EventsOf(worlds, job, estimate)) {}

}  // namespace busyhour::internal
