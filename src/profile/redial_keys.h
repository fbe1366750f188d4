#pragma once

#include "profile/keys.h"
#include "profile/redials.h"

namespace busyhour::internal {

/// The keys of `redials`: who calls again, and when.
void VisitRedials(Redials& redials, KeyVisitor& keys);

}  // namespace busyhour::internal
