#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "busyhour/error.h"
#include "job/job.h"

// The delivery faults of a job: as options and manifests state them, and what
// does not go with them.

namespace busyhour {

/// Reads a rule such as `drop=0.001` or `corrupt=0.1%` and adds it to `rules`.
void ReadFaultRule(std::string_view text, std::vector<FaultRule>& rules,
                   const std::function<void(std::string message)>& refuse);

/// Those that were added to the profile's, as `ReadFaultRule` takes them.
std::vector<std::string> AddedFaults(const Job& job);

/// A rule for a person: `corrupt 0.1 % of usage, 10m every 1d`.
std::string FaultText(const FaultRule& rule);

/// Adds the fields of a profile's faults that none of their logs has, in any
/// shape. `profile` is the profile's name.
void CheckFaultFields(const std::vector<FaultRule>& rules,
                      const std::string& profile,
                      std::vector<Problem>& problems);

/// Adds the job's faults that cannot be: too many, of a field that no log has,
/// or in a frame or compression that cannot hold them. `profile` is the
/// profile's name.
void CheckFaults(const Job& job, const std::string& profile,
                 std::vector<Problem>& problems);

}  // namespace busyhour
