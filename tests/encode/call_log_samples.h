#pragma once

#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <string_view>

#include "base/ascii.h"
#include "catalog/packet_loss.h"
#include "encode/sample.h"
#include "logs/recording_id.h"

// Reference texts of the logs that are written on request, made the slow and
// obvious way.

namespace busyhour::internal::sample {

inline std::string MaybeGuid(const Guid& guid) {
  return guid == Guid{} ? std::string(kMissingText) : FormatGuid(guid);
}

/// As `%.7G` writes it, with the exponent that .NET writes.
inline std::string RatioText(std::uint32_t rate) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9G", rate / 1e8);
  return text;
}

inline std::string IdentifierText(unsigned kind, const Vocabulary& words,
                                  const RecordIds& ids) {
  if (kind == 1 || kind > 3) return std::string(kMissingText);
  if (kind == 3) return FormatGuid(ids.user);
  const std::string text = words.user_prefixes[kind].substr(2);
  return kind == 0 ? text : text + FormatGuid(ids.user);
}

inline std::string CallSummaryText(const std::string& name, LogType log,
                                   const Vocabulary& words, const Event& event,
                                   std::string (*time)(SimTime, Shape),
                                   Shape shape) {
  const std::string missing(kMissingText);
  const Record& record = event.record;
  const auto payload = record.As<CallSummaryPayload>();
  const unsigned kind = payload.call.byte & 7;
  const ParticipantEnd& end = kParticipantEnds[payload.call.byte >> 3];
  const unsigned form = payload.participant_time.byte & 3;
  const auto seconds = [](const SecondsAndByte& packed) {
    return packed.seconds[0] + packed.seconds[1] * 256u +
           packed.seconds[2] * 65'536u;
  };
  if (name == "operationname" || name == "category") return "CallSummary";
  if (name == "identifier") return IdentifierText(kind, words, event.ids);
  if (name == "callstarttime") {
    return time(record.At(payload.call_began_ms), shape);
  }
  if (name == "callduration") return std::to_string(seconds(payload.call));
  if (name == "calltype") return "Group";
  if (name == "participantid") {
    return form == 2   ? missing
           : form == 3 ? "Redacted"
                       : FormatGuid(event.ids.other);
  }
  const bool is_somebody = kind != 1 && kind != 4;
  if (name == "participanttenantid") {
    return is_somebody ? words.tenant_id : missing;
  }
  if (name == "participanttype") {
    return !is_somebody ? missing : kind == 3 ? "Teams" : "ACS";
  }
  if (name == "participantstarttime") {
    return payload.began_ms == kNoValue
               ? missing
               : time(record.At(payload.began_ms), shape);
  }
  if (name == "participantduration") {
    const std::uint32_t value = seconds(payload.participant_time);
    return value == kNoSeconds ? missing : std::to_string(value);
  }
  if (name == "participantendreason") return std::string(end.word);
  if (name == "participantendsubcode") return std::string(end.subcode);
  if (name == "resultcategory") return std::string(end.category);
  if (name == "endpointid") return MaybeGuid(event.ids.id);
  if (name == "endpointtype") {
    const char* const names[] = {"BOT", "PSTN", "VoIP", "VoIP", "Server"};
    return names[kind];
  }
  if (name == "sdkversion" || name == "osversion") {
    if (kind == 0 || kind == 4) return missing;
    if (kind != 2) return "Redacted";
    return name == "sdkversion" ? words.profile->call_summary.sdk_version
                                : words.profile->call_summary.os_version;
  }
  if (name == "callupdatesversion" && log == LogType::kCallSummaryUpdates) {
    return std::to_string(payload.participant_time.byte >> 2);
  }
  return missing;
}

