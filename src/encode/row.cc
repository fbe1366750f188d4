#include "encode/row.h"

#include <cstddef>
#include <cstring>

namespace busyhour::internal {

bool NeedsCsvQuotes(std::string_view text) noexcept {
  // Without an early exit, so that the compiler can vectorize the loop.
  bool needs = false;
  for (const char c : text) {
    needs |= c == ' ' || c == ',' || c == '.' || c == '"';
  }
  return needs;
}

char* QuoteForCsv(char* p, char* end) noexcept {
  const auto bytes = static_cast<std::size_t>(end - p);
  if (!NeedsCsvQuotes({p, bytes})) return end;
  std::memmove(p + 1, p, bytes);
  *p = '"';
  end[1] = '"';
  return end + 2;
}

}  // namespace busyhour::internal
