#pragma once

#include <cstdint>
#include <vector>

#include "profile/keys.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// The value of the key `faults`.
Value FaultList(std::vector<FaultRule>& faults);

/// The delay of a record, or the offset of its clock, for a rule without `by`.
DistributionSpec UsualFaultTime(FaultKind kind);

/// Checks keys that depend on each other, after the rules have been read. Adds
/// errors to `problems`.
void CheckFaultWindows(const std::vector<FaultRule>& faults,
                       const JsonNode& root, ProblemList& problems);

}  // namespace busyhour::internal
