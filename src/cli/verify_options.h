#pragma once

#include "cli/options.h"
#include "verify/verify_options.h"

namespace busyhour::internal {

/// The options of `verify` that say how inputs are read and what counts as
/// equal. Refuses those that are wrong or cannot be combined.
VerifyOptions ReadVerifyOptions(OptionReader& options);

}  // namespace busyhour::internal
