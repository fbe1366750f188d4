#include "measure/record_text.h"

#include <array>
#include <cstdio>

#include "encode/time_text.h"

namespace busyhour {
namespace {

// By `ParticipantKind`, as in an id: the application's is all prefix, a
// telephone's ends in its number, all others' in a GUID.
constexpr std::uint8_t kApplication = 0;
constexpr std::uint8_t kTelephone = 1;

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

std::string AddressText(std::uint32_t address) {
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%u.%u.%u.%u", address >> 24,
                address >> 16 & 255, address >> 8 & 255, address & 255);
  return text.data();
}

}  // namespace

RecordText::RecordText(const Directory& directory, Shape shape)
    : directory_(directory),
      vocabulary_(directory.vocabulary()),
      shape_(Info(shape)) {}

void RecordText::Take(const Record& record) {
  record_ = &record;
  ids_ = directory_.IdsOf(record);
  facts_ = directory_.FactsOf(record.call());
}

std::string RecordText::Of(Field field) const {
  const LogType log = record_->log();
  switch (SelectorOf(field, log)) {
    case Selector::kRun:
      return vocabulary_.Text(field, log, 0);
    case Selector::kOperation:
      return vocabulary_.Text(field, log, record_->operation);
    case Selector::kResult:
      return vocabulary_.Text(field, log, record_->result);
    case Selector::kSubOperation:
      return vocabulary_.Text(field, log, record_->sub_operation);
    case Selector::kFlags:
      return std::string(vocabulary_.Text(field, log, record_->flags) == "true"
                             ? shape_.yes
                             : shape_.no);
    case Selector::kClient:
      return vocabulary_.Text(field, log, record_->client);
    case Selector::kNode:
      return record_->node == kNoNode
                 ? std::string()
                 : directory_.ServerCallIdOf(record_->call());
    case Selector::kRecord:
      return OfRecord(field);
  }
  return {};
}

std::string RecordText::OfRecord(Field field) const {
  const Record& record = *record_;
  switch (field) {
    case Field::kTime:
      return Time(record.time_ms);
    case Field::kStartTime:
      return Time(record.begin_ms);
    case Field::kEndTime:
      return Time(record.begin_ms + record.duration_ms);
    case Field::kCorrelationId:
      return FormatGuid(
          directory_.CorrelationOf(record.call(), record.correlation_epoch));
    case Field::kCallConnectionId:
      return record.connected() ? FormatGuid(facts_.connection) : std::string();
    case Field::kCallerIpAddress:
      return AddressText(facts_.caller_ip);
    case Field::kDurationMs:
      return std::to_string(record.duration_ms);
    case Field::kOperationId:
    case Field::kRecordId:
      return IdText(ids_.id);
    case Field::kParticipantId:
      return FormatGuid(ids_.participant);
    case Field::kUserIdA: {
      const std::string prefix =
          vocabulary_.Text(field, record.log(), record.operation);
      if (record.operation == kApplication) return prefix;
      return prefix + (record.operation == kTelephone
                           ? std::to_string(ids_.phone_number)
                           : FormatGuid(ids_.user));
    }
    case Field::kQuantity: {
      const std::uint32_t granularity = vocabulary_.usage_granularity_ms;
      return QuantityText((record.duration_ms + granularity - 1) / granularity *
                          granularity);
    }
    default:
      return {};
  }
}

std::string RecordText::Time(std::uint32_t ms) const {
  std::array<char, TimeText::kMaxBytes + kSlackBytes> text;
  const char* const end =
      TimeText::Of(shape_.time).Put(record_->At(ms), text.data());
  return {text.data(), static_cast<std::size_t>(end - text.data())};
}

}  // namespace busyhour
