#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>

#include "check/check.h"

namespace busyhour::internal {

/// The checks of one run of a command.
struct CheckReport {
  std::string command;  ///< such as `load`
  std::string subject;  ///< what was checked, such as the receiver
  double seconds = 0;   ///< how long the run took
  std::span<const Check> checks;
};

bool AllPassed(std::span<const Check> checks) noexcept;

/// A row for each check: `  FAILED   failed=0: 12, 12 too much`. The names
/// `passed` and `FAILED` take up `width` characters.
std::string ChecksText(std::span<const Check> checks, std::size_t width);

/// An array with an object for each check: its name, whether it passed, and
/// what was found.
nlohmann::ordered_json ChecksJson(std::span<const Check> checks);

/// JUnit XML as CI servers read it: a suite with a test case for each check.
std::string JUnitXml(const CheckReport& report);

/// GitHub's workflow commands: a line `::error` for each failed check.
std::string GitHubAnnotations(const CheckReport& report);

}  // namespace busyhour::internal
