#pragma once

#include <cstdint>

#include "profile/profile.h"

namespace busyhour::internal {

/// The key of all draws and ids of a resource in a job with this seed.
/// Resources with different ids have different keys, so they share no id, call
/// or instant. Letter case makes no difference, as in Azure's resource ids.
std::uint64_t ResourceKey(std::uint64_t seed, const Resource& resource);

}  // namespace busyhour::internal
