#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "columns/column_batch.h"
#include "columns/stored_column.h"

namespace busyhour::internal {

/// The least and the greatest of some values, in the form in which a column's
/// statistics have them: a number in its bytes, a text or GUID as it is.
struct ValueRange {
  std::string least;
  std::string greatest;
};

/// Whether value `a` comes before `b`, in the order of Parquet's statistics.
bool IsLess(Stored stored, std::string_view a, std::string_view b) noexcept;

/// The range of the values in `rows` rows from `first` on; nothing if all are
/// null.
std::optional<ValueRange> RangeOf(const StoredColumn& column,
                                  const ColumnValues& values, std::size_t first,
                                  std::size_t rows);

/// The range of the values of both.
void Widen(Stored stored, const ValueRange& more,
           std::optional<ValueRange>& range);

}  // namespace busyhour::internal
