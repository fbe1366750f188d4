#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "busyhour/error.h"
#include "job/job.h"

// The delivery faults of a job: how options and manifests express them, and
// their restrictions.

namespace busyhour::internal {

/// Reads a rule such as `drop=0.001` or `corrupt=0.1%` and adds it to `rules`.
void ReadFaultRule(std::string_view text, std::vector<FaultRule>& rules,
                   const std::function<void(std::string message)>& refuse);

/// The rules that were added to those of the profile, in the form that
/// `ReadFaultRule` reads.
std::vector<std::string> AddedFaults(const Job& job);

/// A rule as text: `corrupt 0.1 % of usage, 10m every 1d`.
std::string FaultText(const FaultRule& rule);

/// The rules for what incidents do to the delivery of records. A rule of an
/// incident that is not enabled has no effect, but keeps its place, so that the
/// draws of the others do not change.
std::vector<FaultRule> FaultsOf(const std::vector<Incident>& incidents);

/// Adds a problem for each field in a profile's faults that none of their logs
/// has in any shape. `profile` is the name of the profile.
void CheckFaultFields(const std::vector<FaultRule>& rules,
                      const std::string& profile,
                      std::vector<Problem>& problems);

/// Adds a problem for each invalid fault of the job: too many, a field that no
/// log has, or a frame or compression that does not allow it. `profile` is the
/// name of the profile.
void CheckFaults(const Job& job, const std::string& profile,
                 std::vector<Problem>& problems);

}  // namespace busyhour::internal
