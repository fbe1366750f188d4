#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace busyhour::internal {

/// The layout of a record as a row.
enum class RowStyle : std::uint8_t {
  kObject,  ///< `{"a":"x","b":1}`
  kPage,    ///< as in the examples of Azure's page: one member per line
  kArray,   ///< `["x",1]`
  kCsv,     ///< `x,1`
};

/// The format of encoded records, each as a row.
struct RowFormat {
  RowStyle style = RowStyle::kObject;
  /// Text that is encoded with each row, before or after it.
  std::string before = {};
  std::string after = {};
};

/// The row without the text before and after it.
inline std::string_view RowAlone(std::string_view text,
                                 const RowFormat& rows) noexcept {
  text.remove_prefix(rows.before.size());
  text.remove_suffix(rows.after.size());
  return text;
}

/// Whether a portal export quotes a field with this text.
bool NeedsCsvQuotes(std::string_view text) noexcept;
/// Puts the text at `p` in quotes if it needs them, and returns its new end.
/// There must be space for two quotes.
char* QuoteForCsv(char* p, char* end) noexcept;

}  // namespace busyhour::internal
