#pragma once

#include <string>

namespace busyhour::internal {

/// A requirement that the result of a command meets or not.
struct Check {
  std::string name;  ///< such as `lateness.p99<50ms`
  bool passed = true;
  /// What was found, and by how much and where the requirement is missed.
  std::string found;
};

}  // namespace busyhour::internal
