#pragma once

#include "profile/keys.h"
#include "profile/traffic.h"

namespace busyhour::internal {

/// The value of the key `traffic`.
Value TrafficObject(Traffic& traffic);

/// The planned rate of the busiest hour of the busiest month or holiday, at the
/// peak of all bursts. Call attempts per second; 0 if it is undefined. Does not
/// include growth.
double PeakRate(const Traffic& traffic);

}  // namespace busyhour::internal
