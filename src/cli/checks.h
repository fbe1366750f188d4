#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "check/check_report.h"
#include "check/threshold.h"
#include "cli/options.h"

namespace busyhour::internal {

/// What a command requires of its result, and where it tells whether that is
/// met.
struct CheckOptions {
  /// Those that were given, then the command's own.
  std::vector<Threshold> thresholds;
  std::string junit;  ///< a path; empty if there is none
};

/// `--threshold`, on one of `figures`, `--thresholds` and `--junit`. `help` is
/// that of `--threshold`, with examples that the command accepts.
void DeclareChecks(OptionReader& options, std::vector<FigureName> figures,
                   std::string_view help);

/// Reads them; problems are added to `options`. Each of `defaults` is a
/// threshold too, unless one about the same figure was given.
CheckOptions ReadChecks(OptionReader& options,
                        const std::vector<std::string>& defaults = {});

/// Width of the words that say whether a threshold is met, for `ChecksText`.
inline constexpr std::size_t kCheckWidth = 8;

/// Writes the JUnit file, and GitHub's annotations to standard error if the
/// command runs in a workflow (`GITHUB_ACTIONS`).
Status TellChecks(const CheckOptions& checks, const CheckReport& report);

/// Does that, and returns the exit status: `otherwise` if all checks passed.
int EndWithChecks(const CheckOptions& checks, const CheckReport& report,
                  int otherwise);

}  // namespace busyhour::internal
