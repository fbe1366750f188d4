// The number of billed bytes of a batch's records.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/guid.h"
#include "columns/column_batch.h"
#include "columns/decimal.h"

namespace busyhour::internal {

// Adds the sizes of the texts that a table would have to the billed ones. Those
// of alphabets are added with their values.
void ColumnBatch::AddBilled(const LogColumns::Each& column,
                            std::span<const Record> records, std::size_t first,
                            const ColumnValues& values) {
  const StoredColumn& stored = column.stored;
  const Field& field = stored.field();
  // Adds `size_of(i)` for the rows that have a value.
  const auto add_each = [&](const auto& size_of) {
    const auto add = [&](const auto& has_value) {
      for (std::size_t i = 0; i < records.size(); ++i) {
        if (!has_value(i)) continue;
        billed_[i] += static_cast<std::uint32_t>(size_of(i));
      }
    };
    if (field.kind == FieldKind::kConnectionId) {
      add([&](std::size_t i) { return records[i].connected(); });
    } else if (stored.may_be_null) {
      add([&](std::size_t i) { return values.present[first + i] != 0; });
    } else {
      add([](std::size_t) { return true; });
    }
  };
  const auto add_text_of = [&](const ByteStrings& texts) {
    add_each(
        [&](std::size_t i) { return texts[values.index[first + i]].size(); });
  };
  if (field.kind == FieldKind::kCallerAddress) {
    return add_text_of(calls_.callers());
  }
  if (field.kind == FieldKind::kServerCallId) {
    return add_text_of(calls_.server_calls());
  }
  if (stored.dictionary == Dictionary::kCalls) {
    return add_each([](std::size_t) { return kGuidTextBytes; });
  }
  switch (stored.stored) {
    case Stored::kTime:
      return add_each([](std::size_t) { return kTimeTextBytes; });
    case Stored::kUuid:
      return add_each([](std::size_t) { return kGuidTextBytes; });
    case Stored::kText:
      return add_each(
          [&](std::size_t i) { return values.texts[first + i].size(); });
    case Stored::kDouble:
      return add_each([&](std::size_t i) {
        return TextBytes(DecimalOf(field, records[i],
                                   worlds_.CastOf(records[i]).vocabulary()));
      });
    default:
      return add_each([&](std::size_t i) {
        std::uint64_t number = 0;
        const std::size_t width = WidthOf(stored.stored);
        std::memcpy(&number, values.fixed.data() + (first + i) * width, width);
        return TextBytes({number, 0});
      });
  }
}

}  // namespace busyhour::internal
