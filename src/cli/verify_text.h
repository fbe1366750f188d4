#pragma once

#include <vector>

#include "verify/files.h"
#include "verify/manifests.h"
#include "verify/verdict.h"
#include "verify/verify_options.h"

// The text output of `verify`.

namespace busyhour::internal {

/// Shows the verdict on standard output, and the time taken on standard error.
void ShowVerdict(const Verdict& verdict, const Allowance& allowance,
                 const SentJobs& sent, const VerifyOptions& options,
                 double seconds);

/// Shows the results for the files of data sets.
void ShowFiles(const std::vector<FilesVerdict>& verdicts);

}  // namespace busyhour::internal
