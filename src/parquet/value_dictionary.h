#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "columns/column_batch.h"
#include "columns/stored_column.h"

namespace busyhour::internal {

/// Finds the dictionary of a column in which every record has its own value,
/// but many of the values are the same. Its memory is used again by the next
/// column. For one thread.
class ValueDictionary {
 public:
  /// Whether the values of this type may be worth a dictionary. Times and ids
  /// hardly repeat.
  static bool IsFor(const StoredColumn& column) noexcept;

  /// Looks for the distinct values. False, and nothing is known, if they are
  /// more than a quarter of the rows: these columns are larger with a
  /// dictionary. Throws `std::bad_alloc`.
  bool Find(const StoredColumn& column, const ColumnValues& values,
            std::size_t rows);

  /// The column with the dictionary that was found; valid until the next
  /// `Find`.
  const StoredColumn& column() const noexcept { return column_; }
  const ColumnValues& values() const noexcept { return values_; }

 private:
  // The place of a value in the hash table.
  struct Slot {
    std::uint64_t hash = 0;
    std::uint32_t index = kFree;
  };
  static constexpr std::uint32_t kFree = 0xffff'ffff;

  template <class Each>
  bool FindEach(const ColumnValues& values, std::size_t rows, const Each& each);
  // Adds the value if it is new.
  template <class Each>
  std::uint32_t IndexOf(std::string_view value, const Each& each);
  std::size_t PlaceOf(std::uint64_t hash) const noexcept;
  void EnlargeSlots();

  StoredColumn column_;
  ColumnValues values_;
  ByteStrings distinct_;
  std::vector<Slot> slots_;  // at most half full
  unsigned shift_ = 0;       // of a hash that has 64 bits
};

}  // namespace busyhour::internal
