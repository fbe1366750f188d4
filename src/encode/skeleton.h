#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/cache.h"
#include "encode/row.h"
#include "encode/time_text.h"
#include "logs/log.h"
#include "logs/vocabulary.h"

namespace busyhour {

/// What stands right before a text that is ready to be copied. The text begins
/// on a multiple of the copy step, so that no step reads from two cache lines,
/// and has room for whole steps.
///
///   ... | bytes 2 | billed 2 | text ... | room
struct TextSize {
  std::uint16_t bytes = 0;
  /// Of them, those that are values of billed columns, see `Field::is_billed`.
  std::uint16_t billed = 0;
};
static_assert(sizeof(TextSize) == 4);

/// One step of writing a record: a value, if there is one, and then a text that
/// lies ready.
struct Piece {
  /// The value of the record itself that is written first, if any.
  bool has_value = false;
  FieldKind value = FieldKind::kText;
  /// Where in the record that value is.
  std::uint8_t value_at = 0;
  /// Which byte of a `Record` says which of the texts it is.
  std::uint8_t index_at = 0;
  /// Number of the first text among all of the skeleton's.
  std::uint16_t number = 0;
  /// Of the longest text.
  std::uint16_t steps = 0;
  /// Where the first text is.
  std::uint32_t offset = 0;
  /// From one text to the next; 0 where there is one only.
  std::uint32_t stride = 0;
};
static_assert(sizeof(Piece) == 16);

/// How the records of one log are written in one shape and row style: constant
/// text with gaps, made once for a run.
///
/// Neighbouring columns that depend on the same thing become one text, and so
/// does everything constant with what stands before it. So writing a record is
/// a dozen copies with a few values between.
class Skeleton {
 public:
  /// Writes nothing.
  Skeleton() = default;
  Skeleton(const Vocabulary& vocabulary, LogType log, Shape shape,
           const RowFormat& rows);

  std::span<const Piece> pieces() const noexcept { return pieces_; }
  const char* texts() const noexcept { return texts_.data(); }
  /// How many texts there are.
  std::size_t text_count() const noexcept { return text_count_; }
  const TimeText& time_text() const noexcept { return *time_text_; }
  /// The connected time that is billed for one of `ms`.
  std::uint32_t BilledMs(std::uint32_t ms) const noexcept {
    return granularity_ms_ == 1
               ? ms
               : (ms + granularity_ms_ - 1) / granularity_ms_ * granularity_ms_;
  }
  /// Whether values are quoted where a portal export would.
  bool quotes_csv() const noexcept { return quotes_csv_; }
  /// Whether one of the values is how many bytes are billed.
  bool counts_billed() const noexcept { return counts_billed_; }
  /// Whether a record reads more of its call's image than the first line.
  bool reads_whole_image() const noexcept { return reads_whole_image_; }
  /// Of a whole record, with what is scribbled beyond its end.
  std::size_t max_bytes() const noexcept { return max_bytes_; }

 private:
  void AddText(const std::string& text, std::size_t billed, std::size_t stride);

  std::vector<Piece> pieces_;
  std::vector<char, CacheAligned<char>> texts_;
  std::size_t text_count_ = 0;
  const TimeText* time_text_ = nullptr;
  bool quotes_csv_ = false;
  std::uint32_t granularity_ms_ = 1;
  bool counts_billed_ = false;
  bool reads_whole_image_ = false;
  std::size_t max_bytes_ = 0;
};

}  // namespace busyhour
