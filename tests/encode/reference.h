#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/ascii.h"
#include "base/guid.h"
#include "base/time.h"
#include "encode/call_log_samples.h"
#include "encode/sample.h"
#include "encode/shape.h"
#include "nlohmann/json.hpp"

// A simple and slow reference implementation of the encoder.

namespace busyhour::internal::sample {

using Json = nlohmann::ordered_json;

inline std::string TimeText(SimTime time, Shape shape) {
  const auto date = DateOf(time);
  const auto year = static_cast<int>(date.year());
  const auto month = static_cast<unsigned>(date.month());
  const auto day = static_cast<unsigned>(date.day());
  const auto rest = static_cast<int>(time.ms % kMsPerDay);
  const int hour = rest / 3'600'000;
  const int minute = rest / 60'000 % 60;
  const int second = rest / 1000 % 60;
  char text[96];
  if (shape == Shape::kPortal) {
    std::snprintf(text, sizeof text, "%u/%u/%d, %d:%02d:%02d.%03d %s", month,
                  day, year, hour % 12 == 0 ? 12 : hour % 12, minute, second,
                  rest % 1000, hour < 12 ? "AM" : "PM");
  } else {
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03d0000Z",
                  year, month, day, hour, minute, second, rest % 1000);
  }
  return text;
}

// Removes trailing zeros of the fraction.
inline std::string Trimmed(std::string number) {
  while (number.back() == '0') number.pop_back();
  if (number.back() == '.') number.pop_back();
  return number;
}

