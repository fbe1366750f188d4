#pragma once

#include <string>
#include <vector>

#include "busyhour/error.h"
#include "run/job.h"

// The faults of a job in words: as options give them, as a manifest notes them,
// and what stands against them.

namespace busyhour {

/// Reads rules such as `drop=0.001` or `corrupt=0.1%` and adds them to `rules`;
/// what is wrong with them joins `problems`.
void ReadFaults(const std::vector<std::string>& words,
                std::vector<FaultRule>& rules, std::vector<Problem>& problems);

/// Those that were added to the profile's, as `ReadFaults` takes them.
std::vector<std::string> AddedFaults(const Job& job);

/// A rule for a person: `corrupt 0.1 % of usage, 10m every 1d`.
std::string FaultText(const FaultRule& rule);

/// Adds the fields of a profile's faults that none of their logs has, in any
/// shape. `profile` is the profile's name.
void CheckFaultFields(const std::vector<FaultRule>& rules,
                      const std::string& profile,
                      std::vector<Problem>& problems);

/// Adds what stands against the job's faults: a field that no log has, a frame
/// or compression that cannot hold them. `profile` is the profile's name.
void CheckFaults(const Job& job, const std::string& profile,
                 std::vector<Problem>& problems);

}  // namespace busyhour
