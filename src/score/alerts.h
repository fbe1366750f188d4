#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "busyhour/error.h"
#include "score/occurrences.h"

namespace busyhour::internal {

/// An alert of the user's pipeline.
struct Alert {
  /// Values of `cause`, besides the indices of `Occurrences::incidents`.
  static constexpr std::uint32_t kNoCause = ~std::uint32_t{0};
  static constexpr std::uint32_t kUnknownCause = kNoCause - 1;
  /// Values of `resource`, besides the indices of `Occurrences::resources`.
  static constexpr std::uint32_t kEveryResource = ~std::uint32_t{0};
  static constexpr std::uint32_t kUnknownResource = kEveryResource - 1;

  SimTime at;     ///< when it began
  SimTime until;  ///< when it ended; `at` if the alert has no duration
  std::uint32_t cause = kNoCause;           ///< the incident that it names
  std::uint32_t resource = kEveryResource;  ///< the resource that it is about

  friend auto operator<=>(const Alert&, const Alert&) = default;
};

/// Reads alerts, at most 10,000,000, as CSV with a header or as JSON Lines,
/// from a file or from standard input (`-`). All problems are added to
/// `problems`.
std::vector<Alert> ReadAlerts(const std::string& path,
                              const Occurrences& occurrences,
                              std::vector<Problem>& problems);

}  // namespace busyhour::internal