inline std::string QuantityText(std::uint32_t ms) {
  char text[64];
  std::snprintf(text, sizeof text, "%.6f", static_cast<double>(ms) / 60'000);
  return Trimmed(text);
}

inline std::string IdText(const Guid& guid) {
  return guid == Guid{} ? std::string() : FormatGuid(guid);
}

/// A common name for a column in all shapes: in lower case, without ` [UTC]`,
/// and with one name for columns that have several.
inline std::string Subject(std::string_view name) {
  const std::string subject = InLowerCase(name.substr(0, name.find(" [UTC]")));
  if (subject == "timegenerated" || subject == "timestamp") return "time";
  if (subject == "playinterrupted") return "interrupted";
  return subject;
}

/// Whether a column has the same value in all logs with it.
inline bool IsCommon(const std::string& name) {
  return name == "resourceid" || name == "tenantid" || name == "sourcesystem" ||
         name == "type";
}

/// The text of any column except `_BilledSize`; `kMissingText` if it has none.
inline std::string FieldText(std::string_view column, LogType log, Shape shape,
                             const Vocabulary& words, const Call& call,
                             const Event& event) {
  const Record& record = event.record;
  const RecordIds& ids = event.ids;
  const CallFacts& facts = call.facts;
  const bool is_media = log == LogType::kMediaSummary;
  const bool is_usage = log == LogType::kUsage;
  const auto request = record.As<OperationalPayload>();
  const auto media = record.As<MediaSummaryPayload>();
  const auto usage = record.As<UsagePayload>();
  const auto flag = [&](int bit) -> std::string {
    const bool set = (media.flags & bit) != 0;
    if (shape == Shape::kPortal) return set ? "TRUE" : "FALSE";
    return set ? "true" : "false";
  };
  const std::string name = Subject(column);
  if (name == "_timereceived" || name == "ingestiontime") {
    return TimeText(record.delivery(), shape);
  }
  if (log == LogType::kStreamingUsage) {
    const auto streamed = record.As<StreamingUsagePayload>();
    if (name == "operationname") return words.streaming_operation_name;
    if (name == "callconnectionid") {
      return record.connected() ? FormatGuid(facts.connection) : "";
    }
    if (name == "streamingmodality") {
      return std::string(kModalities[streamed.modality].name);
    }
    if (name == "streamingstarttime") {
      return TimeText(record.At(streamed.began_ms), shape);
    }
    if (name == "streamingdurationinms") {
      char text[64];
      std::snprintf(text, sizeof text, "%u.%04u", streamed.duration_ms,
                    static_cast<unsigned>(streamed.duration_ticks));
      return Trimmed(text);
    }
    if (name == "streamingsessionid") return IdText(ids.id);
    if (name == "participantid") return IdText(ids.other);
  }
  const auto& client =
      words.clients[is_media                       ? media.client
                    : log == LogType::kOperational ? request.client
                                                   : 0];
  if (name == "time") return TimeText(record.time(), shape);
  if (name == "operationversion" && log > LogType::kStreamingUsage &&
      log < LogType::kRecordingOperational) {
    return "1.0";
  }
  if (name == "tpe") return shape == Shape::kPortal ? "FALSE" : "false";
  if (name == "correlationid") {
    return FormatGuid(call.correlations[record.correlation_epoch]);
  }
  if (log == LogType::kCallSummary || log == LogType::kCallSummaryUpdates) {
    if (const std::string text =
            CallSummaryText(name, log, words, event, TimeText, shape);
        name[0] != '_' && !IsCommon(name)) {
      return text;
    }
  }
  if (log == LogType::kCallDiagnostics ||
      log == LogType::kCallDiagnosticsUpdates) {
    if (name[0] != '_' && !IsCommon(name)) {
      return CallDiagnosticsText(name, words, event);
    }
  }
  if (name == "category") return std::string(Info(log).category);
  if (name == "resourceid") return words.resource_id;
  if (name == "_resourceid") return words.table_resource_id;
  if (name == "_subscriptionid") return words.subscription_id;
  if (name == "_itemid") return FormatGuid(ids.item);
  if (name == "_internal_workspaceresourceid") {
    return words.workspace_resource_id;
  }
  if (name == "tenantid") return words.workspace_id;
  if (name == "sourcesystem") return "Azure";
  if (name == "type") return std::string(Info(log).table);
  if (name == "_isbillable") return "true";
  if (name == "calleripaddress") {
    char text[32];
    std::snprintf(text, sizeof text, "%u.%u.%u.%u", facts.caller_ip >> 24,
                  facts.caller_ip >> 16 & 255, facts.caller_ip >> 8 & 255,
                  facts.caller_ip & 255);
    return text;
  }
  if (log == LogType::kRecordingOperational) {
    return RecordingOperationalText(name, words, call, event);
  }
  if (log == LogType::kRecordingSummary) {
    return RecordingSummaryText(name, event, TimeText, shape);
  }
  if (name == "operationid" || name == "recordid") return IdText(ids.id);
  if (is_usage) {
    if (name == "operationname") return words.usage_operation_name;
    if (name == "operationversion") return words.usage_operation_version;
    if (name == "starttime") return TimeText(record.At(usage.joined_ms), shape);
    if (name == "endtime") return TimeText(record.At(usage.left_ms), shape);
    if (name == "usagetype") return words.usage_types[usage.kind];
    if (name == "unittype") return words.usage_unit;
    if (name == "quantity") return QuantityText(usage.connected_ms);
    if (name == "participantid") return FormatGuid(ids.other);
    if (name == "useridb") return words.user_b[usage.kind];
    if (name == "userida") {
      const std::string prefix = words.user_prefixes[usage.kind];
      if (usage.kind == 0) return prefix;
      return prefix + (usage.kind == 1 ? std::to_string(ids.phone_number)
                                       : FormatGuid(ids.user));
    }
    return "no such column";
  }
  if (name == "operationversion") return client.api_version;
  if (is_media) {
    const MediaResult& result = words.media[media.outcome];
    if (name == "level") return std::string(result.level);
    if (name == "operationname") return words.operations[media.operation];
    if (name == "resulttype") return std::string(ResultTypeName(result.type));
    if (name == "resultsignature") return std::to_string(result.code);
    if (name == "durationms") return std::to_string(media.duration_ms);
    if (name == "playinloop") return flag(1);
    if (name == "playtoparticipant") return flag(2);
    if (name == "interrupted") return flag(4);
    if (name == "recognizepromptsuboperationname") {
      return words.prompt_sources[media.prompt];
    }
    if (name == "resultcode") return std::to_string(result.code);
    if (name == "resultsubcode") return std::to_string(result.subcode);
    if (name == "resultmessage") return std::string(result.message);
    return "no such column";
  }
  const RequestResult& result = words.requests[request.status];
  if (name == "level") return std::string(result.level);
  if (name == "operationname") return words.operations[request.operation];
  if (name == "resulttype") return std::string(result.type);
  if (name == "resultsignature") return std::to_string(result.status);
  if (name == "durationms") return std::to_string(request.duration_ms);
  if (name == "uri") return words.host;
  if (name == "callconnectionid") {
    return record.connected() ? FormatGuid(facts.connection) : "";
  }
  if (name == "servercallid") {
    if (request.node == kNoNode) return "";
    return words.server_call_heads[request.node] +
           std::string(facts.server_call_tail.data(),
                       facts.server_call_tail_bytes);
  }
  if (name == "sdkversion") return client.sdk_version;
  if (name == "sdktype") return client.sdk_type;
  if (name == "suboperationname") {
    return words.sub_operations[request.sub_operation];
  }
  return "no such column";
}

/// The record as a JSON object, in the order of its columns.
inline Json Reference(Shape shape, const Vocabulary& words, const Call& call,
                      const Event& event) {
  const LogType log = event.record.log();
  Json object = Json::object();
  std::size_t billed_bytes = 0;
  for (const Column& column : Columns(log, shape)) {
    std::string text = FieldText(column.name, log, shape, words, call, event);
    if (column.name == "_BilledSize") {
      text = std::to_string(billed_bytes);
    } else if (column.name[0] != '_' && column.name != "Type") {
      billed_bytes += text == kMissingText ? 0 : text.size();
    }
    Json value;
    const bool is_missing = text == kMissingText;
    if (is_missing) text = Info(shape).missing_text;
    switch (column.type) {
      case Type::kString:
        value = text;
        break;
      case Type::kDatetime:
        if (!is_missing) value = text;
        break;
      case Type::kInteger:
      case Type::kReal:
        if (is_missing) break;
        // A whole number has no decimal point, whatever its type.
        if (text.find('E') != std::string::npos) {
          value = std::strtod(text.c_str(), nullptr);
        } else if (text.find('.') == std::string::npos) {
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

}  // namespace busyhour::internal::sample
