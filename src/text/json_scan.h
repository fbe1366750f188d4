#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace busyhour::internal {

class ProblemList;

/// A token of a JSON text.
struct JsonToken {
  enum class Kind : std::uint8_t { kMark, kString, kWord };

  Kind kind = Kind::kMark;
  /// Whether it is a word that is not a JSON value, such as `NaN` or `1e400`.
  bool broken = false;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;

  std::size_t end() const { return std::size_t{offset} + length; }
};

/// A text split into tokens. Neither their order nor the content of strings is
/// checked yet.
struct JsonScan {
  std::vector<JsonToken> tokens;
  /// Where scanning stopped: at the end of the text, or at an error.
  /// `stop_message` is the error if it has not been reported yet.
  std::size_t stop_offset = 0;
  std::string stop_message;
};

/// Splits `text` into tokens. Reports words that are not JSON values.
JsonScan ScanJson(std::string_view text, ProblemList& problems);

}  // namespace busyhour::internal
