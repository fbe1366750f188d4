#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/operations.h"
#include "catalog/outcomes.h"
#include "encode/call_image.h"
#include "logs/call_diagnostics.h"
#include "logs/call_summary.h"
#include "logs/log.h"
#include "logs/media_summary.h"
#include "logs/operational.h"
#include "logs/record.h"
#include "logs/recording_operational.h"
#include "logs/recording_summary.h"
#include "logs/streaming_usage.h"
#include "logs/usage.h"
#include "logs/vocabulary.h"
#include "scenario/call.h"

// Records of every kind, for tests and benchmarks. They are well formed, but do
// not come from simulated calls.

namespace busyhour::internal::sample {

inline Vocabulary MakeVocabulary() {
  static const Profile profile;
  Vocabulary words;
  words.profile = &profile;
  words.tenant_id = "3e2d1c0b-5a49-4877-8695-a4b3c2d1e0f9";
  words.subscription_id = "0d8a3f6e-52b1-4c7d-9e0f-6a1b2c3d4e5f";
  words.workspace_id = "7c1d2e3f-4a5b-4c6d-8e7f-90a1b2c3d4e5";
  words.resource_id =
      "/SUBSCRIPTIONS/0D8A3F6E-52B1-4C7D-9E0F-6A1B2C3D4E5F/RESOURCEGROUPS/"
      "CONTOSO-VOICE-RG/PROVIDERS/MICROSOFT.COMMUNICATION/"
      "COMMUNICATIONSERVICES/CONTOSO-VOICE";
  words.table_resource_id =
      "/subscriptions/0d8a3f6e-52b1-4c7d-9e0f-6a1b2c3d4e5f/resourcegroups/"
      "contoso-voice-rg/providers/microsoft.communication/"
      "communicationservices/contoso-voice";
  words.workspace_resource_id =
      "/subscriptions/0d8a3f6e-52b1-4c7d-9e0f-6a1b2c3d4e5f/resourcegroups/"
      "contoso-voice-rg/providers/microsoft.operationalinsights/workspaces/"
      "contoso-logs";
  words.host = "contoso-voice.communication.azure.com";
  words.usage_operation_name = "Usage";
  words.usage_operation_version = "1.0";
  words.streaming_operation_name = "Streaming";
  words.usage_unit = "minutes";
  for (const OperationInfo& operation : Operations()) {
    words.operations.emplace_back(operation.name);
  }
  words.requests = {
      {"Succeeded", 200, "Informational"}, {"Succeeded", 201, "Informational"},
      {"Succeeded", 202, "Informational"}, {"Succeeded", 204, "Informational"},
      {"Failed", 404, "Warning"},          {"Failed", 500, "Error"}};
  for (const OutcomeInfo& outcome : Outcomes()) {
    words.media.push_back(
        {outcome.group, outcome.code, outcome.subcode, outcome.message,
         outcome.group == ResultType::kFailed ? "Error" : "Informational"});
  }
  words.prompt_sources = {"", "File", "TextToSpeech", "SSML"};
  words.sub_operations = {"",     "File",    "TextToSpeech", "SSML",
                          "Dtmf", "Choices", "Speech",       "SpeechOrDtmf"};
  words.usage_types = {"Audio", "PSTN", "Audio", "Audio"};
  const std::string users = "8:acs:2b3c4d5e-6f70-4182-93a4-b5c6d7e8f901_";
  const std::string application =
      users + "0b1c2d3e-4f50-4162-8374-95a6b7c8d9ea";
  words.user_prefixes = {application, "4:+", users, "8:orgid:"};
  words.user_b = {"", application, application, application};
  words.clients = {{"unknown", "", "2023-03-06"},
                   {"dotnet", "1.2.0", "2023-10-15"},
                   {"js", "1.4.0-beta.1", "2024-09-01-preview"}};
  for (char node = 'A'; node < 'A' + kNodeCount; ++node) {
    words.server_call_heads.push_back("aHR0cHM6Ly9hcGkuZmxpZ2h0cHJveHkuc2t5cG" +
                                      std::string(2, node));
  }
  words.server_call_heads.emplace_back();
  return words;
}

inline Guid MakeGuid(std::mt19937_64& random) {
  return {(random() & ~std::uint64_t{0xf000}) | 0x4000,
          random() >> 2 | std::uint64_t{2} << 62};
}

struct Call {
  CallKey key;
  CallFacts facts;
  std::array<Guid, 2> correlations;  ///< by epoch
  bool connected = false;
  std::uint8_t client = 0;
  std::uint8_t node = 0;
};

inline Call MakeCall(std::mt19937_64& random) {
  static constexpr std::string_view kBase64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  Call call;
  // From 1970 to the end of 2499.
  call.key = {random() % 16'725'225'600,
              static_cast<std::uint32_t>(random() & kLastOrdinal)};
  call.facts.caller_ip =
      0xcb007100 | static_cast<std::uint32_t>(random() % 256);
  call.facts.connection = MakeGuid(random);
  call.facts.server_call_tail_bytes = random() % 2 == 0 ? 80 : 84;
  for (char& c : call.facts.server_call_tail) c = kBase64[random() % 64];
  call.connected = random() % 8 != 0;
  call.client = static_cast<std::uint8_t>(random() % 3);
  call.node = static_cast<std::uint8_t>(random() % (kNoNode + 1));
  for (Guid& correlation : call.correlations) correlation = MakeGuid(random);
  return call;
}

/// The image of the call, with its correlation id of an epoch.
inline CallImage ImageOf(const Call& call, std::uint8_t epoch = 0) {
  CallImage image;
  image.SetFacts(call.facts);
  image.SetCorrelation(epoch, call.correlations[epoch]);
  return image;
}

struct Event {
  Record record;
  RecordIds ids;
};

/// The payload and ids of a record in a log that is written on request.
inline void SetCallLog(const Call& call, LogType log, const Vocabulary& words,
                       std::mt19937_64& random, Event& event) {
  const auto below = [&random](std::size_t count) {
    return static_cast<std::uint8_t>(random() % count);
  };
  const auto ms = static_cast<std::uint32_t>(random() % 90'000'000);
  Record& record = event.record;
  if (log == LogType::kCallSummary || log == LogType::kCallSummaryUpdates) {
    const std::uint8_t kind = below(5);
    IdForm form = static_cast<IdForm>(below(4));
    if (kind == kServerKind) {
      form = IdForm::kCorrelation;
      event.ids.id = {};
    } else if (form == IdForm::kCorrelation) {
      form = IdForm::kOwn;
    }
    if (kind == 2 || kind == 3) event.ids.user = MakeGuid(random);
    if (form == IdForm::kOwn || form == IdForm::kCorrelation) {
      event.ids.other = MakeGuid(random);
    }
    const std::uint32_t seconds = random() % 4 == 0 ? kNoSeconds : ms / 1000;
    record.Set(CallSummaryPayload{
        random() % 4 == 0 ? kNoValue : ms,
        PackSeconds(ms / 1000, WhoseByte(kind, below(8))),
        PackSeconds(seconds,
                    FormByte(form, static_cast<std::uint8_t>(1 + below(7)))),
        below(64), static_cast<std::uint16_t>(random() % 1000)});
    return;
  }
  if (log == LogType::kCallDiagnostics ||
      log == LogType::kCallDiagnosticsUpdates) {
    CallDiagnosticsPayload payload;
    payload.participant = below(64);
    payload.view = static_cast<std::uint8_t>(32 + below(224));
    payload.stream = below(128);
    payload.round_trip_ms = static_cast<std::uint16_t>(random());
    payload.most_round_trip_ms = static_cast<std::uint16_t>(random());
    payload.jitter_ms = below(256);
    payload.most_jitter_ms = below(256);
    payload.loss = below(256);
    payload.most_loss = below(256);
    payload.packets = ms / 20;
    record.Set(payload);
    if ((payload.view & 4) != 0) return;
    event.ids.other = MakeGuid(random);
    const unsigned kind = payload.view & 3;
    if (kind > 1) event.ids.user = MakeGuid(random);
    return;
  }
  event.ids.other = MakeGuid(random);
  if (log == LogType::kRecordingSummary) {
    record.Set(
        RecordingSummaryPayload{ms / 2, ms / 10 * 10, below(4), below(8),
                                static_cast<std::uint8_t>(1 + below(255)),
                                static_cast<std::uint8_t>(1 + below(5))});
    return;
  }
  constexpr Operation kOperations[] = {
      Operation::kStartRecording, Operation::kGetRecordingProperties,
      Operation::kPauseRecording, Operation::kResumeRecording,
      Operation::kStopRecording};
  const std::uint8_t action = below(5);
  if (action == 0) event.ids.id = {};
  record.Set(RecordingOperationalPayload{
      40 + ms % 200, below(30), below(4),
      static_cast<std::uint8_t>(kOperations[action]),
      below(words.requests.size()), call.client, call.node,
      static_cast<std::uint8_t>(call.client * 5 + action)});
}

inline Event MakeEvent(const Call& call, LogType log, const Vocabulary& words,
                       std::mt19937_64& random) {
  const auto below = [&random](std::size_t count) {
    return static_cast<std::uint8_t>(random() % count);
  };
  Event event;
  Record& record = event.record;
  record.key = RecordKey(call.key, log);
  record.marks = call.connected ? Record::kConnected : 0;
  record.time_ms = static_cast<std::uint32_t>(random() % 1'000'000);
  record.delivery_ms = record.time_ms * 2 + 1;
  event.ids.id = MakeGuid(random);
  // Does not take a number from `random`, so that other values stay.
  event.ids.item = {event.ids.id.low, event.ids.id.high};
  const auto media_ms = static_cast<std::uint32_t>(random() % 900'000);
  switch (log) {
    case LogType::kOperational: {
      OperationalPayload payload;
      payload.duration_ms = 40 + media_ms % 200;
      payload.operation = below(words.operations.size());
      payload.status = below(words.requests.size());
      payload.sub_operation = below(words.sub_operations.size());
      payload.client = call.client;
      payload.node = call.node;
      record.Set(payload);
      break;
    }
    case LogType::kMediaSummary: {
      MediaSummaryPayload payload;
      payload.duration_ms = media_ms;
      payload.operation = static_cast<std::uint8_t>(
          random() % 2 == 0 ? Operation::kPlay : Operation::kRecognize);
      do {
        payload.outcome = below(words.media.size());
      } while (words.media[payload.outcome].code == 0);
      payload.prompt = below(words.prompt_sources.size());
      payload.flags = below(kFlagCombinations);
      payload.client = call.client;
      record.Set(payload);
      break;
    }
    case LogType::kStreamingUsage: {
      // Media streaming requires a connection.
      record.marks = Record::kConnected;
      StreamingUsagePayload payload;
      payload.began_ms = static_cast<std::uint32_t>(random() % 100'000);
      payload.duration_ms = media_ms;
      payload.duration_ticks =
          static_cast<std::uint16_t>(random() % 4 == 0 ? 0 : random() % 10'000);
      payload.modality = below(kModalities.size());
      record.Set(payload);
      if (payload.modality > 0) event.ids.other = MakeGuid(random);
      break;
    }
    case LogType::kUsage: {
      UsagePayload payload;
      payload.joined_ms = static_cast<std::uint32_t>(random() % 100'000);
      payload.connected_ms = media_ms;
      payload.left_ms = payload.joined_ms + media_ms;
      payload.kind = below(words.usage_types.size());
      record.Set(payload);
      event.ids.other = MakeGuid(random);
      if (payload.kind == 1) {
        event.ids.phone_number = 12'065'550'100 + random() % 100;
      } else if (payload.kind > 1) {
        event.ids.user = MakeGuid(random);
      }
      break;
    }
    default:
      SetCallLog(call, log, words, random, event);
      break;
  }
  return event;
}

}  // namespace busyhour::internal::sample
