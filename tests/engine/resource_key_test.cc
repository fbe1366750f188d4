#include "profile/resource_key.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/guid.h"
#include "base/sanitized.h"
#include "engine/run_job.h"
#include "scenario/simulator.h"

namespace busyhour::internal {
namespace {

Profile WithResource(const Resource& resource) {
  Profile profile = ShippedProfile("contact-center");
  profile.resource = resource;
  profile.logs = LogSet::All();
  return profile;
}

// Every GUID in the text. Server call ids and recording ids are longer texts
// in Base64; those are taken whole.
std::set<std::string> IdsIn(std::string_view text) {
  std::set<std::string> ids;
  constexpr std::size_t kGuid = kGuidTextBytes;
  for (std::size_t i = 0; i + kGuid <= text.size(); ++i) {
    const std::string_view part = text.substr(i, kGuid);
    if (part[8] != '-' || !ParseGuid(part)) continue;
    ids.emplace(part);
    i += kGuid - 1;
  }
  constexpr std::string_view kBase64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
  for (std::size_t begin = text.find("aHR0cHM6"); begin < text.size();
       begin = text.find("aHR0cHM6", begin + 1)) {
    const std::size_t end = text.find_first_not_of(kBase64, begin);
    ids.emplace(text.substr(begin, end - begin));
  }
  return ids;
}

constexpr std::size_t kFirstCalls = Fewer(2000);

// The attempts of a resource's first calls: the instant and the caller's draw.
std::set<std::pair<std::int64_t, std::uint64_t>> AttemptsOf(const Runs& runs) {
  std::set<std::pair<std::int64_t, std::uint64_t>> attempts;
  Arrivals arrivals(runs.plan, runs.plan.run().key);
  Simulator simulator(runs.plan, runs.plan.run().key);
  const auto first = static_cast<std::uint64_t>(
      runs.plan.profile().traffic.start.ms / kMsPerSecond);
  for (std::uint64_t slot = first; attempts.size() < kFirstCalls; ++slot) {
    for (std::uint32_t i = 0, n = arrivals.CountAt(slot); i < n; ++i) {
      const Call& call = simulator.Simulate({slot, i});
      RecordIds ids;
      runs.cast.SetUser(call.key, ParticipantCode(1), ParticipantKind::kPstn,
                        ids);
      attempts.emplace(call.attempted().ms, ids.phone_number);
    }
  }
  return attempts;
}

template <class T>
std::size_t CountShared(const std::set<T>& a, const std::set<T>& b) {
  std::size_t shared = 0;
  for (const T& each : a) shared += b.count(each);
  return shared;
}

// For all seeds s and resources a != b: Ids(s, a) and Ids(s, b) are disjoint,
// and so are their calls.
TEST(ResourceKeyTest, TwoResourcesShareNoIdAndNoCall) {
  const Resource one;
  Resource name = one;
  name.name = "contoso-voice2";
  Resource group = one;
  group.group = "contoso-voice-rg2";
  Resource subscription = one;
  subscription.subscription = Guid{1, 2};
  for (const std::uint64_t seed : {1, 7}) {
    const Runs runs(WithResource(one), seed);
    const Job job = runs.JobOf(Extent::Kind::kCalls, kFirstCalls);
    const std::set<std::string> ids = IdsIn(runs.Run(job).bytes);
    EXPECT_GT(ids.size(), 5 * kFirstCalls);
    const auto attempts = AttemptsOf(runs);
    for (const Resource& other : {name, group, subscription}) {
      const Runs others(WithResource(other), seed);
      EXPECT_EQ(CountShared(ids, IdsIn(others.Run(job).bytes)), 0u)
          << other.group << '/' << other.name;
      EXPECT_EQ(CountShared(attempts, AttemptsOf(others)), 0u);
    }
  }
}

TEST(ResourceKeyTest, ThePartsOfAnIdDoNotRunTogether) {
  Resource one;
  one.group = "a";
  one.name = "bc";
  Resource other;
  other.group = "ab";
  other.name = "c";
  EXPECT_NE(ResourceKey(1, one), ResourceKey(1, other));
  EXPECT_NE(ResourceKey(1, one), ResourceKey(2, one));
}

TEST(ResourceKeyTest, LetterCaseAndOtherSettingsDoNotMatter) {
  const Resource one;
  Resource other = one;
  other.name = "Contoso-VOICE";
  other.group = "CONTOSO-voice-rg";
  other.workspace = "elsewhere";
  other.region = "westeurope";
  EXPECT_EQ(ResourceKey(1, one), ResourceKey(1, other));
}

}  // namespace
}  // namespace busyhour::internal
