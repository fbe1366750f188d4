#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "check/check_report.h"
#include "check/threshold.h"
#include "cli/options.h"

namespace busyhour {

/// What a command requires of its result, and where it tells whether that is
/// met.
struct CheckOptions {
  std::vector<Threshold> thresholds;
  std::string junit;  ///< a path; empty if there is none
};

/// `--threshold`, `--thresholds` and `--junit`.
void DeclareChecks(OptionReader& options);

/// Reads them; problems are added to `options`.
CheckOptions ReadChecks(OptionReader& options,
                        std::span<const FigureName> figures);

/// Writes the JUnit file, and GitHub's annotations to standard error if the
/// command runs in a workflow (`GITHUB_ACTIONS`).
Status TellChecks(const CheckOptions& checks, const CheckReport& report);

}  // namespace busyhour
