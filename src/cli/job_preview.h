#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "engine/estimate.h"
#include "job/job.h"
#include "logs/worlds.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// An incident, and its occurrences in a job.
struct IncidentPreview {
  const Incident* incident = nullptr;
  std::size_t occurrences = 0;
  SimTime first;
  std::string objection;  ///< why it has no effect; empty if it can have one
  std::uint32_t resources = 0;      ///< in which it can have one
  std::uint32_t all_resources = 1;  ///< of the job

  std::string Text() const;
};

/// The agents who serve queues, in all resources of a job.
struct AgentsPreview {
  std::uint32_t agents = 0;
  std::uint32_t resources = 0;     ///< that have such agents
  std::uint32_t taking_turns = 0;  ///< resources in which they take turns
  double needed = 0;    ///< agents, mean over time, to serve all callers
  double unserved = 0;  ///< of these, mean number that is not on duty

  std::string Text() const;
  std::string LoadText() const;
  /// Share, 0 to 1, of the callers who wait until they give up, because there
  /// are too few agents for the planned rate; more do so by chance.
  double unserved_share() const;
};

/// What is known of a job before it runs.
struct JobPreview {
  /// The profile and the job must outlive it.
  JobPreview(const Profile& profile, const Job& job, const Worlds& worlds,
             Estimate estimate);

  const Profile& profile;
  const Job& job;
  const Estimate estimate;
  const AgentsPreview agents;
  const std::vector<IncidentPreview> incidents;
  const std::vector<std::string> events;  ///< holidays and bursts
};

}  // namespace busyhour::internal
