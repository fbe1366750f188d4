#include "verify/sent_encoder.h"

#include <algorithm>
#include <cstdint>

#include "encode/damage.h"
#include "framing/frame.h"

namespace busyhour::internal {

Record AsSent(const SentCall& call, std::size_t record) {
  const std::int32_t skew_ms =
      call.faults.empty() ? 0 : call.faults[record].skew_ms;
  const Record& made = call.records[record];
  return skew_ms == 0 ? made : Skewed(made, skew_ms);
}

const Encoder& SentEncoder::Of(RowStyle style, Shape shape) {
  std::unique_ptr<Encoder>& encoder =
      encoders_[style][static_cast<std::size_t>(shape)];
  if (!encoder) {
    encoder = std::make_unique<Encoder>(worlds_.vocabularies(), shape,
                                        RowFormat{style}, logs_);
    text_.resize(
        std::max(text_.size(), encoder->max_record_bytes() + kTextPadding));
  }
  return *encoder;
}

const Encoder* SentEncoder::row(Received::Form form, Shape shape) {
  const auto of = [&](Frame frame, RowStyle style) -> const Encoder* {
    const std::span<const Shape> shapes = Info(frame).shapes;
    return std::find(shapes.begin(), shapes.end(), shape) == shapes.end()
               ? nullptr
               : &Of(style, shape);
  };
  switch (form) {
    case Received::Form::kObject:
      return nullptr;
    case Received::Form::kRow:
      return of(Frame::kQuery, RowStyle::kArray);
    case Received::Form::kCells:
      return of(Frame::kCsv, RowStyle::kCsv);
  }
  return nullptr;
}

std::string_view SentEncoder::Encode(SentCall& call, std::size_t record,
                                     const Encoder& encoder) {
  const Record& sent = call.records[record];
  const Cast& cast = worlds_.CastOf(call.key);
  if (call.image.correlation_epoch != sent.correlation_epoch) {
    call.image.SetCorrelation(
        sent.correlation_epoch,
        cast.CorrelationOf(call.key, sent.correlation_epoch));
  }
  RecordIds ids;
  cast.SetIds(sent, ids);
  if (encoder.has_item_ids()) ids.item = cast.ItemIdOf(sent);
  const char* const end =
      encoder.Encode(AsSent(call, record), ids, call.image, text_.data());
  std::string_view text(text_.data(),
                        static_cast<std::size_t>(end - text_.data()));
  // Remove the text that the frame adds.
  while (text.front() == ',' || text.front() == '\n') text.remove_prefix(1);
  if (text.back() == '\n') text.remove_suffix(1);
  return text;
}

std::span<const std::string_view> SentEncoder::Values(SentCall& call,
                                                      std::size_t record,
                                                      Shape shape) {
  const std::string_view text = Encode(call, record, object(shape));
  FindMembers(text, RowStyle::kObject, members_);
  values_.clear();
  for (const Member& member : members_) {
    std::string_view value =
        text.substr(member.value_begin, member.value_end - member.value_begin);
    if (value.starts_with('"')) value = value.substr(1, value.size() - 2);
    values_.push_back(value);
  }
  return values_;
}

}  // namespace busyhour::internal
