#include "scenario/redial.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/base_profiles.h"
#include "profile/load.h"
#include "scenario/calm.h"
#include "scenario/simulator.h"

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kSlot = calm::World::kSlot;

// Callers call again after every end, with this share, at most `most` times.
Redials AfterAll(double share, std::uint32_t most = kMostRedials) {
  Redials redials;
  for (const AttemptEndInfo& info : kAttemptEnds) {
    redials.after.emplace_back(info.end, Redial{share, ConstantMs(30'000)});
  }
  redials.most = most;
  return redials;
}

// A first attempt and the calls that follow from it.
std::vector<Call> CallsOf(Simulator& simulator, CallKey first) {
  std::vector<Call> calls;
  for (const Call* call = &simulator.Simulate(first); call != nullptr;
       call = simulator.SimulateNext()) {
    calls.push_back(*call);
  }
  return calls;
}

// For all shipped profiles, seeds and calls: a call with a generation has a
// call before it that ended, in a way after which its caller calls again, and
// it is of the same caller and flow.
TEST(RedialTest, EachFollowsFromTheCallBefore) {
  for (const BuiltinProfile& builtin : BaseProfiles()) {
    const std::string name(builtin.name);
    SCOPED_TRACE(name);
    Profile profile = ParseProfile(builtin.text, name, name);
    for (Flow& flow : profile.flows) flow.redials.reset();
    profile.redials = AfterAll(0.5);
    // Nobody calls again after a completed call.
    profile.redials.after.erase(profile.redials.after.begin());
    profile.requests.failures.share = 0.1;
    const Plan plan(profile);
    std::size_t redials = 0;
    for (const std::uint64_t seed : {1u, 2u}) {
      Simulator simulator(plan, seed);
      for (std::uint32_t i = 0; i < 400; ++i) {
        const CallKey first{kSlot + i * 809, i % 3};
        const std::vector<Call> calls = CallsOf(simulator, first);
        ASSERT_LE(calls.size(), kMostRedials + 1);
        for (std::size_t n = 1; n < calls.size(); ++n) {
          const Call& before = calls[n - 1];
          const Call& call = calls[n];
          EXPECT_EQ(call.key, before.key.Next());
          EXPECT_EQ(call.cause.after, EndOf(before));
          EXPECT_NE(call.cause.after, AttemptEnd::kCompleted);
          EXPECT_EQ(call.cause.incident, nullptr);
          EXPECT_EQ(call.cause.ended_ms, FreeAt(before));
          EXPECT_EQ(call.attempted_ms, FreeAt(before) + 30'000);
          EXPECT_EQ(call.flow, before.flow);
          EXPECT_EQ(call.scope.caller, before.scope.caller);
          EXPECT_NE(call.scope.stream_key, before.scope.stream_key);
          EXPECT_LE(FreeAt(call), plan.longest_history_ms);
          ++redials;
        }
      }
    }
    EXPECT_GT(redials, 20u);
  }
}

TEST(RedialTest, AnyCallIsFoundFromItsKey) {
  Profile profile = LoadProfile("quickstart");
  profile.redials = AfterAll(0.7);
  const Plan plan(profile);
  Simulator simulator(plan, 1);
  Simulator other(plan, 1);
  for (std::uint32_t i = 0; i < 100; ++i) {
    const CallKey first{kSlot + i, 0};
    const std::vector<Call> calls = CallsOf(simulator, first);
    CallKey key = first;
    for (std::uint32_t generation = 0; generation <= kMostRedials;
         ++generation) {
      const Call* const found = other.Find(key);
      ASSERT_EQ(found != nullptr, generation < calls.size());
      if (found != nullptr) {
        const Call& expected = calls[generation];
        EXPECT_EQ(found->key, expected.key);
        EXPECT_EQ(found->attempted_ms, expected.attempted_ms);
        EXPECT_EQ(found->ended_ms, expected.ended_ms);
        EXPECT_EQ(found->requests.size(), expected.requests.size());
      }
      if (generation < kMostRedials) key = key.Next();
    }
  }
}

TEST(RedialTest, NobodyCallsAgainWithoutRedials) {
  Profile profile = LoadProfile("quickstart");
  profile.redials = {};
  const Plan plan(profile);
  EXPECT_EQ(plan.most_redials, 0u);
  Simulator simulator(plan, 1);
  for (std::uint32_t i = 0; i < 100; ++i) {
    simulator.Simulate({kSlot + i, 0});
    EXPECT_EQ(simulator.SimulateNext(), nullptr);
  }
}

TEST(RedialTest, MostLimitsTheCallsOfACaller) {
  for (const std::uint32_t most : {0u, 1u, 2u, 3u}) {
    Profile profile = LoadProfile("quickstart");
    profile.redials = AfterAll(1.0, most);
    const Plan plan(profile);
    Simulator simulator(plan, 1);
    for (std::uint32_t i = 0; i < 50; ++i) {
      EXPECT_EQ(CallsOf(simulator, {kSlot + i, 0}).size(), most + 1);
    }
  }
}

TEST(RedialTest, AFlowOverridesTheProfile) {
  Profile profile = LoadProfile("quickstart");
  profile.redials = AfterAll(1.0);
  for (Flow& flow : profile.flows) {
    if (flow.name == "menu") flow.redials = AfterAll(1.0, 1);
  }
  const Plan plan(profile);
  Simulator simulator(plan, 1);
  for (std::uint32_t i = 0; i < 100; ++i) {
    const std::vector<Call> calls = CallsOf(simulator, {kSlot + i, 0});
    const bool is_menu = profile.flows[calls[0].flow].name == "menu";
    EXPECT_EQ(calls.size(), is_menu ? 2u : 4u);
  }
}

TEST(RedialTest, PersistenceIsTheShare) {
  for (const double share : {0.1, 0.6}) {
    Profile profile = LoadProfile("quickstart");
    profile.redials = AfterAll(share, 1);
    const Plan plan(profile);
    Simulator simulator(plan, 1);
    std::array<std::pair<int, int>, kAttemptEnds.size()> counts{};
    for (std::uint32_t i = 0; i < 20'000; ++i) {
      const Call& call = simulator.Simulate({kSlot + i, 0});
      auto& [ends, redials] = counts[static_cast<std::size_t>(EndOf(call))];
      ++ends;
      redials += simulator.SimulateNext() != nullptr ? 1 : 0;
    }
    for (const auto& [ends, redials] : counts) {
      if (ends < 100) continue;
      // Four standard deviations.
      const double tolerance = 4 * std::sqrt(share * (1 - share) / ends);
      EXPECT_NEAR(static_cast<double>(redials) / ends, share, tolerance);
    }
  }
}

// The end of the only call of a flow.
AttemptEnd EndOfCall(const Profile& profile) {
  calm::World world(profile);
  return EndOf(world.CallOf(calm::kSomeCall));
}

TEST(RedialTest, EndsAreToldApart) {
  const auto flow = [](const std::string& step) {
    return calm::ProfileOfSteps(step);
  };
  EXPECT_EQ(EndOfCall(flow(R"("first": {"wait": "10s", "next": "end"})")),
            AttemptEnd::kCompleted);
  EXPECT_EQ(
      EndOfCall(flow(
          R"("first": {"wait": "10s", "next": "end", "caller_does": {"hangs_up": 1}})")),
      AttemptEnd::kAbandoned);
  Profile cut = flow(R"("first": {"wait": "2h", "next": "end"})");
  cut.timing.longest_call_ms = kMsPerMinute;
  EXPECT_EQ(EndOfCall(cut), AttemptEnd::kDropped);
  Profile refused = flow(R"("first": {"wait": "10s", "next": "end"})");
  refused.requests.failures.share = 1.0;
  EXPECT_EQ(EndOfCall(refused), AttemptEnd::kFailed);
  Profile disturbed = flow(
      R"("first": {"operation": "Play", "source": "File", "length": "5s", "next": "end"})");
  disturbed.media.play = {{Outcome::kPlayDownloadFailed, 1.0}};
  EXPECT_EQ(EndOfCall(disturbed), AttemptEnd::kDisturbed);
  EXPECT_EQ(EndOfCall(calm::ProfileOfStart(R"({"operation": "RejectCall"})")),
            AttemptEnd::kDeclined);
  EXPECT_EQ(
      EndOfCall(calm::ProfileOfStart(
          R"({"operation": "RedirectCall", "on": {"request_failed": "end"}})")),
      AttemptEnd::kCompleted);
  for (const auto& [word, end] :
       {std::pair{"no_answer", AttemptEnd::kNoAnswer},
        std::pair{"busy", AttemptEnd::kBusy},
        std::pair{"declines", AttemptEnd::kDeclined},
        std::pair{"unreachable", AttemptEnd::kUnreachable},
        std::pair{"voicemail", AttemptEnd::kVoicemail}}) {
    EXPECT_EQ(EndOfCall(calm::ProfileOfStart(
                  R"({"operation": "CreateCall", "who": "pstn",
                      "next": "end", "callee_does": {")" +
                  std::string(word) + R"(": 1}})")),
              end)
        << word;
  }
}

// A caller loop: the same callers all along, as often as they can, and only
// while it lasts.
TEST(RedialTest, ACallerLoopLastsAsLongAsItsIncident) {
  Profile profile =
      calm::ProfileOfSteps(R"("first": {"wait": "10s", "next": "end"})");
  Incident& loop = profile.incidents.emplace_back();
  loop.name = "loop";
  loop.when.at = {static_cast<std::int64_t>(kSlot) * kMsPerSecond};
  loop.when.length_ms = kMsPerHour;
  loop.calls_again_share = 0.25;
  loop.calls_again_delay = ConstantMs(2'000);
  const Plan plan(profile);
  Simulator simulator(plan, 1);
  int loops = 0;
  constexpr int kCalls = 2000;
  for (std::uint32_t i = 0; i < kCalls; ++i) {
    const std::vector<Call> calls = CallsOf(simulator, {kSlot + i, 0});
    ASSERT_TRUE(calls.size() == 1 || calls.size() == 4);
    if (calls.size() == 1) continue;
    ++loops;
    ASSERT_NE(calls[1].cause.incident, nullptr);
    EXPECT_EQ(calls[1].cause.incident->name, "loop");
  }
  EXPECT_NEAR(loops / static_cast<double>(kCalls), 0.25, 0.04);
  for (const std::uint64_t slot : {kSlot - 100, kSlot + 3600}) {
    for (std::uint32_t number = 0; number < 100; ++number) {
      EXPECT_EQ(CallsOf(simulator, {slot, number}).size(), 1u);
    }
  }
}

}  // namespace
}  // namespace busyhour::internal
