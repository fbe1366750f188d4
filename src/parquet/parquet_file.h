#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "columns/stored_column.h"
#include "parquet/column_chunk.h"

namespace busyhour::internal {

/// The first and the last bytes of a file.
inline constexpr std::string_view kParquetMagic = "PAR1";

/// A row group: its pages, and what the footer has of them.
struct RowGroup {
  std::string pages;
  std::vector<ChunkInfo> chunks;  ///< in the order of the columns
  std::uint64_t rows = 0;

  /// Bytes of the pages before compression.
  std::uint64_t plain_bytes() const noexcept;
};

/// The metadata of a Parquet file: what stands after the row groups, so that
/// readers find them and can skip the pages whose values they do not need.
///
///   magic | row group ... | column indexes | offset indexes | footer |
///   size of the footer 4 | magic
class ParquetFile {
 public:
  using Notes = std::vector<std::pair<std::string, std::string>>;

  /// `notes` are the key-value metadata.
  ParquetFile(std::vector<StoredColumn> columns, Notes notes);

  /// A new file begins: the magic is written.
  void Begin();
  /// A row group was written. Takes the descriptions of its chunks.
  void Add(RowGroup& group);
  /// The text that ends the file.
  std::string End() const;

  std::uint64_t rows() const noexcept { return rows_; }

 private:
  struct Place {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
  };
  struct Group {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    std::uint64_t plain_bytes = 0;
    std::uint64_t rows = 0;
    std::vector<ChunkInfo> chunks;
    std::vector<Place> column_indexes;
    std::vector<Place> offset_indexes;
  };

  std::string Footer(std::span<const Group> groups) const;

  std::vector<StoredColumn> columns_;
  Notes notes_;
  std::vector<Group> groups_;
  std::uint64_t offset_ = 0;  // of the next row group
  std::uint64_t rows_ = 0;
};

}  // namespace busyhour::internal
