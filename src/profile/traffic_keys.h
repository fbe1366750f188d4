#pragma once

#include "profile/keys.h"
#include "profile/profile.h"

namespace busyhour {

/// The value of the key `traffic`.
Value TrafficObject(Traffic& traffic);

}  // namespace busyhour
