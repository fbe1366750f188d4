#pragma once

#include <string_view>

#include "cli/candidates.h"

namespace busyhour::internal {

/// What shells offer for an option of several commands; null if nothing.
Offers OffersFor(std::string_view option);

}  // namespace busyhour::internal
