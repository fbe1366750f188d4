#pragma once

#include <vector>

#include "verify/files.h"
#include "verify/manifests.h"
#include "verify/verdict.h"

// What `verify` says to a person.

namespace busyhour {

/// The verdict on standard output, and how long it took on standard error.
void ShowVerdict(const Verdict& verdict, const Allowance& allowance,
                 const SentJobs& sent, double seconds);

/// What has become of the files of data sets.
void ShowFiles(const std::vector<FilesVerdict>& verdicts);

}  // namespace busyhour
