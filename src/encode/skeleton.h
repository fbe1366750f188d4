#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cache.h"
#include "encode/row.h"
#include "encode/time_text.h"
#include "logs/log.h"
#include "logs/vocabulary.h"

namespace busyhour::internal {

/// Stored directly before each text. The text begins at a multiple of the copy
/// step, so that no step reads from two cache lines, and has space for whole
/// steps.
///
///   ... | bytes 2 | billed 2 | text ... | space
struct TextSize {
  std::uint16_t bytes = 0;
  /// The part of `bytes` in values of billed columns (`Field::is_billed`).
  std::uint16_t billed = 0;
};
static_assert(sizeof(TextSize) == 4);

/// One step in writing a record: an optional value, and then a prepared text.
struct Piece {
  /// The value of the record itself that is written first, if there is one.
  bool has_value = false;
  FieldKind value = FieldKind::kText;
  /// Offset of that value in the record.
  std::uint8_t value_at = 0;
  /// Offset of the byte of a `Record` that selects the text.
  std::uint8_t index_at = 0;
  /// Number of the first text among all texts of the skeleton.
  std::uint16_t number = 0;
  /// Copy steps for the longest text.
  std::uint16_t steps = 0;
  /// Offset of the first text.
  std::uint32_t offset = 0;
  /// Distance from one text to the next; 0 if there is only one.
  std::uint32_t stride = 0;
};
static_assert(sizeof(Piece) == 16);

/// The plan for writing the records of one log in one shape and row style:
/// constant text with gaps, made once per run.
///
/// Adjacent columns that depend on the same byte become one text, and constant
/// text is joined to the text before it. Writing a record therefore takes about
/// a dozen copies with a few values between them.
class Skeleton {
 public:
  /// An empty skeleton, which writes nothing.
  Skeleton() = default;
  Skeleton(const Vocabulary& vocabulary, LogType log, Shape shape,
           const RowFormat& rows);

  std::span<const Piece> pieces() const noexcept { return pieces_; }
  const char* texts() const noexcept { return texts_.data(); }
  /// Number of texts.
  std::size_t text_count() const noexcept { return text_count_; }
  const TimeText& time_text() const noexcept { return *time_text_; }
  /// The billed time for a connected time of `ms`.
  std::uint32_t BilledMs(std::uint32_t ms) const noexcept {
    return granularity_ms_ == 1
               ? ms
               : (ms + granularity_ms_ - 1) / granularity_ms_ * granularity_ms_;
  }
  /// Whether values are quoted as in a portal export.
  bool quotes_csv() const noexcept { return quotes_csv_; }
  /// How a missing value is written that is not a text.
  std::string_view missing_value() const noexcept { return missing_value_; }
  /// Whether the quotes around a time that may be missing belong to its value.
  bool quotes_optional_times() const noexcept { return quotes_optional_times_; }
  /// Whether one of the values is the number of billed bytes.
  bool counts_billed() const noexcept { return counts_billed_; }
  /// Whether a record reads more of its call's image than the first cache line.
  bool reads_whole_image() const noexcept { return reads_whole_image_; }
  /// Whether one of the values is `RecordIds::item`.
  bool has_item_id() const noexcept { return has_item_id_; }
  /// Maximum size of a record, including bytes that are overwritten after its
  /// end.
  std::size_t max_bytes() const noexcept { return max_bytes_; }

 private:
  void AddText(const std::string& text, std::size_t billed, std::size_t stride);

  std::vector<Piece> pieces_;
  std::vector<char, CacheAligned<char>> texts_;
  std::size_t text_count_ = 0;
  const TimeText* time_text_ = nullptr;
  bool quotes_csv_ = false;
  bool quotes_optional_times_ = false;
  std::string_view missing_value_;
  std::uint32_t granularity_ms_ = 1;
  bool counts_billed_ = false;
  bool reads_whole_image_ = false;
  bool has_item_id_ = false;
  std::size_t max_bytes_ = 0;
};

}  // namespace busyhour::internal
