#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "arrow/exported.h"
#include "busyhour/arrow_abi.h"
#include "columns/byte_strings.h"
#include "columns/column_batch.h"
#include "columns/log_columns.h"
#include "logs/record.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// A column of texts beside those of a log. An empty text stands for none.
class ArrowTexts {
 public:
  void Clear() noexcept;
  void Add(std::string_view text);
  Exported<ArrowArray> Array(const std::shared_ptr<const void>& owner) const;

 private:
  ByteStrings texts_;
  std::vector<std::uint8_t> present_;  // bits
  std::size_t nulls_ = 0;
};

/// Records as the columns of an Arrow record batch. Its memory is used again
/// after the exported batch has been released. For one thread.
class ArrowBatch {
 public:
  /// Both must outlive it.
  ArrowBatch(const Worlds& worlds, const LogColumns& columns, GuidForm guids);

  /// Forgets the content; at most `most` records follow.
  void Begin(std::size_t most) { batch_.Begin(columns_, most); }
  void Append(std::span<const Record> records) { batch_.Append(records); }
  /// All records were appended.
  void End();
  std::size_t rows() const noexcept { return batch_.rows(); }
  /// More columns, which have as many rows. Empty before it is changed.
  std::vector<ArrowTexts>& more_texts() noexcept { return more_texts_; }

  /// Exports the columns, without copies, as a struct. `owner` owns this and
  /// everything that it refers to: each exported array keeps it.
  void Export(const std::shared_ptr<const void>& owner, ArrowArray* out) const;

 private:
  // What a column has besides its `ColumnValues`.
  struct More {
    std::vector<std::uint8_t> present;  // bits; empty without nulls
    std::vector<std::uint8_t> values;   // of kBits and kExpanded
  };
  void FillMore(const StoredColumn& column, const ColumnValues& values,
                More& more) const;
  Exported<ArrowArray> ArrayOf(std::size_t column,
                               const std::shared_ptr<const void>& owner) const;

  const LogColumns& columns_;
  ColumnBatch batch_;
  std::vector<More> more_;
  std::vector<ArrowTexts> more_texts_;
};

}  // namespace busyhour::internal
