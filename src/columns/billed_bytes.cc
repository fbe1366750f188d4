// The number of billed bytes of a batch's records.

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/guid.h"
#include "columns/column_batch.h"
#include "columns/fixed_point.h"

namespace busyhour::internal {

// Adds the sizes of the texts that a table would have in a column whose sizes
// are not known before the run.
void ColumnBatch::AddBilled(const LogColumns::Each& column,
                            std::span<const Record> records,
                            const ColumnValues& values) {
  const StoredColumn& stored = column.stored;
  const std::size_t rows = records.size();
  const std::uint8_t* const present =
      stored.may_be_null ? values.present.data() + rows_ : nullptr;
  // Adds `size_of(i)` for the rows that have a value.
  const auto add_each = [&](const auto& size_of) {
    for (std::size_t i = 0; i < rows; ++i) {
      if (present != nullptr && present[i] == 0) continue;
      billed_[i] += static_cast<std::uint32_t>(size_of(i));
    }
  };
  const auto add_same = [&](std::uint32_t bytes) {
    for (std::size_t i = 0; i < rows; ++i) billed_[i] += bytes * present[i];
  };
  const auto add_numbers = [&](const auto* numbers) {
    add_each([numbers](std::size_t i) {
      return TextBytes(static_cast<std::uint64_t>(numbers[i]));
    });
  };
  if (stored.dictionary == Dictionary::kCalls &&
      stored.stored == Stored::kText) {
    const std::uint32_t* const indices = values.index.data() + rows_;
    return add_each([&texts = *values.dictionary, indices](std::size_t i) {
      return texts[indices[i]].size();
    });
  }
  switch (stored.stored) {
    case Stored::kTime:
      return add_same(kTimeTextBytes);
    case Stored::kUuid:
      return add_same(kGuidTextBytes);
    case Stored::kText:
      return add_each(
          [&](std::size_t i) { return values.texts[rows_ + i].size(); });
    case Stored::kDouble:
      return add_each([&](std::size_t i) {
        return TextBytes(FixedPointOf(stored.field(), records[i],
                                      worlds_.CastOf(records[i]).vocabulary()));
      });
    case Stored::kInt32:
      return add_numbers(values.At<std::int32_t>(rows_));
    case Stored::kInt64:
      return add_numbers(values.At<std::int64_t>(rows_));
    case Stored::kBoolean:
      break;  // of an alphabet
  }
}

}  // namespace busyhour::internal
