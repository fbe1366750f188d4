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
  /// A word that was no JSON value: in `JsonScan::text` it is a 0.
  bool broken = false;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;

  std::size_t end() const { return std::size_t{offset} + length; }
};

/// A text cut into tokens, without deciding yet whether they are in order.
///
/// Strings, comments and brackets are where a JSON parser would find them, so
/// the n-th thing that parser reports is the n-th token.
struct JsonScan {
  /// What a parser should read: the text up to where scanning stopped, with
  /// words such as `NaN` and `1e400` replaced by equally long zeros.
  std::string text;
  std::vector<JsonToken> tokens;
  /// Where scanning stopped: at the end of the text, or for the reason given,
  /// if it has not been reported yet.
  std::size_t stop_offset = 0;
  std::string stop_message;
};

/// Reports words that are no JSON values.
JsonScan ScanJson(std::string_view text, ProblemList& problems);

}  // namespace busyhour
