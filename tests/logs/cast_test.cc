#include "logs/cast.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/stream.h"
#include "logs/media_summary.h"
#include "logs/operational.h"
#include "logs/some_calls.h"
#include "logs/usage.h"

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kSeed = 5;

// For all calls: the connection id decodes to the call, and has the prefix of
// that time: 4D1FXX00 up to 2024, XX00YY80 from 2025 on.
TEST(CastTest, ConnectionIdsDecodeAndHaveThePrefixOfTheirTime) {
  const Plan plan(Inbound());
  const Cast cast(plan, kSeed);
  constexpr std::uint64_t kNewYear2025 = 1'735'689'600;
  for (const std::uint64_t first :
       {kSlot2023, kNewYear2025 - 500 * 997, kSlot2026}) {
    for (const CallKey call : SomeCalls(first, 1000)) {
      const CallFacts facts = cast.FactsOf(call);
      const auto connection = cast.cipher().DecryptConnection(facts.connection);
      ASSERT_TRUE(connection);
      EXPECT_EQ(connection->slot, call.slot);
      EXPECT_EQ(connection->ordinal, call.ordinal);
      EXPECT_EQ(connection->leg, 0u);
      const std::string prefix = FormatGuid(facts.connection).substr(0, 8);
      if (call.slot < kNewYear2025) {
        EXPECT_EQ(prefix[0], '4') << prefix;
        EXPECT_TRUE(prefix[1] >= '0' && prefix[1] <= '9') << prefix;
        EXPECT_EQ(prefix.substr(2, 2), "1f") << prefix;
        EXPECT_EQ(prefix.substr(6), "00") << prefix;
      } else {
        EXPECT_EQ(prefix.substr(2, 2), "00") << prefix;
        EXPECT_EQ(prefix.substr(6), "80") << prefix;
      }
    }
  }
}

// For all calls: the caller's IP address is from a documentation range (RFC
// 5737).
TEST(CastTest, AddressesAreFromDocumentationRanges) {
  for (const std::uint32_t servers : {1u, 8u, 250u}) {
    Profile profile = Inbound();
    profile.servers = servers;
    const Plan plan(profile);
    const Cast cast(plan, kSeed);
    std::set<std::uint32_t> addresses;
    for (const CallKey call : SomeCalls(kSlot2026)) {
      const std::uint32_t address = cast.FactsOf(call).caller_ip;
      const std::uint32_t network = address >> 8;
      EXPECT_TRUE(network == 0xc00002 || network == 0xc63364 ||
                  network == 0xcb0071)
          << std::hex << address;
      EXPECT_NE(address & 255, 0u);
      EXPECT_NE(address & 255, 255u);
      addresses.insert(address);
    }
    EXPECT_EQ(addresses.size(), servers);
  }
}

Record RequestRecord(CallKey call, std::uint16_t request, Operation operation) {
  Record record;
  record.key = RecordKey(call, LogType::kOperational);
  record.Set(OperationalPayload{
      .request = request, .operation = static_cast<std::uint8_t>(operation)});
  return record;
}

Record MediaRecord(CallKey call, std::uint16_t request, Operation operation) {
  Record record;
  record.key = RecordKey(call, LogType::kMediaSummary);
  record.Set(MediaSummaryPayload{
      .request = request, .operation = static_cast<std::uint8_t>(operation)});
  return record;
}

Record UsageRecord(CallKey call, ParticipantKind kind, std::uint16_t subject) {
  Record record;
  record.key = RecordKey(call, LogType::kUsage);
  record.Set(UsagePayload{.participant = subject,
                          .kind = static_cast<std::uint8_t>(kind)});
  return record;
}

// Ofcom, telephone numbers for drama, without the last three digits.
const std::set<std::uint64_t> kUkRanges = {
    441'134'960, 441'144'960, 441'154'960, 441'164'960,
    441'174'960, 441'184'960, 441'214'960, 441'314'960,
    441'414'960, 441'514'960, 441'614'960, 441'632'960,
    441'914'980, 442'079'460, 442'920'180, 447'700'900};

