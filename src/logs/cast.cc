#include "logs/cast.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstring>

#include "base/ascii.h"
#include "base/digits.h"
#include "base/stream.h"
#include "catalog/regions.h"
#include "catalog/statuses.h"
#include "logs/phone_numbers.h"
#include "profile/incident_keys.h"
#include "text/base64.h"

namespace busyhour::internal {
namespace {

// A node is restarted after this time; its calls are between kNodeWarmUp and
// kNodeLife + kNodeWarmUp after its start. Published ids show hours to about
// nine days.
constexpr std::int64_t kNodeLifeSeconds = 204 * 3600;
constexpr std::int64_t kNodeWarmUpSeconds = 2 * 3600;
// Connection ids have another form of prefix since 2025.
constexpr std::uint64_t k2025 = 1'735'689'600;
// The connections of a call.
constexpr std::uint32_t kApplicationLeg = 0;
constexpr std::uint32_t kRecorderLeg = 1;
constexpr std::uint64_t kTicksPerSecond = 10'000'000;
constexpr std::size_t kTickDigits = 18;
constexpr std::uint64_t kUnixEpochTicks = 621'355'968'000'000'000;

// The bytes of a GUID in .NET's layout: the first three groups are
// little-endian.
void PutDotNetBytes(const Guid& guid, unsigned char* out) noexcept {
  static constexpr int kOrder[] = {3, 2, 1, 0, 5, 4, 7, 6};
  for (int i = 0; i < 8; ++i) {
    out[i] = static_cast<unsigned char>(guid.high >> (56 - 8 * kOrder[i]));
    out[i + 8] = static_cast<unsigned char>(guid.low >> (56 - 8 * i));
  }
}

std::string TwoDigits(std::uint64_t value) {
  return {static_cast<char>('0' + value / 10 % 10),
          static_cast<char>('0' + value % 10)};
}

std::uint32_t CallerAddress(std::uint64_t server) {
  // TEST-NET-1, -2 and -3 in turn; hosts .1 to .250.
  static constexpr std::uint32_t kNetworks[] = {0xc0000200, 0xc6336400,
                                                0xcb007100};
  return kNetworks[server % 3] + 1 + static_cast<std::uint32_t>(server % 250);
}

// Spreads frequent callers over all numbers: a prime, so that no two callers
// have the same one.
constexpr std::uint64_t kNumberStep = 44'021;
// Number of callers who call about equally often, and more often than the
// others: our assumption. By Zipf's law alone, one caller would make about a
// tenth of the calls.
constexpr std::uint32_t kFrequentCallers = 300;
// Users who call or are called, in a range of their own: there are many of
// them, and few agents.
constexpr std::uint32_t kUserCallers = 1u << 19;
constexpr std::uint32_t kFirstUserCaller = 1u << 20;

bool HasMediaSummary(Operation operation) {
  return operation == Operation::kPlay || operation == Operation::kRecognize;
}

}  // namespace

Cast::Cast(const Plan& plan, std::uint64_t run_key)
    : plan_(plan),
      run_key_(run_key),
      cipher_(run_key),
      phone_callers_(plan.profile().participants.caller_zipf, kFrequentCallers,
                     PhoneNumberCount(plan.profile().participants.numbers)),
      user_callers_(plan.profile().participants.caller_zipf, kFrequentCallers,
                    kUserCallers),
      first_caller_(
          Draw(StreamKey(run_key, kSlotItself, 0), Purpose::kCallerIdentity)) {
  const auto add_nodes = [this](std::string_view region) {
    for (std::uint32_t i = 0; i < kNodeCount; ++i) {
      nodes_.push_back(
          MakeNode(static_cast<std::uint32_t>(nodes_.size()), region));
    }
  };
  add_nodes(plan.profile().resource.region);
  nodes_.emplace_back();  // kNoNode
  for (const std::string_view region :
       FailoverRegions(plan.profile().incidents)) {
    add_nodes(region);
  }
  vocabulary_ = MakeVocabulary();
  for (const LogType log : kLogTypes) {
    const CountedEndings& endings = DescriptorOf(log).endings;
    endings_[log].at = endings.at;
    endings_[log].of.fill(ResultType::kCompleted);
    if (endings.of == nullptr) continue;
    const std::vector<ResultType> of = endings.of(vocabulary_);
    std::copy(of.begin(), of.end(), endings_[log].of.begin());
  }
  const bool media_only = plan.profile().assumptions.media_operation_ids_only;
  for (std::size_t i = 0; i < kOperationCount; ++i) {
    has_operation_id_[i] =
        !media_only || HasMediaSummary(static_cast<Operation>(i));
  }
}

std::string_view Cast::RegionOf(std::uint8_t node) const {
  const Profile& profile = plan_.profile();
  if (node < kNodeCount) return profile.resource.region;
  return FailoverRegions(profile.incidents)[(node - kNoNode - 1u) / kNodeCount];
}

Cast::Node Cast::MakeNode(std::uint32_t number,
                          std::string_view region_name) const {
  const Profile& profile = plan_.profile();
  const std::uint64_t draw =
      Draw(StreamKey(run_key_, kSlotItself, number), Purpose::kNode);
  const auto byte = [draw](int index) {
    return static_cast<std::uint32_t>(draw >> (8 * index) & 0xff);
  };
  const std::uint32_t place =
      number < kNodeCount ? number : (number - kNoNode - 1) % kNodeCount;
  Node node;
  // 4D1FXX00 and XX00YY80, as seen in published ids.
  node.connection_prefix_2023 =
      0x401f0000 | (byte(0) % 10) << 24 | byte(1) << 8;
  node.connection_prefix_2025 = (byte(2) % 32) << 24 | byte(3) << 8 | 0x80;
  const RegionInfo* region = FindRegion(region_name);
  const bool aks = profile.assumptions.aks_server_call_id;
  const std::string url = "https://api.flightproxy.skype.com/api/v2/cp/conv-" +
                          std::string(region->conversation_code) + '-' +
                          TwoDigits(1 + place % 8) + (aks ? "-prod-aks" : "") +
                          ".conv.skype.com/conv/";
  const std::size_t whole = url.size() / 3 * 3;
  node.head.resize(whole / 3 * 4);
  PutBase64(reinterpret_cast<const unsigned char*>(url.data()), whole,
            kBase64Digits, node.head.data());
  node.rest_bytes = static_cast<std::uint8_t>(
      url.copy(node.rest.data(), node.rest.size(), whole));
  node.query = "?i=";
  node.query += aks ? "10-" + std::to_string(60 + byte(4) % 69) + '-' +
                          std::to_string(byte(5)) + '-' +
                          std::to_string(1 + byte(6) % 254)
                    : std::to_string(1 + place * 3 + byte(4) % 3);
  node.query += "&e=";
  return node;
}

Cast::NodeLife Cast::LifeOf(std::uint32_t node,
                            std::uint64_t slot) const noexcept {
  const std::uint64_t key = StreamKey(run_key_, kSlotItself, node);
  const std::int64_t phase = static_cast<std::int64_t>(
      PickBelow(Draw(key, Purpose::kNodeLife), kNodeLifeSeconds));
  const std::int64_t second =
      static_cast<std::int64_t>(slot) - kNodeWarmUpSeconds + phase;
  const std::int64_t life = second / kNodeLifeSeconds;
  const auto start = static_cast<std::uint64_t>(
      std::max<std::int64_t>(life * kNodeLifeSeconds - phase, 0));
  const std::uint64_t from_slot =
      slot - static_cast<std::uint64_t>(second % kNodeLifeSeconds);
  return {from_slot, from_slot + kNodeLifeSeconds,
          kUnixEpochTicks + start * kTicksPerSecond +
              PickBelow(Draw(key, Purpose::kNodeLife,
                             1 + static_cast<std::uint64_t>(life)),
                        kTicksPerSecond)};
}

void Cast::PutOwnTail(CallKey call, const Node& node,
                      CallFacts& facts) const noexcept {
  constexpr std::size_t kTokenBytes = 22;
  std::array<unsigned char, 2 + kTokenBytes + 2> url;
  static_assert((url.size() - 2) / 3 * 4 == CallFacts::kOwnTailBytes);
  std::memcpy(url.data(), node.rest.data(), node.rest.size());
  unsigned char* const token = url.data() + node.rest_bytes;
  unsigned char bytes[16];
  PutDotNetBytes(
      cipher_.Encrypt({IdKind::kServerCall, call.slot, call.ordinal, 0}),
      bytes);
  PutBase64(bytes, sizeof bytes, kBase64UrlDigits,
            reinterpret_cast<char*>(token));
  std::memcpy(token + kTokenBytes, node.query.data(), 2);
  PutBase64(url.data(), url.size() - 2, kBase64Digits,
            facts.server_call_tail.data());
}

void Cast::PutNodeTail(const Node& node, std::uint64_t start_ticks,
                       CallFacts& facts) noexcept {
  // query 20 | time stamp 18, at most
  std::array<unsigned char, 20 + kTickDigits> url;
  static_assert(CallFacts::kOwnTailBytes + (url.size() + 2) / 3 * 4 <=
                sizeof facts.server_call_tail);
  // `PutOwnTail` fills its last group with the start of the query.
  const std::string_view query =
      std::string_view(node.query).substr(2u - node.rest_bytes);
  unsigned char* p = std::copy(query.begin(), query.end(), url.data());
  static_assert(kTickDigits == 2 + 8 + 8);
  for (const std::size_t at : {10, 2}) {
    const std::uint64_t digits =
        EightDigits(static_cast<std::uint32_t>(start_ticks % 100'000'000)) |
        kEightZeros;
    std::memcpy(p + at, &digits, sizeof digits);
    start_ticks /= 100'000'000;
  }
  p[0] = static_cast<unsigned char>('0' + start_ticks / 10);
  p[1] = static_cast<unsigned char>('0' + start_ticks % 10);
  p += kTickDigits;
  char* const begin = facts.server_call_tail.data();
  char* end = PutBase64(url.data(), static_cast<std::size_t>(p - url.data()),
                        kBase64Digits, begin + CallFacts::kOwnTailBytes);
  while ((end - begin) % 4 != 0) *end++ = '=';
  facts.server_call_tail_bytes = static_cast<std::uint8_t>(end - begin);
}

Guid Cast::ConnectionOf(CallKey call, std::uint32_t leg,
                        std::uint32_t node) const noexcept {
  return cipher_.EncryptConnection(call.slot, call.ordinal, leg,
                                   call.slot >= k2025
                                       ? nodes_[node].connection_prefix_2025
                                       : nodes_[node].connection_prefix_2023);
}

Guid Cast::RecorderOf(CallKey call) const noexcept {
  return ConnectionOf(call, kRecorderLeg, NodeOf(call));
}

CallFacts Cast::FactsOf(CallKey call) const noexcept {
  const std::uint64_t key = StreamKey(run_key_, call.slot, call.ordinal);
  NodeFacts facts;
  Update(facts, call, key, NodeOf(plan_, call, key));
  return facts.facts;
}

const CallFacts& Cast::FactsOf(CallKey call,
                               RecentFacts& recent) const noexcept {
  const std::uint64_t key = StreamKey(run_key_, call.slot, call.ordinal);
  const std::uint32_t node = NodeOf(plan_, call, key);
  NodeFacts& facts =
      recent[(call.resource * kNodeCount + node) % recent.size()];
  Update(facts, call, key, node);
  return facts.facts;
}

void Cast::Update(NodeFacts& recent, CallKey call, std::uint64_t key,
                  std::uint32_t node) const noexcept {
  CallFacts& facts = recent.facts;
  facts.caller_ip = CallerAddress(plan_.servers.ServerOf(key, call.slot));
  facts.connection = ConnectionOf(call, kApplicationLeg, node);
  PutOwnTail(call, nodes_[node], facts);
  if (recent.cast == this && recent.node == node &&
      call.slot >= recent.from_slot && call.slot < recent.until_slot) {
    return;
  }
  const NodeLife life = LifeOf(node, call.slot);
  recent.cast = this;
  recent.node = node;
  recent.from_slot = life.from_slot;
  recent.until_slot = life.until_slot;
  PutNodeTail(nodes_[node], life.start_ticks, facts);
}

std::string Cast::ServerCallIdOf(CallKey call) const {
  const CallFacts facts = FactsOf(call);
  const std::uint32_t node = NodeOf(call);
  return nodes_[node].head + std::string(facts.server_call_tail.data(),
                                         facts.server_call_tail_bytes);
}

std::uint64_t Cast::PhoneNumberOf(ParticipantCode participant,
                                  std::uint64_t draw) const noexcept {
  const Participants::Numbers country = plan_.profile().participants.numbers;
  const std::uint32_t count = PhoneNumberCount(country);
  const std::uint64_t index =
      participant.is_caller()
          ? first_caller_ + phone_callers_(draw) * kNumberStep
          : PickBelow(draw, count);
  return PhoneNumber(country, static_cast<std::uint32_t>(index % count));
}

std::uint32_t Cast::UserNumberOf(ParticipantCode participant,
                                 std::uint64_t draw) const noexcept {
  if (participant.is_agent()) return participant.agent();
  if (participant.is_caller()) return kFirstUserCaller + user_callers_(draw);
  if (participant.is_callee()) {
    return kFirstUserCaller +
           static_cast<std::uint32_t>(PickBelow(draw, kUserCallers));
  }
  return static_cast<std::uint32_t>(
      PickBelow(draw, plan_.profile().participants.agents));
}

void Cast::SetUser(CallKey call, ParticipantCode participant,
                   ParticipantKind kind, RecordIds& ids) const noexcept {
  ids.phone_number = 0;
  ids.user = {};
  if (kind == ParticipantKind::kApp) return;
  // One who calls again, or is called again, is the same one.
  const bool is_same = participant.index() == kCallerLeg;
  const std::uint64_t key =
      StreamKey(run_key_, call.slot, is_same ? call.number() : call.ordinal);
  const std::uint64_t draw =
      is_same ? Draw(key, Purpose::kCallerIdentity)
              : Draw(key, Purpose::kParticipantIdentity, participant.index());
  if (kind == ParticipantKind::kPstn) {
    ids.phone_number = PhoneNumberOf(participant, draw);
  } else {
    ids.user =
        cipher_.Encrypt({IdKind::kUser, 0, UserNumberOf(participant, draw),
                         static_cast<std::uint16_t>(kind)});
  }
}

std::string Cast::ParticipantIdOf(const Call& call, std::size_t leg) const {
  const ParticipantKind kind = call.legs[leg].kind;
  RecordIds ids;
  SetUser(call.key, ParticipantCode(call, leg), kind, ids);
  std::string id = vocabulary_.user_prefixes[static_cast<std::size_t>(kind)];
  if (kind == ParticipantKind::kPstn) {
    id += std::to_string(ids.phone_number);
  } else if (kind != ParticipantKind::kApp) {
    id += FormatGuid(ids.user);
  }
  return id;
}

Vocabulary Cast::MakeVocabulary() const {
  const Profile& profile = plan_.profile();
  const Resource& resource = profile.resource;
  const Assumptions& assumptions = profile.assumptions;
  const auto id = [this](IdKind kind, std::uint32_t number) {
    return FormatGuid(cipher_.Encrypt({kind, 0, number, 0}));
  };
  Vocabulary words;
  words.profile = &profile;
  words.subscription_id = resource.subscription
                              ? FormatGuid(*resource.subscription)
                              : id(IdKind::kSubscription, 0);
  words.workspace_id = id(IdKind::kWorkspace, 0);
  words.tenant_id = id(IdKind::kTenant, 0);
  const std::string path =
      "/subscriptions/" + words.subscription_id + "/resourceGroups/" +
      resource.group +
      "/providers/Microsoft.Communication/communicationServices/" +
      resource.name;
  words.resource_id = InUpperCase(path);
  words.table_resource_id = InLowerCase(path);
  words.workspace_resource_id = InLowerCase(
      "/subscriptions/" + words.subscription_id + "/resourceGroups/" +
      resource.group + "/providers/Microsoft.OperationalInsights/workspaces/" +
      resource.workspace);
  words.host = InLowerCase(resource.name) + ".communication.azure.com";
  words.usage_operation_name = assumptions.usage_operation_name;
  words.usage_operation_version = assumptions.usage_operation_version;
  words.usage_unit = assumptions.usage_unit;
  words.streaming_operation_name = assumptions.streaming_operation_name;
  words.usage_granularity_ms =
      static_cast<std::uint32_t>(profile.usage.granularity_ms);
  for (const Client& client : profile.clients) {
    words.clients.push_back(
        {client.sdk_type, client.sdk_version, client.api_version});
  }
  for (const Node& node : nodes_) words.server_call_heads.push_back(node.head);

  for (const OperationInfo& operation : Operations()) {
    words.operations.emplace_back(operation.name);
  }
  const auto level = [&](bool succeeded, int status) -> std::string_view {
    if (succeeded) return assumptions.level_of_success;
    return status >= 500 ? assumptions.level_of_server_failure
                         : assumptions.level_of_client_failure;
  };
  for (const int status : Statuses()) {
    const bool succeeded = words.requests.size() < kSuccessStatusCount;
    words.requests.push_back(
        {succeeded ? "Succeeded" : "Failed", status, level(succeeded, status)});
  }
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    const OutcomeInfo& info = Info(static_cast<Outcome>(i));
    ResultType group = info.group;
    if (static_cast<Outcome>(i) == Outcome::kInterToneTimeout &&
        !assumptions.inter_tone_timeout_completes) {
      group = ResultType::kFailed;
    }
    words.media.push_back({group, info.code, info.subcode, info.message,
                           level(group != ResultType::kFailed, info.code)});
  }
  for (std::size_t i = 0; i < kSourceCount; ++i) {
    const auto source = static_cast<Source>(i);
    words.prompt_sources.emplace_back(source == Source::kText
                                          ? assumptions.text_source_name
                                          : SourceName(source));
  }
  words.sub_operations = words.prompt_sources;
  for (std::size_t i = 1; i < kInputCount; ++i) {
    words.sub_operations.emplace_back(InputName(static_cast<Input>(i)));
  }
  const std::string users = "8:acs:" + id(IdKind::kResource, 0) + '_';
  const std::string application = users + id(IdKind::kUser, kLastOrdinal);
  words.usage_types = {assumptions.usage_type_voip, assumptions.usage_type_pstn,
                       assumptions.usage_type_voip,
                       assumptions.usage_type_voip};
  words.user_prefixes = {application, "4:+", users, "8:orgid:"};
  words.user_b = {"", application, application, application};
  return words;
}

}  // namespace busyhour::internal
