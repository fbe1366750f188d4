#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace busyhour {

/// How one record is laid out in a row of its own.
enum class RowStyle : std::uint8_t {
  kObject,  ///< `{"a":"x","b":1}`
  kPage,    ///< as in the Azure page's examples: one member a line
  kArray,   ///< `["x",1]`
  kCsv,     ///< `x,1`
};

/// How records are encoded, each as a row.
struct RowFormat {
  RowStyle style = RowStyle::kObject;
  /// Text that is encoded with each row, before and after it.
  std::string before = {};
  std::string after = {};
};

/// The row alone of what was encoded so.
inline std::string_view RowAlone(std::string_view text,
                                 const RowFormat& rows) noexcept {
  text.remove_prefix(rows.before.size());
  text.remove_suffix(rows.after.size());
  return text;
}

/// Whether a portal export puts a field in quotes.
bool NeedsCsvQuotes(std::string_view text) noexcept;
/// Puts the text at `p` in quotes, if it needs them, and returns its new end.
/// Needs room for both.
char* QuoteForCsv(char* p, char* end) noexcept;

}  // namespace busyhour
