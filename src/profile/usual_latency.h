#pragma once

#include "base/distribution.h"
#include "catalog/operations.h"

namespace busyhour::internal {

/// The latency of an accepted request of an operation, unless the profile gives
/// one. No distribution has been published, only 82 ms for a `Play` and 130 ms
/// for a `ResumeRecording`: all others are our assumption.
DistributionSpec UsualLatency(Operation operation);

/// The latency of a refused request, by its status. Statuses that are decided
/// before any work are fast; 408 and 504 take as long as the time-out that they
/// report (our assumption).
DistributionSpec UsualStatusLatency(int status);

}  // namespace busyhour::internal
