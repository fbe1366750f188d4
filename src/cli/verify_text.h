#pragma once

#include <vector>

#include "verify/files.h"
#include "verify/manifests.h"
#include "verify/verdict.h"

// The text output of `verify`.

namespace busyhour {

/// The verdict on standard output, and how long it took on standard error.
void ShowVerdict(const Verdict& verdict, const Allowance& allowance,
                 const SentJobs& sent, double seconds);

/// The results for the files of data sets.
void ShowFiles(const std::vector<FilesVerdict>& verdicts);

}  // namespace busyhour
