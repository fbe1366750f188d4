#pragma once

#include <cstddef>

#include "base/status.h"

namespace busyhour::internal {

/// Lets the process open this number of files and some more: raises its limit
/// if necessary. Fails if it may not.
Status AllowOpenFiles(std::size_t files);

}  // namespace busyhour::internal
