#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/repeat_hint.h"

namespace busyhour::internal {

/// A step of a compressed text: some bytes as they are, and then bytes that
/// repeat earlier ones.
struct Match {
  std::uint32_t literals = 0;  ///< at most `Matcher::kMostBytes`
  /// From `Matcher::kLeastBytes` to `kMostBytes`; or 0 for no match.
  std::uint32_t bytes = 0;
  std::uint32_t distance = 0;  ///< to the repeated bytes, from 1 on
};

/// Finds where a text repeats itself, from hints of its writer. Not
/// thread-safe.
///
/// It does not search: it compares each passage that has a hint with the last
/// one of the same key, and with the text at the distance of the previous
/// match. The formats of compression write the matches in their own ways.
class Matcher {
 public:
  /// Matches reach back at most `reach` bytes.
  explicit Matcher(std::uint32_t reach) : reach_(reach), last_(kKeys) {}

  /// The steps of `text`, the last one without a match. `hints` must be in the
  /// order of their places. Valid until the next call.
  std::span<const Match> Find(std::string_view text,
                              std::span<const RepeatHint> hints);

  static constexpr std::size_t kLeastBytes = RepeatHints::kLeastBytes;
  static constexpr std::size_t kMostBytes = 1 << 16;

 private:
  // Of the key; different keys may have the same place.
  static constexpr std::size_t kKeys = 1 << 14;

  const std::uint32_t reach_;
  std::vector<std::uint32_t> last_;  // place of the last passage
  std::vector<Match> matches_;
};

}  // namespace busyhour::internal
