#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "encode/encoder.h"
#include "framing/framer.h"
#include "gtest/gtest.h"
#include "logs/media_summary.h"
#include "logs/operational.h"
#include "scenario/call.h"

// Reproduces the two examples on the page that describes these logs:
//
//   MicrosoftDocs/azure-docs, articles/communication-services/concepts/
//   analytics/logs/call-automation-logs.md (2023-05-24, CC BY 4.0)
//
// The page's errors in JSON are corrected: the arrays are closed, and there is
// no comma after the last member.

namespace busyhour::internal {
namespace {

constexpr std::string_view kOperationalExample = R"([
{
"TimeGenerated [UTC]": "5/25/2023, 5:43:25.746 PM",
"Level": "Informational",
"CorrelationId": "aaaa0000-bb11-2222-33cc-444444dddddd",
"OperationName": "Play",
"OperationVersion": "3/6/23",
"URI": "ccts-media-synthetics-prod.communication.azure.com",
"ResultType": "Succeeded",
"ResultSignature": "202",
"DurationMs": "82",
"CallerIpAddress": "40.88.50.228",
"CallConnectionId": "401f3500-fcb6-4b84-927e-81cd6372560b",
"ServerCallId": "aHR0cHM6Ly9hcGkuZmxpZ2h0cHJveHkuc2t5cGUuY29tL2FwaS92Mi9jcC9jb252LXVzZWEyLTAxLmNvbnYuc2t5cGUuY29tL2NvbnYvZzRoWlVoS1ZEVUtma19HenRDZ1JTQT9pPTEyJmU9NjM4MjA1NDc4MDg5MzEzMjIz",
"SdkVersion": "",
"SdkType": "unknown",
"SubOperationName": "File",
"OperationId": "5fab0875-3211-4879-8051-c688d0854c4d"
}
]
)";

constexpr std::string_view kMediaSummaryExample = R"([
{
"TimeGenerated [UTC]": "5/24/2023, 7:57:40.480 PM",
"Level": "Informational",
"CorrelationId": "bbbb1111-cc22-3333-44dd-555555eeeeee",
"ResultType": "Completed",
"OperationName": "Play",
"OperationId": "7bef24d5-eb95-4ee6-bbab-0b7d45d91288",
"PlayInLoop": "FALSE",
"PlayToParticipant": "TRUE",
"PlayInterrupted": "FALSE",
"RecognizePromptSubOperationName": "",
"ResultCode": "200",
"ResultSubcode": "0",
"ResultMessage": "Action completed successfully."
}
]
)";

constexpr std::string_view kServerCallId =
    "aHR0cHM6Ly9hcGkuZmxpZ2h0cHJveHkuc2t5cGUuY29tL2FwaS92Mi9jcC9jb252LXVzZWEy"
    "LTAxLmNvbnYuc2t5cGUuY29tL2NvbnYvZzRoWlVoS1ZEVUtma19HenRDZ1JTQT9pPTEyJmU9"
    "NjM4MjA1NDc4MDg5MzEzMjIz";
// The part before the token. Any whole number of Base64 groups is possible.
constexpr std::size_t kHeadBytes = 112;

Guid Id(std::string_view text) { return *ParseGuid(text); }

// The texts of the examples, each at index 0 of its table.
Vocabulary PageVocabulary() {
  Vocabulary words;
  words.host = "ccts-media-synthetics-prod.communication.azure.com";
  words.operations = {"Play"};
  words.requests = {{"Succeeded", 202, "Informational"}};
  words.media = {{ResultType::kCompleted, 200, 0,
                  "Action completed successfully.", "Informational"}};
  words.sub_operations = {"File"};
  words.prompt_sources = {""};
  words.usage_types = {"PSTN"};
  words.user_prefixes = {"4:+"};
  words.user_b = {""};
  words.clients = {{"unknown", "", "3/6/23"}};
  words.server_call_heads = {std::string(kServerCallId.substr(0, kHeadBytes))};
  return words;
}

CallFacts PageFacts() {
  CallFacts facts;
  facts.caller_ip = 40u << 24 | 88u << 16 | 50u << 8 | 228u;
  facts.connection = Id("401f3500-fcb6-4b84-927e-81cd6372560b");
  const std::string_view tail = kServerCallId.substr(kHeadBytes);
  std::copy(tail.begin(), tail.end(), facts.server_call_tail.begin());
  facts.server_call_tail_bytes = static_cast<std::uint8_t>(tail.size());
  return facts;
}

Record RecordAt(std::string_view time, LogType log) {
  const std::int64_t ms = ParseTime(time)->ms;
  Record record;
  record.key =
      RecordKey({static_cast<std::uint64_t>(ms / kMsPerSecond), 0}, log);
  record.Mark(Record::kConnected);
  record.time_ms = static_cast<std::uint32_t>(ms % kMsPerSecond);
  return record;
}

std::string ArrayOf(const Record& record, const RecordIds& ids,
                    const Guid& correlation) {
  const Encoder encoder(PageVocabulary(), Shape::kPortal,
                        RowsOfFile(Frame::kArray, Shape::kPortal),
                        LogSet::Default());
  CallImage image;
  image.SetFacts(PageFacts());
  image.SetCorrelation(0, correlation);
  std::vector<char> buffer(encoder.max_record_bytes());
  const char* const end = encoder.Encode(record, ids, image, buffer.data());
  const std::string_view text(buffer.data(),
                              static_cast<std::size_t>(end - buffer.data()));
  const std::uint32_t ends[] = {static_cast<std::uint32_t>(text.size())};
  Framer framer(Frame::kArray, Shape::kPortal, record.log(), 0);
  std::vector<std::string_view> pieces;
  framer.Add(text, ends, pieces);
  framer.Finish(pieces);
  std::string array;
  for (const std::string_view piece : pieces) array += piece;
  return array;
}

TEST(SeedPageTest, TheOperationalExampleIsReproduced) {
  Record record = RecordAt("2023-05-25T17:43:25.746Z", LogType::kOperational);
  record.Set(OperationalPayload{.duration_ms = 82});
  RecordIds ids;
  ids.id = Id("5fab0875-3211-4879-8051-c688d0854c4d");
  EXPECT_EQ(ArrayOf(record, ids, Id("aaaa0000-bb11-2222-33cc-444444dddddd")),
            kOperationalExample);
}

TEST(SeedPageTest, TheMediaSummaryExampleIsReproduced) {
  Record record = RecordAt("2023-05-24T19:57:40.480Z", LogType::kMediaSummary);
  record.Set(MediaSummaryPayload{.flags = kFlagToParticipant});
  RecordIds ids;
  ids.id = Id("7bef24d5-eb95-4ee6-bbab-0b7d45d91288");
  EXPECT_EQ(ArrayOf(record, ids, Id("bbbb1111-cc22-3333-44dd-555555eeeeee")),
            kMediaSummaryExample);
}

}  // namespace
}  // namespace busyhour::internal
