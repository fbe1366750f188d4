#pragma once

#include "profile/keys.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// The keys of the section `timing`.
void VisitTiming(Timing& timing, KeyVisitor& keys);

}  // namespace busyhour::internal
