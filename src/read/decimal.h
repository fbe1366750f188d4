#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Numbers in the spellings that programs and tools write.

namespace busyhour::internal {

/// An exact decimal number: 0.digits * 10^exponent.
struct Decimal {
  bool is_negative = false;
  std::string digits;  ///< without zeros at either end; empty for 0
  std::int64_t exponent = 0;
  friend bool operator==(const Decimal&, const Decimal&) = default;
};
/// Parses a number in the spelling of JSON or of other programs: `.5`, `042`.
std::optional<Decimal> DecimalOf(std::string_view text);

}  // namespace busyhour::internal
