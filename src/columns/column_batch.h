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

/// The values of one column.
struct ColumnValues {
  /// Values of `WidthOf` bytes, or indices of a byte each. A row without a
  /// value has any bytes.
  std::vector<unsigned char> fixed;
  /// Texts that are not of a dictionary.
  ByteStrings texts;
  /// The other indices of a dictionary's values.
  std::vector<std::uint32_t> index;
  /// For a column with `may_be_null`: a byte for each row, 1 if it has a value.
  std::vector<std::uint8_t> present;
  std::size_t nulls = 0;
  /// The dictionary, if the column has one; valid until the next `Fill`.
  const ByteStrings* dictionary = nullptr;
};

/// Turns the records of a log into columns, without text between. Its memory is
/// used again by the next records. For one thread.
class ColumnBatch {
 public:
  /// `worlds` must outlive it.
  ColumnBatch(const Worlds& worlds, GuidForm guids)
      : worlds_(worlds), calls_(worlds, guids) {}

  /// Replaces the content by these records, which are of the log of `columns`.
  /// Faults of their texts have no effect. Throws `std::bad_alloc`.
  void Fill(const LogColumns& columns, std::span<const Record> records);

  std::size_t rows() const noexcept { return rows_; }
  /// In the order of the columns.
  std::span<const ColumnValues> values() const noexcept { return values_; }

 private:
  // Rows whose values are found together, so that they stay in the cache.
  static constexpr std::size_t kRowsAtOnce = 256;

  void Reserve(std::size_t rows);
  void SetDictionaries();
  void FindIdsAndCalls(std::span<const Record> records);
  void FillColumn(const LogColumns::Each& column,
                  std::span<const Record> records, std::size_t first,
                  ColumnValues& values);
  void FillAlphabet(const LogColumns::Each& column,
                    std::span<const Record> records, std::size_t first,
                    ColumnValues& values);
  void FillGuids(const LogColumns::Each& column,
                 std::span<const Record> records, std::size_t first,
                 Guid RecordIds::*id, ColumnValues& values);
  // Texts of rows that follow those before.
  void FillTexts(const LogColumns::Each& column,
                 std::span<const Record> records, ColumnValues& values);
  void FillOfCalls(const StoredColumn& column, std::span<const Record> records,
                   std::size_t first, ColumnValues& values);
  char* PutOwnText(FieldKind kind, const RecordIds& ids, char* p) const;
  void AddBilled(const LogColumns::Each& column,
                 std::span<const Record> records, std::size_t first,
                 const ColumnValues& values);

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
