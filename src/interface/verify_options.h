#pragma once

#include <vector>

#include "busyhour/error.h"
#include "busyhour/verify.h"
#include "verify/verification.h"

namespace busyhour {

/// The options as the engine has them, without those that depend on the job.
/// Adds what is wrong with them.
internal::VerificationOptions ReadVerifyOptions(const VerifyOptions& options,
                                                std::vector<Problem>& problems);

}  // namespace busyhour
