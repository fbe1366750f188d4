#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

#include "encode/encoder.h"
#include "logs/cast.h"
#include "verify/sent_records.h"

namespace busyhour {

/// Writes records that were sent once more, in any shape, as rows of any style.
/// For one thread.
class Speller {
 public:
  explicit Speller(const Cast& cast);

  /// Objects as they stand in lines of JSON.
  const Encoder& object(Shape shape) const noexcept {
    return *objects_[static_cast<std::size_t>(shape)];
  }
  /// Objects as the portal's page has them, on several lines.
  const Encoder& page() const noexcept { return page_; }
  const Encoder& portal_csv() const noexcept { return portal_csv_; }
  const Encoder& table_csv() const noexcept { return table_csv_; }
  const Encoder& query() const noexcept { return query_; }

  /// The most bytes that a record takes in any of them.
  std::size_t max_record_bytes() const noexcept { return max_record_bytes_; }

  /// The record at `to`, as a row.
  std::string_view Spell(SentCall& call, std::size_t record,
                         const Encoder& encoder, char* to) const;

 private:
  const Cast& cast_;
  std::array<std::unique_ptr<Encoder>, kShapeCount> objects_;
  Encoder page_;
  Encoder portal_csv_;
  Encoder table_csv_;
  Encoder query_;
  std::size_t max_record_bytes_ = 0;
};

}  // namespace busyhour
