// The content of server call ids.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/regions.h"
#include "logs/cast.h"
#include "logs/some_calls.h"

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kIdSeed = 5;

// Decodes Base64; nothing if it is not well formed.
std::optional<std::string> FromBase64(std::string_view text, bool url) {
  std::string bytes;
  std::uint32_t word = 0;
  int bits = 0;
  const std::string_view last = url ? "-_" : "+/";
  while (!url && text.ends_with('=')) text.remove_suffix(1);
  for (const char c : text) {
    std::uint32_t digit = 0;
    if (c >= 'A' && c <= 'Z') {
      digit = static_cast<std::uint32_t>(c - 'A');
    } else if (c >= 'a' && c <= 'z') {
      digit = static_cast<std::uint32_t>(c - 'a' + 26);
    } else if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint32_t>(c - '0' + 52);
    } else if (c == last[0] || c == last[1]) {
      digit = c == last[0] ? 62 : 63;
    } else {
      return std::nullopt;
    }
    word = word << 6 | digit;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>(word >> bits);
    }
  }
  return bytes;
}

// The text of the GUID that .NET writes as these bytes.
std::string FromDotNetBytes(const std::string& bytes) {
  static constexpr std::size_t kOrder[] = {3, 2, 1,  0,  5,  4,  7,  6,
                                           8, 9, 10, 11, 12, 13, 14, 15};
  std::string text;
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    const auto byte = static_cast<unsigned char>(bytes[kOrder[i]]);
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

// The parts of a server call id.
struct ServerCall {
  std::string host;
  std::string conversation;  // as a GUID
  std::string node;          // `i`
  std::uint64_t ticks = 0;   // `e`
};

// Decodes a server call id, and fails if it does not have the form of the
// published ones.
ServerCall Decoded(std::string_view text) {
  ServerCall parts;
  EXPECT_EQ(text.size() % 4, 0u);
  const std::optional<std::string> url = FromBase64(text, false);
  EXPECT_TRUE(url.has_value()) << text;
  if (!url) return parts;
  const std::string_view kBegin =
      "https://api.flightproxy.skype.com/api/v2/cp/";
  EXPECT_TRUE(url->starts_with(kBegin)) << *url;
  const std::size_t conv = url->find("/conv/", kBegin.size());
  const std::size_t i = url->find("?i=");
  const std::size_t e = url->find("&e=");
  if (conv == std::string::npos || i == std::string::npos ||
      e == std::string::npos || e < i) {
    ADD_FAILURE() << *url;
    return parts;
  }
  parts.host = url->substr(kBegin.size(), conv - kBegin.size());
  const std::string token = url->substr(conv + 6, i - conv - 6);
  EXPECT_EQ(token.size(), 22u);
  const std::optional<std::string> bytes = FromBase64(token, true);
  EXPECT_TRUE(bytes && bytes->size() == 16) << token;
  if (bytes && bytes->size() == 16) {
    parts.conversation = FromDotNetBytes(*bytes);
  }
  parts.node = url->substr(i + 3, e - i - 3);
  const std::string ticks = url->substr(e + 3);
  EXPECT_EQ(ticks.size(), 18u) << ticks;
  EXPECT_EQ(ticks.find_first_not_of("0123456789"), std::string::npos);
  parts.ticks = std::strtoull(ticks.c_str(), nullptr, 10);
  return parts;
}

// .NET ticks, of 100 ns since the year 1, as seconds since 1970.
double SecondsOf(std::uint64_t ticks) {
  return (static_cast<double>(ticks) - 621355968e9) / 1e7;
}

// The decoder can decode a published id (the example on Azure's log page).
TEST(ServerCallIdTest, ThePublishedIdHasTheForm) {
  const ServerCall parts = Decoded(
      "aHR0cHM6Ly9hcGkuZmxpZ2h0cHJveHkuc2t5cGUuY29tL2FwaS92Mi9jcC9jb252LXVzZWEy"
      "LTAxLmNvbnYuc2t5cGUuY29tL2NvbnYvZzRoWlVoS1ZEVUtma19HenRDZ1JTQT9pPTEyJmU9"
      "NjM4MjA1NDc4MDg5MzEzMjIz");
  EXPECT_EQ(parts.host, "conv-usea2-01.conv.skype.com");
  EXPECT_EQ(parts.conversation, "52598883-9512-420d-9f93-f1b3b4281148");
  EXPECT_EQ(parts.node, "12");
  EXPECT_EQ(parts.ticks, 638205478089313223u);
}

// For all calls, regions and forms of the host: the server call id is the
// Base64 encoding of a URL with a conversation id that belongs to the call, and
// a node that was started between two hours and nine days before the call.
TEST(ServerCallIdTest, ServerCallIdsDecode) {
  for (const bool aks : {false, true}) {
    for (const char* region : {"eastus2", "israelcentral", "swedencentral"}) {
      Profile profile = Inbound();
      profile.resource.region = region;
      profile.assumptions.aks_server_call_id = aks;
      const Plan plan(profile);
      const Cast cast(plan, kIdSeed);
      for (const CallKey call : SomeCalls(kSlot2023, 1000)) {
        const ServerCall parts = Decoded(cast.ServerCallIdOf(call));
        const std::string code(FindRegion(region)->conversation_code);
        EXPECT_TRUE(parts.host.starts_with("conv-" + code + "-0"))
            << parts.host;
        EXPECT_TRUE(parts.host.ends_with(aks ? "-prod-aks.conv.skype.com"
                                             : ".conv.skype.com"))
            << parts.host;
        EXPECT_EQ(parts.host.find("aks") != std::string::npos, aks);
        EXPECT_EQ(parts.node.starts_with("10-"), aks) << parts.node;
        EXPECT_EQ(std::count(parts.node.begin(), parts.node.end(), '-'),
                  aks ? 3 : 0);
        EXPECT_EQ(parts.conversation,
                  FormatGuid(cast.cipher().Encrypt(
                      {IdKind::kServerCall, call.slot, call.ordinal, 0})));
        const double age_s =
            static_cast<double>(call.slot) - SecondsOf(parts.ticks);
        // The start time has a fraction of a second.
        EXPECT_GT(age_s, 2 * 3600 - 1);
        EXPECT_LT(age_s, 9 * 86400);
        ASSERT_FALSE(testing::Test::HasFailure());
      }
    }
  }
}

// The published ids have 168 characters, or 192 to 196 in the longer form.
TEST(ServerCallIdTest, ServerCallIdsAreAsLongAsThePublishedOnes) {
  for (const bool aks : {false, true}) {
    Profile profile = Inbound();
    profile.assumptions.aks_server_call_id = aks;
    const Plan plan(profile);
    const Cast cast(plan, kIdSeed);
    for (const CallKey call : SomeCalls(kSlot2026, 500)) {
      const std::size_t bytes = cast.ServerCallIdOf(call).size();
      EXPECT_GE(bytes, aks ? 192u : 168u);
      EXPECT_LE(bytes, aks ? 196u : 168u);
    }
  }
}

// For all calls on one node: (i, e) does not change until the node restarts,
// and then e is later.
TEST(ServerCallIdTest, CallsOfANodeShareItsStart) {
  const Plan plan(Inbound());
  const Cast cast(plan, kIdSeed);
  std::map<std::string, std::uint64_t> last_start;
  std::map<std::string, int> starts;
  std::map<std::string, std::set<std::string>> hosts;
  constexpr std::uint64_t kDays = 40;
  for (std::uint64_t slot = kSlot2026; slot < kSlot2026 + kDays * 86'400;
       slot += 300) {
    const ServerCall parts = Decoded(cast.ServerCallIdOf({slot, 0}));
    hosts[parts.node].insert(parts.host);
    std::uint64_t& last = last_start[parts.node];
    ASSERT_GE(parts.ticks, last);
    if (parts.ticks > last) ++starts[parts.node];
    last = parts.ticks;
  }
  EXPECT_GT(starts.size(), 8u);
  for (const auto& [node, count] : starts) {
    // 40 days, with a restart every 8.5 days.
    EXPECT_GE(count, 5) << node;
    EXPECT_LE(count, 6) << node;
    EXPECT_EQ(hosts[node].size(), 1u) << node;
  }
}

TEST(ServerCallIdTest, NodesAreNotAllStartedAtOnce) {
  const Plan plan(Inbound());
  const Cast cast(plan, kIdSeed);
  std::set<std::uint64_t> starts;
  for (std::uint32_t ordinal = 0; ordinal < 1000; ++ordinal) {
    starts.insert(Decoded(cast.ServerCallIdOf({kSlot2026, ordinal})).ticks);
  }
  EXPECT_GT(starts.size(), 10u);
}

TEST(ServerCallIdTest, EarlyCallsHaveServerCallIdsToo) {
  const Plan plan(Inbound());
  const Cast cast(plan, kIdSeed);
  for (std::uint64_t slot = 0; slot < 12 * 86'400; slot += 1800) {
    const ServerCall parts = Decoded(cast.ServerCallIdOf({slot, 0}));
    EXPECT_GE(SecondsOf(parts.ticks), 0);
    EXPECT_LE(SecondsOf(parts.ticks), static_cast<double>(slot) + 1);
  }
}

// For all calls on one node: their connection ids have the same prefix.
TEST(ServerCallIdTest, CallsOfANodeShareTheirPrefix) {
  const Plan plan(Inbound());
  const Cast cast(plan, kIdSeed);
  std::map<std::string, std::set<std::string>> prefixes;
  for (const CallKey call : SomeCalls(kSlot2026)) {
    const CallFacts facts = cast.FactsOf(call);
    prefixes[Decoded(cast.ServerCallIdOf(call)).node].insert(
        FormatGuid(facts.connection).substr(0, 8));
  }
  EXPECT_GT(prefixes.size(), 8u);
  for (const auto& [node, of_node] : prefixes) {
    EXPECT_EQ(of_node.size(), 1u) << node;
  }
}

}  // namespace
}  // namespace busyhour::internal
