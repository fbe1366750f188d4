#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/guid.h"
#include "base/time.h"
#include "encode/sample.h"
#include "logs/field.h"
#include "nlohmann/json.hpp"

// The same records made the slow and obvious way, to compare the encoder with.

namespace busyhour::sample {

using Json = nlohmann::ordered_json;

inline std::string TimeText(SimTime time, Shape shape) {
  const CivilDate date = CivilFromDays(time.ms / kMsPerDay);
  const auto rest = static_cast<int>(time.ms % kMsPerDay);
  const int hour = rest / 3'600'000;
  const int minute = rest / 60'000 % 60;
  const int second = rest / 1000 % 60;
  char text[96];
  if (shape == Shape::kPortal) {
    std::snprintf(text, sizeof text, "%d/%d/%d, %d:%02d:%02d.%03d %s",
                  date.month, date.day, date.year,
                  hour % 12 == 0 ? 12 : hour % 12, minute, second, rest % 1000,
                  hour < 12 ? "AM" : "PM");
  } else {
    std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03d0000Z",
                  date.year, date.month, date.day, hour, minute, second,
                  rest % 1000);
  }
  return text;
}

inline std::string QuantityText(std::uint32_t ms) {
  char text[64];
  std::snprintf(text, sizeof text, "%.6f", static_cast<double>(ms) / 60'000);
  std::string trimmed = text;
  while (trimmed.back() == '0') trimmed.pop_back();
  if (trimmed.back() == '.') trimmed.pop_back();
  return trimmed;
}

inline std::string IdText(const Guid& guid) {
  return guid == Guid{} ? std::string() : FormatGuid(guid);
}

/// The text of one field, but for `_BilledSize`.
inline std::string FieldText(Field field, LogType log, Shape shape,
                             const Vocabulary& words, const Call& call,
                             const Event& event) {
  const Record& record = event.record;
  const RecordIds& ids = event.ids;
  const CallFacts& facts = call.facts;
  const bool is_media = log == LogType::kMediaSummary;
  const bool is_usage = log == LogType::kUsage;
  const auto flag = [&](int bit) -> std::string {
    const bool set = (record.flags & bit) != 0;
    if (shape == Shape::kPortal) return set ? "TRUE" : "FALSE";
    return set ? "true" : "false";
  };
  switch (field) {
    case Field::kTime:
      return TimeText(record.time(), shape);
    case Field::kStartTime:
      return TimeText(record.At(record.begin_ms), shape);
    case Field::kEndTime:
      return TimeText(record.At(record.begin_ms + record.duration_ms), shape);
    case Field::kLevel:
      return std::string(is_media ? words.media[record.result].level
                                  : words.requests[record.result].level);
    case Field::kCorrelationId:
      return FormatGuid(call.correlations[record.correlation_epoch]);
    case Field::kOperationName:
      return is_usage ? words.usage_operation_name
                      : words.operations[record.operation];
    case Field::kOperationVersion:
      return is_usage ? words.usage_operation_version
                      : words.clients[record.client].api_version;
    case Field::kResultType:
      return std::string(is_media
                             ? ResultTypeName(words.media[record.result].type)
                             : words.requests[record.result].type);
    case Field::kResultSignature:
      return std::to_string(is_media ? words.media[record.result].code
                                     : words.requests[record.result].status);
    case Field::kDurationMs:
      return std::to_string(record.duration_ms);
    case Field::kCallerIpAddress: {
      char text[32];
      std::snprintf(text, sizeof text, "%u.%u.%u.%u", facts.caller_ip >> 24,
                    facts.caller_ip >> 16 & 255, facts.caller_ip >> 8 & 255,
                    facts.caller_ip & 255);
      return text;
    }
    case Field::kUri:
      return words.host;
    case Field::kCallConnectionId:
      return record.connected() ? FormatGuid(facts.connection) : "";
    case Field::kServerCallId:
      if (record.node == kNoNode) return "";
      return words.server_call_heads[record.node] +
             std::string(facts.server_call_tail.data(),
                         facts.server_call_tail_bytes);
    case Field::kSdkVersion:
      return words.clients[record.client].sdk_version;
    case Field::kSdkType:
      return words.clients[record.client].sdk_type;
    case Field::kSubOperationName:
      return words.sub_operations[record.sub_operation];
    case Field::kOperationId:
    case Field::kRecordId:
      return IdText(ids.id);
    case Field::kInLoop:
      return flag(1);
    case Field::kToParticipant:
      return flag(2);
    case Field::kInterrupted:
      return flag(4);
    case Field::kPromptSource:
      return words.prompt_sources[record.sub_operation];
    case Field::kResultCode:
      return std::to_string(words.media[record.result].code);
    case Field::kResultSubcode:
      return std::to_string(words.media[record.result].subcode);
    case Field::kResultMessage:
      return std::string(words.media[record.result].message);
    case Field::kUsageType:
      return words.usage_types[record.operation];
    case Field::kUnitType:
      return words.usage_unit;
    case Field::kQuantity:
      return QuantityText(record.duration_ms);
    case Field::kParticipantId:
      return FormatGuid(ids.participant);
    case Field::kUserIdA: {
      const std::string prefix = words.user_prefixes[record.operation];
      if (record.operation == 0) return prefix;
      return prefix + (record.operation == 1 ? std::to_string(ids.phone_number)
                                             : FormatGuid(ids.user));
    }
    case Field::kUserIdB:
      return words.user_b[record.operation];
    case Field::kCategory:
      return std::string(Info(log).category);
    case Field::kResourceId:
      return words.resource_id;
    case Field::kTableResourceId:
      return words.table_resource_id;
    case Field::kSubscriptionId:
      return words.subscription_id;
    case Field::kWorkspaceId:
      return words.workspace_id;
    case Field::kSourceSystem:
      return "Azure";
    case Field::kTableName:
      return std::string(Info(log).table);
    case Field::kIsBillable:
      return "true";
    case Field::kBilledSize:
      break;
  }
  return {};
}

/// The record as a JSON object, in the order of its columns.
inline Json Reference(Shape shape, const Vocabulary& words, const Call& call,
                      const Event& event) {
  const LogType log = event.record.log();
  Json object = Json::object();
  std::size_t billed_bytes = 0;
  for (const Column& column : Columns(log, shape)) {
    std::string text = FieldText(column.field, log, shape, words, call, event);
    if (column.field == Field::kBilledSize) {
      text = std::to_string(billed_bytes);
    } else if (column.name[0] != '_' && column.name != "Type") {
      billed_bytes += text.size();
    }
    Json value;
    switch (column.type) {
      case Type::kString:
      case Type::kDatetime:
        value = text;
        break;
      case Type::kInteger:
      case Type::kReal:
        // A whole number has no point, whatever its type.
        if (text.find('.') == std::string::npos) {
          value = std::stoll(text);
        } else {
          value = std::strtod(text.c_str(), nullptr);
        }
        break;
      case Type::kBoolean:
        value = text == "true";
        break;
    }
    Json& parent =
        column.parent.empty() ? object : object[std::string(column.parent)];
    parent[std::string(column.name)] = value;
  }
  return object;
}

}  // namespace busyhour::sample
