#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/operations.h"
#include "catalog/outcomes.h"
#include "encode/call_image.h"
#include "logs/field.h"
#include "logs/record.h"
#include "logs/vocabulary.h"

// Records of every kind, for tests and benchmarks of what is made of them. They
// are well formed, but no call ever left them.

namespace busyhour::sample {

inline Vocabulary MakeVocabulary() {
  Vocabulary words;
  for (const LogInfo& log : Logs()) {
    words.category_of[static_cast<std::size_t>(log.log)] = log.category;
    words.table_of[static_cast<std::size_t>(log.log)] = log.table;
  }
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
  words.host = "contoso-voice.communication.azure.com";
  words.usage_operation_name = "Usage";
  words.usage_operation_version = "1.0";
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
              static_cast<std::uint32_t>(random() % kMaxCallsPerSlot)};
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

/// The call's image, with its correlation id of an epoch.
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

inline Event MakeEvent(const Call& call, LogType log, const Vocabulary& words,
                       std::mt19937_64& random) {
  const auto below = [&random](std::size_t count) {
    return static_cast<std::uint8_t>(random() % count);
  };
  Event event;
  Record& record = event.record;
  record.packed = Record::Pack(call.key, log, call.connected);
  record.client = call.client;
  record.node = call.node;
  record.time_ms = static_cast<std::uint32_t>(random() % 1'000'000);
  record.begin_ms = static_cast<std::uint32_t>(random() % 100'000);
  record.duration_ms = static_cast<std::uint32_t>(
      log == LogType::kOperational ? 40 + random() % 200 : random() % 900'000);
  record.correlation_epoch = 0;
  record.operation = below(words.Count(Selector::kOperation, log));
  record.flags = below(kFlagCombinations);
  event.ids.id = MakeGuid(random);
  switch (log) {
    case LogType::kOperational:
      record.result = below(words.requests.size());
      record.sub_operation = below(words.sub_operations.size());
      break;
    case LogType::kMediaSummary:
      record.operation = static_cast<std::uint8_t>(
          random() % 2 == 0 ? Operation::kPlay : Operation::kRecognize);
      do {
        record.result = below(words.media.size());
      } while (words.media[record.result].code == 0);
      record.sub_operation = below(words.prompt_sources.size());
      break;
    case LogType::kUsage:
      event.ids.participant = MakeGuid(random);
      event.ids.user = MakeGuid(random);
      event.ids.phone_number = 12'065'550'100 + random() % 100;
      break;
  }
  return event;
}

}  // namespace busyhour::sample
