#include "logs/field_values.h"

#include <charconv>
#include <cstddef>

#include "logs/recording_id.h"

namespace busyhour::internal {
namespace {

// Size of a time in a table: `2023-05-25T17:43:25.7460000Z`.
constexpr std::int64_t kTimeBytes = 28;

std::string GuidText(const Guid& guid) {
  return guid == Guid{} ? std::string() : FormatGuid(guid);
}

std::string AddressText(std::uint32_t address) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    text += std::to_string(address >> shift & 0xff);
    if (shift > 0) text += '.';
  }
  return text;
}

// Connected minutes, with six decimals: a millionth of a minute is 0.06 ms.
Number MinutesOf(std::uint32_t ms) {
  return {static_cast<std::int64_t>((std::uint64_t{ms} * 50 + 1) / 3), 6};
}

// The number of bytes that a table needs for a value.
struct BytesOf {
  std::int64_t operator()(std::string_view text) const {
    return static_cast<std::int64_t>(text.size());
  }
  std::int64_t operator()(SimTime) const { return kTimeBytes; }
  std::int64_t operator()(bool yes) const { return yes ? 4 : 5; }
  std::int64_t operator()(std::monostate) const { return 0; }
  std::int64_t operator()(Number number) const {
    std::int64_t scale = 1;
    for (int i = 0; i < number.decimals; ++i) scale *= 10;
    std::int64_t fraction = number.units % scale;
    std::int64_t bytes = 0;
    if (fraction != 0) {
      bytes = number.decimals + 1;
      for (; fraction % 10 == 0; fraction /= 10) --bytes;
    }
    return bytes + static_cast<std::int64_t>(
                       std::to_string(number.units / scale).size());
  }
};

}  // namespace

Number NumberIn(std::string_view text) {
  Number number;
  int exponent = 0;
  const std::size_t e = text.find('E');
  if (e != std::string_view::npos) {
    std::from_chars(text.data() + e + 1, text.data() + text.size(), exponent);
    text = text.substr(0, e);
  }
  bool in_fraction = false;
  for (const char c : text) {
    if (c == '.') {
      in_fraction = true;
      continue;
    }
    number.units = number.units * 10 + (c - '0');
    if (in_fraction) ++number.decimals;
  }
  number.decimals -= exponent;
  return number;
}

FieldValues::FieldValues(const std::vector<const Vocabulary*>& vocabularies) {
  for (const Vocabulary* const vocabulary : vocabularies) {
    resources_.emplace_back().vocabulary = vocabulary;
  }
}

void FieldValues::Fill(Words& words) {
  for (const LogType log : kLogTypes) {
    for (const Field* const field : Fields(log)) {
      auto& texts = words.texts[log].emplace_back();
      if (field->texts != nullptr) texts = field->texts(*words.vocabulary, log);
      auto& after = words.after[log].emplace_back();
      if (field->after != nullptr) after = field->after(*words.vocabulary, log);
    }
  }
}

void FieldValues::Read(const Record& record, const RecordIds& ids,
                       const CallFacts& facts, const Guid& correlation) {
  Words& words = resources_[record.resource()];
  if (words.texts[record.log()].empty()) Fill(words);
  words_ = &words;
  record_ = record;
  ids_ = ids;
  facts_ = facts;
  correlation_ = correlation;
}

std::string_view FieldValues::TextOf(const Column& column) const {
  const Field& field = *column.field;
  if (field.texts == nullptr) return {};
  const std::size_t index =
      field.at == Field::kSameInAll ? 0 : record_.ByteAt(field.at);
  return words_->texts[record_.log()][column.number][index];
}

FieldValue FieldValues::With(const Column& column, std::string_view own) {
  const Field& field = *column.field;
  const std::string_view before = TextOf(column);
  if (before == kMissingText) return std::monostate();
  text_ = before;
  text_ += own;
  if (field.after != nullptr) {
    text_ += words_->after[record_.log()][column.number]
                          [field.after_at == Field::kSameInAll
                               ? 0
                               : record_.ByteAt(field.after_at)];
  }
  return text_;
}

FieldValue FieldValues::Of(const Column& column) {
  const Field& field = *column.field;
  switch (field.kind) {
    case FieldKind::kText:
      if (TextOf(column) == kMissingText) return std::monostate();
      return TextOf(column);
    case FieldKind::kBoolean:
      return TextOf(column) == "true";
    case FieldKind::kNumber:
    case FieldKind::kReal:
      if (TextOf(column) == kMissingText) return std::monostate();
      return NumberIn(TextOf(column));
    case FieldKind::kOptionalTime:
      if (record_.WordAt(field.at) == kNoValue) return std::monostate();
      [[fallthrough]];
    case FieldKind::kTime:
      return record_.At(record_.WordAt(field.at));
    case FieldKind::kShortTime:
      return record_.At(record_.HalfAt(field.at));
    case FieldKind::kArrival:
      return record_.arrival();
    case FieldKind::kMilliseconds:
      return Number{record_.WordAt(field.at)};
    case FieldKind::kCount:
      return Number{record_.HalfAt(field.at)};
    case FieldKind::kSeconds: {
      const std::uint32_t seconds = SecondsIn(record_.WordAt(field.at));
      if (seconds == kNoSeconds) return std::monostate();
      return Number{seconds};
    }
    case FieldKind::kFineSeconds:
      return Number{record_.WordAt(field.at), 3};
    case FieldKind::kMinutes: {
      const std::uint32_t step = words_->vocabulary->usage_granularity_ms;
      return MinutesOf((record_.WordAt(field.at) + step - 1) / step * step);
    }
    case FieldKind::kFineMilliseconds:
      return Number{std::int64_t{record_.WordAt(field.at)} * kTicksPerMs +
                        record_.HalfAt(field.at + kTicksBehindMs),
                    4};
    case FieldKind::kOwnId:
      return With(column, GuidText(ids_.id));
    case FieldKind::kOtherId:
      return With(column, GuidText(ids_.other));
    case FieldKind::kItemId:
      return With(column, GuidText(ids_.item));
    case FieldKind::kRecordingId:
      return With(column, ids_.id == Guid{}
                              ? std::string()
                              : RecordingIdText(ids_.other, ids_.id));
    case FieldKind::kUserId:
      return With(column, ids_.phone_number != 0
                              ? std::to_string(ids_.phone_number)
                              : GuidText(ids_.user));
    case FieldKind::kCorrelationId:
      return With(column, FormatGuid(correlation_));
    case FieldKind::kConnectionId:
      return With(column,
                  record_.connected() ? FormatGuid(facts_.connection) : "");
    case FieldKind::kServerCallId:
      if (record_.ByteAt(field.at) == kNoNode) return With(column, {});
      return With(column, {facts_.server_call_tail.data(),
                           facts_.server_call_tail_bytes});
    case FieldKind::kCallerAddress:
      return With(column, AddressText(facts_.caller_ip));
    case FieldKind::kBilledSize:
      return Number{BilledBytes()};
  }
  return std::string_view();
}

std::int64_t FieldValues::BilledBytes() {
  std::int64_t bytes = 0;
  for (const Column& column : Columns(record_.log(), Shape::kTable)) {
    const Field& field = *column.field;
    if (!field.is_billed) continue;
    if (!IsTable(field.kind)) {
      bytes += std::visit(BytesOf(), Of(column));
    } else if (const std::string_view text = TextOf(column);
               text != kMissingText) {
      bytes += static_cast<std::int64_t>(text.size());
    }
  }
  return bytes;
}

}  // namespace busyhour::internal
