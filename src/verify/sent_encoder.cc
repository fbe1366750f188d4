#include "verify/sent_encoder.h"

#include <algorithm>
#include <cstdint>

#include "encode/damage.h"
#include "framing/frame.h"

namespace busyhour {

Record AsSent(const SentCall& call, std::size_t record) {
  const std::int32_t skew_ms =
      call.faults.empty() ? 0 : call.faults[record].skew_ms;
  const Record& made = call.records[record];
  return skew_ms == 0 ? made : Skewed(made, skew_ms);
}

SentEncoder::SentEncoder(const Worlds& worlds)
    : worlds_(worlds),
      page_(worlds.vocabularies(), Shape::kPortal, {RowStyle::kPage},
            LogSet::All()) {
  std::size_t most = page_.max_record_bytes();
  const auto add = [&](auto& encoders, std::span<const Shape> shapes,
                       RowStyle style) {
    for (const Shape shape : shapes) {
      auto& encoder = encoders[static_cast<std::size_t>(shape)];
      encoder = std::make_unique<Encoder>(worlds.vocabularies(), shape,
                                          RowFormat{style}, LogSet::All());
      most = std::max(most, encoder->max_record_bytes());
    }
  };
  add(objects_, kShapes, RowStyle::kObject);
  add(csv_, Info(Frame::kCsv).shapes, RowStyle::kCsv);
  add(query_, Info(Frame::kQuery).shapes, RowStyle::kArray);
  text_.resize(most + kTextPadding);
}

const Encoder* SentEncoder::row(Received::Form form,
                                Shape shape) const noexcept {
  switch (form) {
    case Received::Form::kObject:
      return nullptr;
    case Received::Form::kRow:
      return query_[static_cast<std::size_t>(shape)].get();
    case Received::Form::kCells:
      return csv_[static_cast<std::size_t>(shape)].get();
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

}  // namespace busyhour
