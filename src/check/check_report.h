#pragma once

#include <span>
#include <string>
#include <string_view>

#include "check/check.h"

namespace busyhour {

/// The checks of one run of a command.
struct CheckReport {
  std::string command;  ///< such as `load`
  std::string subject;  ///< what was checked, such as the receiver
  double seconds = 0;   ///< how long the run took
  std::span<const Check> checks;
};

bool AllPassed(std::span<const Check> checks) noexcept;

/// JUnit XML as CI servers read it: a suite with a test case for each check.
std::string JUnitXml(const CheckReport& report);

/// GitHub's workflow commands: a line `::error` for each failed check.
std::string GitHubAnnotations(const CheckReport& report);

}  // namespace busyhour
