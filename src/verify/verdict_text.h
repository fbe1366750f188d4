#pragma once

#include <string>

#include "verify/manifests.h"
#include "verify/verdict.h"
#include "verify/verify_options.h"

namespace busyhour::internal {

/// The verdict for people: the counts by log, the hints, and examples of what
/// is wrong. Received bytes are in it as they are, see base/printable.h.
std::string VerdictText(const Verdict& verdict, const Allowance& allowance,
                        const SentJobs& sent, const VerifyOptions& options);

}  // namespace busyhour::internal
