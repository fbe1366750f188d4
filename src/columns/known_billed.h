#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "columns/alphabet.h"
#include "logs/record.h"

namespace busyhour::internal {

/// The part of a record's billed bytes that is known before the run: the sizes
/// of columns whose values all have one size, and of texts that one byte of the
/// record selects.
class KnownBilled {
 public:
  explicit KnownBilled(std::size_t resources) : same_(resources) {}

  /// Adds a column whose values have this size.
  void AddSame(std::size_t bytes);
  /// Adds a column whose field has this `Field::at`.
  void Add(std::uint8_t at, const Alphabet& alphabet);

  /// Sets the sums for the records.
  void Sum(std::span<const Record> records, std::uint32_t* sums) const noexcept;

 private:
  // The sizes of the texts that a byte of the record selects, of all columns
  // together.
  struct OfByte {
    std::uint8_t at = 0;
    std::vector<std::array<std::uint32_t, 256>> bytes;  // by resource
  };

  template <std::size_t... kEach>
  static void AddOf(std::index_sequence<kEach...>, std::span<const OfByte> all,
                    std::span<const Record> records,
                    std::uint32_t* sums) noexcept;

  std::vector<std::uint32_t> same_;  // by resource
  std::vector<OfByte> of_bytes_;
};

}  // namespace busyhour::internal
