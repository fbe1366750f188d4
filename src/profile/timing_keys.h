#pragma once

#include "profile/keys.h"
#include "profile/profile.h"

namespace busyhour {

/// The keys of the section `timing`.
void VisitTiming(Timing& timing, KeyVisitor& keys);

}  // namespace busyhour