// For all participants with a telephone: the number is from a range reserved
// for fiction.
TEST(CastTest, PhoneNumbersAreFictional) {
  for (const auto numbers :
       {Participants::Numbers::kUs, Participants::Numbers::kUk}) {
    Profile profile = Inbound();
    profile.participants.numbers = numbers;
    const Plan plan(profile);
    const Cast cast(plan, kSeed);
    std::set<std::uint64_t> different;
    for (const CallKey call : SomeCalls(kSlot2026)) {
      for (std::uint16_t subject = 1; subject <= 2; ++subject) {
        const std::uint64_t number =
            cast.IdsOf(UsageRecord(call, ParticipantKind::kPstn, subject))
                .phone_number;
        different.insert(number);
        if (numbers == Participants::Numbers::kUk) {
          // Ofcom: a thousand numbers in each range.
          ASSERT_TRUE(kUkRanges.contains(number / 1000)) << number;
          continue;
        }
        // NANPA: NPA 555 0100 to 0199, and N is 2 to 9.
        ASSERT_EQ(number / 10'000'000'000, 1u) << number;
        ASSERT_EQ(number % 10'000'000 / 100, 55'501u) << number;
        const std::uint64_t area = number / 10'000'000 % 1000;
        ASSERT_GE(area, 200u) << number;
        ASSERT_NE(area / 10 % 10, 9u) << number;
        ASSERT_NE(area % 100, 11u) << number;
      }
    }
    EXPECT_GT(different.size(), 3000u);
  }
}

// The largest numbers of calls that one telephone has among `kCalls`.
std::vector<int> MostCalls(double zipf, bool outbound) {
  constexpr std::uint32_t kCalls = 100'000;
  Profile profile = Inbound();
  profile.participants.caller_zipf = zipf;
  const Plan plan(profile);
  const Cast cast(plan, kSeed);
  std::map<std::uint64_t, int> calls;
  for (std::uint32_t i = 0; i < kCalls; ++i) {
    ++calls[cast
                .IdsOf(UsageRecord(
                    {kSlot2026 + i / 100, i % 100}, ParticipantKind::kPstn,
                    outbound ? ParticipantCode::kCallee : kCallerLeg))
                .phone_number];
  }
  std::vector<int> counts;
  for (const auto& [number, count] : calls) counts.push_back(count);
  std::sort(counts.rbegin(), counts.rend());
  return counts;
}

// With Zipf's law, the most frequent of 71,200 callers has 1 in 1,600 calls,
// and most have one call; without it, and for those who are called, each has
// about 1.4.
TEST(CastTest, SomeCallersCallMoreOftenThanOthers) {
  const std::vector<int> counts = MostCalls(1.0, /*outbound=*/false);
  EXPECT_GT(counts[0], 40);
  EXPECT_LT(counts[0], 110);
  EXPECT_GT(counts[99], 30);
  EXPECT_LT(counts[10'000], 4);
  EXPECT_LT(MostCalls(0.0, /*outbound=*/false)[0], 12);
  EXPECT_LT(MostCalls(1.0, /*outbound=*/true)[0], 12);
}

// For all records: the ids decode to the call and to the object they identify.
TEST(CastTest, IdsDecodeToTheirIdentity) {
  const Plan plan(Inbound());
  const Cast cast(plan, kSeed);
  const GuidCipher& cipher = cast.cipher();
  for (const CallKey call : SomeCalls(kSlot2026, 500)) {
    for (std::uint16_t subject = 0; subject < 4; ++subject) {
      for (const Record& record :
           {RequestRecord(call, subject, Operation::kPlay),
            MediaRecord(call, subject, Operation::kPlay)}) {
        EXPECT_EQ(
            cipher.Decrypt(cast.IdsOf(record).id),
            (Identity{IdKind::kOperation, call.slot, call.ordinal, subject}));
      }
      const RecordIds usage =
          cast.IdsOf(UsageRecord(call, ParticipantKind::kAcs, subject));
      EXPECT_EQ(
          cipher.Decrypt(usage.id),
          (Identity{IdKind::kUsageRecord, call.slot, call.ordinal, subject}));
      EXPECT_EQ(
          cipher.Decrypt(usage.other),
          (Identity{IdKind::kParticipant, call.slot, call.ordinal, subject}));
      EXPECT_EQ(cipher.Decrypt(usage.user)->kind, IdKind::kUser);
    }
    for (std::uint8_t epoch = 0; epoch < 3; ++epoch) {
      EXPECT_EQ(
          cipher.Decrypt(cast.CorrelationOf(call, epoch)),
          (Identity{IdKind::kCorrelation, call.slot, call.ordinal, epoch}));
    }
  }
}

// A request and the media operation it started have the same operation id.
TEST(CastTest, MediaBearsTheIdOfItsRequest) {
  const Plan plan(Inbound());
  const Cast cast(plan, kSeed);
  const Record request = RequestRecord({kSlot2026, 3}, 4, Operation::kPlay);
  const Record media = MediaRecord({kSlot2026, 3}, 4, Operation::kPlay);
  EXPECT_EQ(cast.IdsOf(request).id, cast.IdsOf(media).id);
}

TEST(CastTest, OnlyMediaHasOperationIdsWhereAProfileSaysSo) {
  Profile profile = Inbound();
  profile.assumptions.media_operation_ids_only = true;
  const Plan plan(profile);
  const Cast cast(plan, kSeed);
  for (std::size_t i = 0; i < kOperationCount; ++i) {
    const auto operation = static_cast<Operation>(i);
    const Record record = RequestRecord({kSlot2026, 0}, 0, operation);
    const bool is_media =
        operation == Operation::kPlay || operation == Operation::kRecognize;
    EXPECT_EQ(cast.IdsOf(record).id != Guid{}, is_media)
        << Info(operation).name;
  }
}

// The same agents appear in many calls, while callers rarely appear twice. No
// agent is also a caller.
TEST(CastTest, AgentsRecurAndCallersDoNot) {
  Profile profile = Inbound();
  profile.participants.agents = 20;
  profile.participants.caller_zipf = 0;
  const Plan plan(profile);
  const Cast cast(plan, kSeed);
  std::set<Guid> callers;
  std::set<Guid> agents;
  for (const CallKey call : SomeCalls(kSlot2026)) {
    callers.insert(
        cast.IdsOf(UsageRecord(call, ParticipantKind::kAcs, 1)).user);
    agents.insert(cast.IdsOf(UsageRecord(call, ParticipantKind::kAcs, 2)).user);
    agents.insert(cast.IdsOf(UsageRecord(call, ParticipantKind::kAcs, 3)).user);
  }
  EXPECT_EQ(agents.size(), 20u);
  // Of 2^19 callers, few appear twice.
  EXPECT_GT(callers.size(), 2950u);
  // A profile has at most a million agents.
  for (const Guid& caller : callers) {
    EXPECT_GE(cast.cipher().Decrypt(caller)->ordinal, 1'000'000u);
  }
  for (const Guid& agent : agents) {
    EXPECT_LT(cast.cipher().Decrypt(agent)->ordinal, 20u);
  }
}

// For all calls: the share of each client follows its weight in the profile, as
// near as whole servers allow.
TEST(CastTest, ClientsHaveTheirShares) {
  Profile profile = Inbound();
  profile.servers = 4;
  profile.server_pool.skew = 0.0;
  profile.clients = {{"dotnet", "1.2.0", "2024-04-15", 3.0},
                     {"unknown", "", "2023-03-06", 1.0}};
  const Plan plan(profile);
  const Cast cast(plan, kSeed);
  constexpr std::uint64_t kCalls = 4000;
  int dotnet = 0;
  for (const CallKey call : SomeCalls(kSlot2026, kCalls)) {
    const std::uint8_t client = plan.servers.ClientAt(
        plan.servers.ServerOf(StreamKey(kSeed, call.slot, call.ordinal),
                              call.slot),
        call.slot);
    const ClientWords& words = cast.vocabulary().clients[client];
    if (words.sdk_type == "dotnet") {
      ++dotnet;
      EXPECT_EQ(words.sdk_version, "1.2.0");
      EXPECT_EQ(words.api_version, "2024-04-15");
    } else {
      EXPECT_EQ(words.sdk_type, "unknown");
      EXPECT_EQ(words.sdk_version, "");
      EXPECT_EQ(words.api_version, "2023-03-06");
    }
  }
  EXPECT_NEAR(dotnet, 3000, 140);  // 5 standard errors
}

// For all calls: the facts do not depend on earlier queries.
TEST(CastTest, FactsFollowFromTheCallAlone) {
  const Plan plan(Inbound());
  const Cast one(plan, kSeed);
  const Cast two(plan, kSeed);
  const std::vector<CallKey> calls = SomeCalls(kSlot2026, 500);
  std::vector<CallFacts> facts;
  for (const CallKey call : calls) facts.push_back(one.FactsOf(call));
  for (std::size_t i = calls.size(); i-- > 0;) {
    const CallFacts again = two.FactsOf(calls[i]);
    EXPECT_EQ(again.connection, facts[i].connection);
    EXPECT_EQ(again.caller_ip, facts[i].caller_ip);
    EXPECT_EQ(two.ServerCallIdOf(calls[i]), one.ServerCallIdOf(calls[i]));
  }
}

// For all orders of calls, of two runs, over several lives of their nodes: the
// facts with a memory of recent nodes are those without.
TEST(CastTest, FactsOfRecentNodesFollowFromTheCallAlone) {
  const Plan plan(Inbound());
  const Cast casts[] = {Cast(plan, kSeed), Cast(plan, kSeed + 1)};
  constexpr std::uint64_t kHours = 3 * 3600;
  Cast::RecentFacts recent;
  for (std::uint32_t i = 0; i < 2000; ++i) {
    const std::uint64_t step = i < 1000 ? i : 2000 - i;
    const CallKey call{kSlot2026 + step * kHours, i % 3};
    const Cast& cast = casts[i / 4 % 2];
    const CallFacts alone = cast.FactsOf(call);
    const CallFacts& facts = cast.FactsOf(call, recent);
    EXPECT_EQ(facts.connection, alone.connection);
    EXPECT_EQ(facts.caller_ip, alone.caller_ip);
    EXPECT_EQ(std::string_view(facts.server_call_tail.data(),
                               facts.server_call_tail_bytes),
              std::string_view(alone.server_call_tail.data(),
                               alone.server_call_tail_bytes));
  }
}

TEST(CastTest, WordsAreIndexedAsTheRecordsNameThem) {
  Profile profile = Inbound();
  profile.assumptions.inter_tone_timeout_completes = false;
  profile.assumptions.text_source_name = "Text";
  const Plan plan(profile);
  const Cast cast(plan, kSeed);
  const Vocabulary& words = cast.vocabulary();
  ASSERT_EQ(words.operations.size(), kOperationCount);
  EXPECT_EQ(words.operations[static_cast<std::size_t>(Operation::kPlay)],
            "Play");
  ASSERT_EQ(words.requests.size(), Statuses().size());
  for (std::size_t i = 0; i < words.requests.size(); ++i) {
    const RequestResult& result = words.requests[i];
    EXPECT_EQ(result.status, Statuses()[i]);
    EXPECT_EQ(result.type, result.status < 300 ? "Succeeded" : "Failed");
    EXPECT_EQ(result.level, result.status < 300   ? "Informational"
                            : result.status < 500 ? "Warning"
                                                  : "Error");
  }
  ASSERT_EQ(words.media.size(), kOutcomeCount);
  const auto media = [&](Outcome outcome) {
    return words.media[static_cast<std::size_t>(outcome)];
  };
  EXPECT_EQ(media(Outcome::kInterToneTimeout).type, ResultType::kFailed);
  EXPECT_EQ(media(Outcome::kInterToneTimeout).level, "Warning");
  EXPECT_EQ(media(Outcome::kPlayCanceled).type, ResultType::kCanceled);
  EXPECT_EQ(media(Outcome::kPlayCanceled).level, "Informational");
  EXPECT_EQ(media(Outcome::kWrongTone).level, "Error");
  EXPECT_EQ(media(Outcome::kInitialSilence).code, 400);
  EXPECT_EQ(media(Outcome::kInitialSilence).subcode, 8510);
  EXPECT_EQ(words.prompt_sources,
            (std::vector<std::string>{"", "File", "Text", "SSML"}));
  EXPECT_EQ(words.sub_operations,
            (std::vector<std::string>{"", "File", "Text", "SSML", "Dtmf",
                                      "Choices", "Speech", "SpeechOrDtmf"}));
}

TEST(CastTest, ResourceIdsAreSpelledAsAzureDoes) {
  Profile profile = Inbound();
  profile.resource.subscription =
      ParseGuid("0d8a3f6e-52b1-4c7d-9e0f-6a1b2c3d4e5f");
  profile.resource.group = "My-Group";
  profile.resource.name = "My-Voice";
  const Plan plan(profile);
  const Cast cast(plan, kSeed);
  const Vocabulary& words = cast.vocabulary();
  EXPECT_EQ(words.resource_id,
            "/SUBSCRIPTIONS/0D8A3F6E-52B1-4C7D-9E0F-6A1B2C3D4E5F/"
            "RESOURCEGROUPS/MY-GROUP/PROVIDERS/MICROSOFT.COMMUNICATION/"
            "COMMUNICATIONSERVICES/MY-VOICE");
  EXPECT_EQ(words.table_resource_id,
            "/subscriptions/0d8a3f6e-52b1-4c7d-9e0f-6a1b2c3d4e5f/"
            "resourcegroups/my-group/providers/microsoft.communication/"
            "communicationservices/my-voice");
  EXPECT_EQ(words.host, "my-voice.communication.azure.com");
}

// Ids of a customer are derived from the seed, so they belong to no real
// customer.
TEST(CastTest, SubscriptionAndWorkspaceFollowFromTheSeed) {
  const Plan plan(Inbound());
  const Cast one(plan, 1);
  const Cast two(plan, 2);
  EXPECT_NE(one.vocabulary().subscription_id, two.vocabulary().subscription_id);
  EXPECT_EQ(
      one.cipher().Decrypt(*ParseGuid(one.vocabulary().subscription_id))->kind,
      IdKind::kSubscription);
  EXPECT_EQ(
      one.cipher().Decrypt(*ParseGuid(one.vocabulary().workspace_id))->kind,
      IdKind::kWorkspace);
}

// For all calls: each of their ids decodes to the call, and to no call with
// another seed.
TEST(CastTest, IdsLeadBackToTheirCalls) {
  const Plan plan(Inbound());
  const Cast cast(plan, kSeed);
  const Cast other(plan, kSeed + 1);
  for (const CallKey call : SomeCalls(kSlot2026, 500)) {
    const Record request = RequestRecord(call, 3, Operation::kGetCall);
    const RecordIds usage =
        cast.IdsOf(UsageRecord(call, ParticipantKind::kPstn, 1));
    const std::pair<std::string, std::string_view> ids[] = {
        {FormatGuid(cast.IdsOf(request).id), "OperationId"},
        {FormatGuid(cast.CorrelationOf(call, 2)), "CorrelationId"},
        {FormatGuid(cast.FactsOf(call).connection), "CallConnectionId"},
        {cast.ServerCallIdOf(call), "ServerCallId"},
        {FormatGuid(usage.id), "RecordId"},
        {FormatGuid(usage.other), "ParticipantId"},
        {FormatGuid(usage.item), "_ItemId"},
    };
    for (const auto& [id, what] : ids) {
      const auto origin = cast.OriginOf(id);
      ASSERT_TRUE(origin && origin->call) << id;
      EXPECT_EQ(origin->what, what);
      EXPECT_EQ(*origin->call, call) << what;
      EXPECT_FALSE(other.OriginOf(id)) << what;
    }
  }
}

TEST(CastTest, IdsOfNoCallAreNamedAndOthersAreNot) {
  const Plan plan(Inbound());
  const Cast cast(plan, kSeed);
  const auto workspace = cast.OriginOf(cast.vocabulary().workspace_id);
  ASSERT_TRUE(workspace);
  EXPECT_EQ(workspace->what, "Log Analytics workspace");
  EXPECT_FALSE(workspace->call);
  std::string damaged = cast.ServerCallIdOf({kSlot2026, 1});
  damaged[130] = damaged[130] == 'A' ? 'B' : 'A';
  for (const std::string& id :
       {std::string(), std::string("A"), std::string(300, '='),
        std::string(300, 'A'), damaged,
        std::string("401f3500-fcb6-4b84-927e-81cd6372560b"),
        std::string("not an id at all, but long enough to be one")}) {
    EXPECT_FALSE(cast.OriginOf(id)) << id;
  }
}

}  // namespace
}  // namespace busyhour::internal
