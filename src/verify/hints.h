#pragma once

#include <vector>

#include "verify/manifests.h"
#include "verify/verdict.h"

namespace busyhour::internal {

/// How inputs were read, where they leave that open.
std::vector<VerifyHint> ReadingHints(const Verdict& verdict);
/// What the counts of a verdict suggest about the cause, and what to do.
/// `expects_faults`: whether the job's faults define what was sent.
std::vector<VerifyHint> HintsOf(const Verdict& verdict, const SentJobs& sent,
                                bool expects_faults);

}  // namespace busyhour::internal
