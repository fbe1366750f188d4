#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "columns/column_batch.h"
#include "deliver/compressor.h"
#include "encode/compression.h"
#include "parquet/parquet_format.h"
#include "parquet/value_dictionary.h"
#include "parquet/value_range.h"

namespace busyhour::internal {

/// A page of values, for the page index.
struct PageInfo {
  std::uint64_t offset = 0;  ///< of its header, in the row group
  std::uint64_t bytes = 0;   ///< with its header
  std::uint64_t first_row = 0;
  std::uint64_t nulls = 0;
  std::optional<ValueRange> range;
};

/// The values of a column in a row group, for the footer.
struct ChunkInfo {
  Compression compression = Compression::kNone;
  parquet::Encoding encoding = parquet::kPlain;  ///< of the values or indices
  std::uint64_t rows = 0;
  std::uint64_t nulls = 0;
  std::optional<ValueRange> range;
  std::optional<std::uint64_t> dictionary_offset;  ///< in the row group
  /// With headers, before and after compression.
  std::uint64_t plain_bytes = 0;
  std::uint64_t bytes = 0;
  std::vector<PageInfo> pages;
};

/// Writes columns as pages: a dictionary if there is one, then pages of a fixed
/// number of rows, which are the same rows in all columns. A column whose
/// values repeat gets a dictionary; other whole numbers and times are written
/// as differences. A column that compression hardly shortens is not compressed.
/// For one thread.
///
///   page: header | [levels: size 4 | runs] | values
///
/// Source: Apache Parquet, parquet.thrift and Encodings.md.
class ChunkWriter {
 public:
  static constexpr std::size_t kRowsAPage = 16 * 1024;

  /// `compressor` is null for no compression, and must outlive it.
  ChunkWriter(Compression compression, Compressor* compressor)
      : compression_(compression), compressor_(compressor) {}

  /// Appends the pages of a column to `out`, which begins with the row group.
  /// Throws `std::bad_alloc`.
  ChunkInfo Write(const StoredColumn& column, const ColumnValues& values,
                  std::size_t rows, std::string& out);

 private:
  ChunkInfo WriteAs(const StoredColumn& column, const ColumnValues& values,
                    std::size_t rows, std::string& out);
  void Begin(const StoredColumn& column, Compression compression,
             std::size_t rows);
  bool IsWorthCompressing() const noexcept;
  void WriteFirst(const StoredColumn& column, const ColumnValues& values,
                  std::size_t rows, std::string& out);
  void WriteDictionary(const StoredColumn& column, const ByteStrings& values,
                       std::string& out);
  void WritePage(const StoredColumn& column, const ColumnValues& values,
                 std::size_t first, std::size_t rows, std::string& out);
  void AppendValues(const StoredColumn& column, const ColumnValues& values,
                    std::size_t first, std::size_t rows);
  void AppendFixed(Stored stored, const ColumnValues& values, std::size_t first,
                   std::size_t rows, const std::uint8_t* present);
  void AppendTexts(const ByteStrings& texts, std::size_t first,
                   std::size_t rows, const std::uint8_t* present);
  std::uint64_t AppendPage(int type, std::size_t values, int encoding,
                           std::string& out);
  template <class Value>
  std::span<const Value> Present(const Value* values, std::size_t rows,
                                 const std::uint8_t* present);

  Compression compression_;
  Compressor* compressor_;
  ValueDictionary dictionary_;
  ChunkInfo info_;    // of the current chunk
  std::string body_;  // of the current page
  std::string part_;
  std::vector<char> packed_;
  std::vector<unsigned char> present_;
};

}  // namespace busyhour::internal
