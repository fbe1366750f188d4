#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "encode/encoder.h"
#include "encode/members.h"
#include "logs/worlds.h"
#include "read/record_reader.h"
#include "verify/sent_records.h"

namespace busyhour::internal {

/// A record with the times that were sent: skewed ones, if expected.
Record AsSent(const SentCall& call, std::size_t record);

/// Encodes sent records again, in any shape and frame. Each encoder is made
/// when it is first needed. For one thread.
class SentEncoder {
 public:
  /// `worlds` must outlive it. `logs` are those of the sent records.
  SentEncoder(const Worlds& worlds, LogSet logs)
      : worlds_(worlds), logs_(logs) {}

  /// The encoder of objects as in lines of JSON.
  const Encoder& object(Shape shape) { return Of(RowStyle::kObject, shape); }
  /// The encoder of objects as on the portal's page, on several lines.
  const Encoder& page() { return Of(RowStyle::kPage, Shape::kPortal); }
  /// The encoder of rows in this form; null for objects, and for shapes that
  /// have no such rows.
  const Encoder* row(Received::Form form, Shape shape);

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
  const Encoder& Of(RowStyle style, Shape shape);

  const Worlds& worlds_;
  const LogSet logs_;
  std::map<RowStyle, std::array<std::unique_ptr<Encoder>, kShapeCount>>
      encoders_;
  std::vector<char> text_;
  std::vector<Member> members_;
  std::vector<std::string_view> values_;
};

}  // namespace busyhour::internal