inline std::string CallDiagnosticsText(const std::string& name,
                                       const Vocabulary& words,
                                       const Event& event) {
  const auto payload = event.record.As<CallDiagnosticsPayload>();
  const unsigned kind = payload.view & 3;
  const bool is_server = (payload.view & 4) != 0;
  if (name == "operationname" || name == "category") return "CallDiagnostics";
  if (name == "identifier") {
    return IdentifierText(is_server ? 4 : kind, words, event.ids);
  }
  if (name == "participantid") return FormatGuid(event.ids.id);
  if (name == "endpointid") return MaybeGuid(event.ids.other);
  if (name == "endpointtype") {
    const char* const names[] = {"BOT", "PSTN", "VoIP", "VoIP"};
    return is_server ? "Server" : names[kind];
  }
  if (name == "mediatype") return "Audio";
  if (name == "streamid") return std::to_string(1000 + payload.stream * 139);
  if (name == "transporttype") return (payload.view & 16) != 0 ? "TCP" : "UDP";
  if (name == "streamdirection") {
    return (payload.view & 8) != 0 ? "Inbound" : "Outbound";
  }
  if (name == "roundtriptimeavg") return std::to_string(payload.round_trip_ms);
  if (name == "roundtriptimemax") {
    return std::to_string(payload.most_round_trip_ms);
  }
  if (name == "jitteravg") return std::to_string(payload.jitter_ms);
  if (name == "jittermax") return std::to_string(payload.most_jitter_ms);
  if (name == "jitterbuffersizeavg") {
    return std::to_string(40 + 3 * payload.jitter_ms);
  }
  if (name == "jitterbuffersizemax") {
    return std::to_string(40 + 3 * payload.most_jitter_ms);
  }
  if (name == "packetlossrateavg") return RatioText(kLossRates[payload.loss]);
  if (name == "packetlossratemax") {
    return RatioText(kLossRates[payload.most_loss]);
  }
  if (name == "healeddataratioavg") {
    return RatioText(kLossRates[payload.loss] / 2);
  }
  if (name == "healeddataratiomax") {
    return RatioText(kLossRates[payload.most_loss] / 2);
  }
  if (name == "packetutilization") return std::to_string(payload.packets);
  if (name == "codecname") {
    const char* const names[] = {"OPUS", "G722", "OPUS", "SATIN"};
    return names[kind];
  }
  if (name == "callupdatesversion") return std::to_string(payload.view >> 5);
  return std::string(kMissingText);
}

inline std::string RecordingOperationalText(const std::string& name,
                                            const Vocabulary& words,
                                            const Call& call,
                                            const Event& event) {
  const auto payload = event.record.As<RecordingOperationalPayload>();
  const RequestResult& result = words.requests[payload.status];
  const ClientWords& client = words.clients[payload.client];
  if (name == "level") return std::string(result.level);
  if (name == "operationname") return words.operations[payload.operation];
  if (name == "operationversion") return client.api_version;
  if (name == "resulttype") {
    return result.type == "Failed" ? "Failure" : std::string(result.type);
  }
  if (name == "resultsignature") return std::to_string(result.status);
  if (name == "durationms") return std::to_string(payload.duration_ms);
  if (name == "callconnectionid") {
    return event.record.connected() ? FormatGuid(call.facts.connection) : "";
  }
  if (name == "servercallid") {
    if (payload.node == kNoNode) return "";
    return words.server_call_heads[payload.node] +
           std::string(call.facts.server_call_tail.data(),
                       call.facts.server_call_tail_bytes);
  }
  if (name == "sdkversion") return client.sdk_version;
  if (name == "sdktype") return client.sdk_type;
  if (name != "uri") return "no such column";
  const char* const actions[] = {"", "", ":pause", ":resume", ""};
  std::string url = "https://" + words.host + "/calling/recordings";
  if (payload.url % 5 != 0) {
    url += '/' + (event.ids.id == Guid{}
                      ? std::string()
                      : RecordingIdText(event.ids.other, event.ids.id));
  }
  return url + actions[payload.url % 5] +
         "?api-version=" + words.clients[payload.url / 5].api_version;
}

inline std::string RecordingSummaryText(const std::string& name,
                                        const Event& event,
                                        std::string (*time)(SimTime, Shape),
                                        Shape shape) {
  const auto payload = event.record.As<RecordingSummaryPayload>();
  const unsigned form = payload.form & 3;
  if (name == "operationname") return "RecordingSummary";
  if (name == "resulttype") return "Succeeded";
  if (name == "level") return "Informational";
  if (name == "recordingid") {
    return event.ids.id == Guid{}
               ? std::string()
               : RecordingIdText(event.ids.other, event.ids.id);
  }
  if (name == "recordingendreason") return "CallEnded";
  if (name == "recordingstarttime") {
    return time(event.record.At(payload.began_ms), shape);
  }
  if (name == "recordinglength") {
    char text[64];
    std::snprintf(text, sizeof text, "%u.%03u", payload.length_ms / 1000,
                  payload.length_ms % 1000);
    std::string trimmed = text;
    while (trimmed.back() == '0') trimmed.pop_back();
    if (trimmed.back() == '.') trimmed.pop_back();
    return trimmed;
  }
  if (name == "chunkcount") return std::to_string(payload.chunks);
  if (name == "contenttype") return form == 3 ? "Audio - Video" : "Audio";
  if (name == "channeltype") return form == 2 ? "unmixed" : "mixed";
  if (name == "formattype") {
    const char* const names[] = {"mp3", "wav", "wav", "mp4"};
    return names[form];
  }
  if (name == "audiochannelscount") return std::to_string(payload.channels);
  return "no such column";
}

}  // namespace busyhour::internal::sample
