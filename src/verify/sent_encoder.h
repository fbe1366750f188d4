#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "encode/encoder.h"
#include "encode/members.h"
#include "logs/worlds.h"
#include "read/record_reader.h"
#include "verify/sent_records.h"

namespace busyhour {

/// A record with the times that were sent: skewed ones, if expected.
Record AsSent(const SentCall& call, std::size_t record);

/// Encodes sent records again, in any shape and frame. For one thread.
class SentEncoder {
 public:
  explicit SentEncoder(const Worlds& worlds);

  /// The encoder of objects as in lines of JSON.
  const Encoder& object(Shape shape) const noexcept {
    return *objects_[static_cast<std::size_t>(shape)];
  }
  /// The encoder of objects as on the portal's page, on several lines.
  const Encoder& page() const noexcept { return page_; }
  /// The encoder of rows in this form; null for objects, and for shapes that
  /// have no such rows.
  const Encoder* row(Received::Form form, Shape shape) const noexcept;

  /// The record as `encoder` writes it, without the text that the frame adds
  /// around it, followed by `kTextPadding` readable bytes. Valid until the next
  /// call.
  std::string_view Encode(SentCall& call, std::size_t record,
                          const Encoder& encoder);
  /// The value of each column as in an encoded object, without quotes. Valid
  /// until the next call of `Values()` or `Encode()`.
  std::span<const std::string_view> Values(SentCall& call, std::size_t record,
                                           Shape shape);

 private:
  const Worlds& worlds_;
  std::array<std::unique_ptr<Encoder>, kShapeCount> objects_;
  Encoder page_;
  // Only of the shapes that these frames can contain.
  std::array<std::unique_ptr<Encoder>, kShapeCount> csv_;
  std::array<std::unique_ptr<Encoder>, kShapeCount> query_;
  std::vector<char> text_;
  std::vector<Member> members_;
  std::vector<std::string_view> values_;
};

}  // namespace busyhour
