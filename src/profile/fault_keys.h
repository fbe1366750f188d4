#pragma once

#include <cstdint>
#include <vector>

#include "profile/keys.h"
#include "profile/profile.h"

namespace busyhour {

/// The value of the key `faults`.
Value FaultList(std::vector<FaultRule>& faults);

/// How much later a record is delivered, or how far its clock is off, by a rule
/// that does not say.
DistributionSpec UsualFaultTime(FaultKind kind);

/// Adds what is wrong between the keys of rules that have been read.
void CheckFaultWindows(const std::vector<FaultRule>& faults,
                       const JsonNode& root, ProblemList& problems);

}  // namespace busyhour
