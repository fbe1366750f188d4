#pragma once

#include <cstddef>
#include <cstdint>

#include "logs/log.h"
#include "logs/record.h"
#include "logs/vocabulary.h"

namespace busyhour::internal {

/// A decimal number of a record: `units` / 10^`decimals`.
struct Decimal {
  std::uint64_t units = 0;
  int decimals = 0;
};

/// The value of a field whose kind has a fraction.
Decimal DecimalOf(const Field& field, const Record& record,
                  const Vocabulary& words) noexcept;

/// Size of the shortest text of a number, as tables have it.
std::size_t TextBytes(Decimal decimal) noexcept;

/// Size of a time in a table: `2023-05-25T17:43:25.7460000Z`.
inline constexpr std::size_t kTimeTextBytes = 28;

}  // namespace busyhour::internal
