#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace busyhour {

class ProblemList;

/// A piece of JSON text.
struct JsonToken {
  enum class Kind : std::uint8_t { kMark, kString, kWord };

  Kind kind = Kind::kMark;
  /// A word that is no JSON value, such as `NaN` or `1e400`.
  bool broken = false;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;

  std::size_t end() const { return std::size_t{offset} + length; }
};

/// A text cut into tokens, without deciding yet whether they are in order, and
/// what its strings hold.
struct JsonScan {
  std::vector<JsonToken> tokens;
  /// Where scanning stopped: at the end of the text, or for the reason given,
  /// if it has not been reported yet.
  std::size_t stop_offset = 0;
  std::string stop_message;
};

/// Reports words that are no JSON values.
JsonScan ScanJson(std::string_view text, ProblemList& problems);

}  // namespace busyhour
