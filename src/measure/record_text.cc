#include "measure/record_text.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "encode/time_text.h"
#include "logs/recording_id.h"

namespace busyhour::internal {
namespace {

std::string IdText(const Guid& guid) {
  return guid == Guid{} ? std::string() : FormatGuid(guid);
}

std::string QuantityText(std::uint32_t ms) {
  constexpr double kMsPerBilledMinute = 60'000;
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), "%.6f", ms / kMsPerBilledMinute);
  std::string trimmed = text.data();
  while (trimmed.back() == '0') trimmed.pop_back();
  if (trimmed.back() == '.') trimmed.pop_back();
  return trimmed;
}

std::string FineText(std::uint32_t ms, std::uint32_t ticks) {
  std::string text =
      std::to_string(ms) + '.' + std::to_string(kTicksPerMs + ticks).substr(1);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string AddressText(std::uint32_t address) {
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%u.%u.%u.%u", address >> 24,
                address >> 16 & 255, address >> 8 & 255, address & 255);
  return text.data();
}

}  // namespace

RecordText::RecordText(const Worlds& worlds, Shape shape)
    : worlds_(worlds), shape_(Info(shape)) {}

void RecordText::Take(const Record& record) {
  record_ = &record;
  cast_ = &worlds_.CastOf(record);
  ids_ = cast_->IdsOf(record);
  facts_ = cast_->FactsOf(record.call());
}

std::optional<std::string> RecordText::Of(const Field& field) const {
  std::string text;
  if (field.texts != nullptr) {
    const auto texts = field.texts(cast_->vocabulary(), record_->log());
    text = texts[field.at == Field::kSameInAll ? 0 : record_->ByteAt(field.at)];
    if (text == kMissingText) return std::nullopt;
  }
  if (field.kind == FieldKind::kBoolean) {
    text = text == "true" ? shape_.yes : shape_.no;
  }
  if (IsTable(field.kind)) return text;
  if (IsMissing(field)) return std::nullopt;
  text += OfRecord(field);
  if (field.after != nullptr) {
    text += field.after(cast_->vocabulary(),
                        record_->log())[field.after_at == Field::kSameInAll
                                            ? 0
                                            : record_->ByteAt(field.after_at)];
  }
  return text;
}

bool RecordText::IsMissing(const Field& field) const {
  return (field.kind == FieldKind::kOptionalTime &&
          record_->WordAt(field.at) == kNoValue) ||
         (field.kind == FieldKind::kSeconds &&
          SecondsIn(record_->WordAt(field.at)) == kNoSeconds);
}

std::string RecordText::OfRecord(const Field& field) const {
  const Record& record = *record_;
  switch (field.kind) {
    case FieldKind::kTime:
    case FieldKind::kOptionalTime:
      return Time(record.At(record.WordAt(field.at)));
    case FieldKind::kShortTime:
      return Time(record.At(record.HalfAt(field.at)));
    case FieldKind::kArrival:
      return Time(record.arrival());
    case FieldKind::kCount:
      return std::to_string(record.HalfAt(field.at));
    case FieldKind::kSeconds:
      return std::to_string(SecondsIn(record.WordAt(field.at)));
    case FieldKind::kFineSeconds:
      return FineText(record.WordAt(field.at) / 1000,
                      record.WordAt(field.at) % 1000 * 10);
    case FieldKind::kRecordingId:
      return ids_.id == Guid{} ? std::string()
                               : RecordingIdText(ids_.other, ids_.id);
    case FieldKind::kCorrelationId:
      return FormatGuid(
          cast_->CorrelationOf(record.call(), record.correlation_epoch));
    case FieldKind::kConnectionId:
      return record.connected() ? FormatGuid(facts_.connection) : std::string();
    case FieldKind::kServerCallId:
      return record.ByteAt(field.at) == kNoNode
                 ? std::string()
                 : std::string(facts_.server_call_tail.data(),
                               facts_.server_call_tail_bytes);
    case FieldKind::kCallerAddress:
      return AddressText(facts_.caller_ip);
    case FieldKind::kMilliseconds:
      return std::to_string(record.WordAt(field.at));
    case FieldKind::kFineMilliseconds:
      return FineText(record.WordAt(field.at),
                      record.HalfAt(field.at + kTicksBehindMs));
    case FieldKind::kOwnId:
      return IdText(ids_.id);
    case FieldKind::kOtherId:
      return IdText(ids_.other);
    case FieldKind::kItemId:
      return IdText(ids_.item);
    case FieldKind::kUserId:
      return ids_.phone_number != 0 ? std::to_string(ids_.phone_number)
                                    : IdText(ids_.user);
    case FieldKind::kMinutes: {
      const std::uint32_t granularity =
          cast_->vocabulary().usage_granularity_ms;
      return QuantityText((record.WordAt(field.at) + granularity - 1) /
                          granularity * granularity);
    }
    case FieldKind::kText:
    case FieldKind::kBoolean:
    case FieldKind::kNumber:
    case FieldKind::kReal:
    case FieldKind::kBilledSize:
      return {};
  }
  return {};
}

std::string RecordText::Time(SimTime time) const {
  std::array<char, TimeText::kMaxBytes + kSlackBytes> text;
  const char* const end = TimeText::Of(shape_.time).Put(time, text.data());
  return {text.data(), static_cast<std::size_t>(end - text.data())};
}

}  // namespace busyhour::internal
