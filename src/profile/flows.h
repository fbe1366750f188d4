#pragma once

#include <vector>

#include "profile/keys.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// The value of the key `flows`: the steps of the calls.
Value FlowMap(std::vector<Flow>& flows);

}  // namespace busyhour::internal
