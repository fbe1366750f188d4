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
  const bool is_connection = stored.field().kind == FieldKind::kConnectionId;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const bool is_missing =
        (stored.may_be_null && values.present[first + i] == 0) ||
        (is_connection && !records[i].connected());
    if (is_missing) continue;
    billed_[i] += static_cast<std::uint32_t>(
        TextBytes(stored, records[i], first + i, values));
  }
}

std::size_t ColumnBatch::TextBytes(const StoredColumn& stored,
                                   const Record& record, std::size_t row,
                                   const ColumnValues& values) const {
  const Field& field = stored.field();
  if (field.kind == FieldKind::kCallerAddress) {
    return calls_.callers()[values.index[row]].size();
  }
  if (field.kind == FieldKind::kServerCallId) {
    return calls_.server_calls()[values.index[row]].size();
  }
  if (stored.dictionary == Dictionary::kCalls) return kGuidTextBytes;
  switch (stored.stored) {
    case Stored::kTime:
      return kTimeTextBytes;
    case Stored::kUuid:
      return kGuidTextBytes;
    case Stored::kText:
      return values.texts[row].size();
    case Stored::kDouble:
      return busyhour::internal::TextBytes(
          DecimalOf(field, record, worlds_.CastOf(record).vocabulary()));
    default: {
      std::uint64_t number = 0;
      const std::size_t width = WidthOf(stored.stored);
      std::memcpy(&number, values.fixed.data() + row * width, width);
      return busyhour::internal::TextBytes({number, 0});
    }
  }
}

}  // namespace busyhour::internal
