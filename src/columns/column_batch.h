#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "columns/byte_strings.h"
#include "columns/call_dictionaries.h"
#include "columns/log_columns.h"
#include "logs/record.h"

namespace busyhour::internal {

/// The values of one column. The lists may be longer than the rows.
struct ColumnValues {
  /// Values of `WidthOf` bytes, or indices of a byte each. A row without a
  /// value has any bytes.
  std::vector<unsigned char> fixed;
  /// `fixed`, from row `row` on, as values of this type.
  template <class Value>
  const Value* At(std::size_t row) const noexcept {
    return reinterpret_cast<const Value*>(fixed.data()) + row;
  }
  /// Texts that are not of a dictionary.
  ByteStrings texts;
  /// The other indices of a dictionary's values.
  std::vector<std::uint32_t> index;
  /// For a column with `may_be_null`: a byte for each row, 1 if it has a value.
  std::vector<std::uint8_t> present;
  std::size_t nulls = 0;
  /// The dictionary, if the column has one; valid until the next `Begin`.
  const ByteStrings* dictionary = nullptr;
};

/// Turns the records of a log into columns, without text between. Its memory is
/// used again by the next records. For one thread.
class ColumnBatch {
 public:
  /// Rows whose values are found together, so that they stay in the cache.
  static constexpr std::size_t kRowsAtOnce = 256;

  /// `worlds` must outlive it.
  ColumnBatch(const Worlds& worlds, GuidForm guids)
      : worlds_(worlds), calls_(worlds, guids) {}

  /// Forgets the content; at most `most` records of the log of `columns`
  /// follow. Throws `std::bad_alloc`.
  void Begin(const LogColumns& columns, std::size_t most);
  /// Adds records. Faults of their texts have no effect. Throws
  /// `std::bad_alloc`.
  void Append(std::span<const Record> records);
  void Fill(const LogColumns& columns, std::span<const Record> records) {
    Begin(columns, records.size());
    Append(records);
  }

  std::size_t rows() const noexcept { return rows_; }
  /// In the order of the columns.
  std::span<const ColumnValues> values() const noexcept { return values_; }

 private:
  void Reserve(std::size_t rows);
  void SetDictionaries();
  // The following functions fill the next rows.
  void FillRows(std::span<const Record> records);
  void FindIdsAndCalls(std::span<const Record> records);
  void FillColumn(const LogColumns::Each& column,
                  std::span<const Record> records, ColumnValues& values);
  void FillAlphabet(const LogColumns::Each& column,
                    std::span<const Record> records, ColumnValues& values);
  void FillGuids(const LogColumns::Each& column,
                 std::span<const Record> records, Guid RecordIds::*id,
                 ColumnValues& values);
  void FillTexts(const LogColumns::Each& column,
                 std::span<const Record> records, ColumnValues& values);
  void FillOfCalls(const StoredColumn& column, std::span<const Record> records,
                   ColumnValues& values);
  char* PutOwnText(FieldKind kind, const RecordIds& ids, char* p) const;
  void AddBilled(const LogColumns::Each& column,
                 std::span<const Record> records, const ColumnValues& values);

  const Worlds& worlds_;
  const LogColumns* columns_ = nullptr;
  std::size_t rows_ = 0;
  std::vector<ColumnValues> values_;
  CallDictionaries calls_;
  // Of the rows that are filled together.
  std::array<RecordIds, kRowsAtOnce> ids_;
  std::array<std::uint32_t, kRowsAtOnce> call_of_{};
  std::array<std::uint32_t, kRowsAtOnce> billed_{};
};

}  // namespace busyhour::internal
