#include "framing/wrapping.h"

#include <cstddef>

namespace busyhour::internal {

// The only control characters in our records are the line breaks of a page-like
// shape.
void AppendEscaped(std::string_view text, std::string& out) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20) {
      continue;
    }
    out.append(text.substr(begin, i - begin));
    begin = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default: {
        constexpr std::string_view kDigits = "0123456789abcdef";
        const auto code = static_cast<unsigned char>(c);
        out += "\\u00";
        out += kDigits[code >> 4];
        out += kDigits[code & 15];
      }
    }
  }
  out.append(text.substr(begin));
}

void AppendNanos(SimTime time, std::string& out) {
  out += std::to_string(time.ms);
  if (time.ms != 0) out += "000000";
}

}  // namespace busyhour::internal
