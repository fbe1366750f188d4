#include "scenario/plan.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/stream.h"
#include "scenario/calm.h"

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kWhole = std::uint64_t{1} << 32;
constexpr std::uint64_t kLastDraw = std::numeric_limits<std::uint64_t>::max();

std::uint64_t DrawOf(std::uint64_t number) {
  return Draw(StreamKey(1, 2, number), Purpose::kBranch);
}

TEST(PlanTest, SharesAreFractionsOf2To32) {
  EXPECT_EQ(ShareOf(0.0), 0u);
  EXPECT_EQ(ShareOf(-1.0), 0u);
  EXPECT_EQ(ShareOf(0.5), kWhole / 2);
  EXPECT_EQ(ShareOf(1.0), kWhole);
  EXPECT_EQ(ShareOf(2.0), kWhole);
  EXPECT_EQ(ShareOf(0x1p-32), 1u);
}

// For all limits and draws: a limited draw is below its limit, and not below
// the minimum of the distribution, unless the minimum exceeds the limit.
TEST(PlanTest, LimitedDrawsStayBelowTheirLimit) {
  const Distribution distribution(LognormalMs(1'800, 0.6, 150, 300'000));
  for (const std::int64_t limit_ms : {1, 100, 151, 1'000, 5'000, 400'000}) {
    const LimitedDraw draw(distribution, limit_ms);
    for (std::uint64_t i = 0; i < 5000; ++i) {
      const std::uint32_t value = draw(DrawOf(i));
      ASSERT_LT(value, limit_ms);
      if (limit_ms > 150) {
        ASSERT_GE(value, 150u);
      }
    }
    EXPECT_LT(draw(0), limit_ms);
    EXPECT_LT(draw(kLastDraw), limit_ms);
  }
}

TEST(PlanTest, ALimitBeyondAllDrawsChangesNothing) {
  const Distribution distribution(UniformMs(100, 200));
  const LimitedDraw draw(distribution, 10'000);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    EXPECT_NEAR(draw(DrawOf(i)), distribution(DrawOf(i)), 1);
  }
}

TEST(PlanTest, PicksFromItsValues) {
  const Pick<int> none;
  EXPECT_TRUE(none.empty());
  const Pick<int> one({{7, 0.2}});
  EXPECT_EQ(one(kLastDraw), 7);
  const Pick<int> pick({{10, 1.0}, {20, 0.0}, {30, 3.0}});
  int tens = 0;
  for (std::uint64_t i = 0; i < 4000; ++i) {
    const int value = pick(DrawOf(i));
    ASSERT_TRUE(value == 10 || value == 30);
    tens += value == 10;
  }
  EXPECT_NEAR(tens, 1000, 140);  // 5 standard errors
}

TEST(PlanTest, MediaFailuresTakeTheirPartsOfTheDraws) {
  MediaFailurePlan failures;
  EXPECT_EQ(failures(0), Outcome::kCompleted);
  failures.parts = {{kWhole / 4, Outcome::kPlayBadFile},
                    {kWhole / 2, Outcome::kPlayInternalError}};
  EXPECT_EQ(failures(0), Outcome::kPlayBadFile);
  EXPECT_EQ(failures((kWhole / 4 - 1) << 32), Outcome::kPlayBadFile);
  EXPECT_EQ(failures((kWhole / 4) << 32), Outcome::kPlayInternalError);
  EXPECT_EQ(failures((kWhole / 2 - 1) << 32), Outcome::kPlayInternalError);
  EXPECT_EQ(failures((kWhole / 2) << 32), Outcome::kCompleted);
  EXPECT_EQ(failures(kLastDraw), Outcome::kCompleted);
}

// The target of an outcome is the first one that is defined of: its own name,
// its group, `next`. Their order in the profile does not matter.
TEST(PlanTest, AnOutcomesOwnWayGoesBeforeItsGroups) {
  const char* const kOrders[] = {
      R"("on": {"initial_silence": "silent", "failed": "failed"})",
      R"("on": {"failed": "failed", "initial_silence": "silent"})"};
  for (const char* on : kOrders) {
    const Plan plan(calm::ProfileOfSteps(
        R"("first": {"operation": "Recognize", "input": "Dtmf", )" +
        std::string(on) + R"(, "next": "end"},
           "silent": {"wait": "1s", "next": "end"},
           "failed": {"wait": "1s", "next": "end"})"));
    const FlowPlan& flow = plan.flows[0];
    const StepPlan& step = flow.steps[1];
    const auto target = [&](Outcome outcome) {
      const std::int16_t index = step.on[static_cast<std::size_t>(outcome)];
      return step.transitions[static_cast<std::size_t>(index)].targets(0);
    };
    EXPECT_EQ(target(Outcome::kInitialSilence), 2);
    EXPECT_EQ(target(Outcome::kRequestFailed), 3);
    EXPECT_EQ(target(Outcome::kBeepFailed), 3);
    EXPECT_EQ(target(Outcome::kMaxDigits), kEndStep);
  }
}

TEST(PlanTest, RetriesAreCountedForEachTransition) {
  const Plan plan(calm::ProfileOfSteps(
      R"("first": {"operation": "Recognize", "input": "Dtmf", "on": {
            "initial_silence": {"retry": 2, "then": "end"},
            "failed": {"retry": 5, "then": "end"}}, "next": "second"},
         "second": {"operation": "GetCall", "on": {
            "failed": {"retry": 1, "then": "end"}}, "next": "end"})"));
  EXPECT_EQ(plan.flows[0].counters, 3u);
}

TEST(PlanTest, EqualDistributionsShareATable) {
  Profile profile = calm::ProfileOfSteps(
      R"("first": {"wait": {"uniform": ["1s", "3s"]}, "next": "second"},
         "second": {"wait": {"uniform": ["1s", "3s"]}, "next": "third"},
         "third": {"wait": {"uniform": ["1s", "4s"]}, "next": "end"})");
  const Plan plan(profile);
  const std::vector<StepPlan>& steps = plan.flows[0].steps;
  EXPECT_EQ(steps[1].wait, steps[2].wait);
  EXPECT_NE(steps[1].wait, steps[3].wait);
}

TEST(PlanTest, KnowsWhichFlowsAreInbound) {
  const auto inbound = [](const char* operation) {
    const Plan plan(calm::ProfileOf(R"({"start": "a", "steps": {"a":
        {"operation": ")" + std::string(operation) +
                                    R"(", "next": "end"}}})"));
    return plan.flows[0].inbound;
  };
  EXPECT_FALSE(inbound("CreateCall"));
  EXPECT_TRUE(inbound("AnswerCall"));
  EXPECT_TRUE(inbound("ConnectCall"));
  EXPECT_TRUE(inbound("RejectCall"));
  EXPECT_TRUE(inbound("RedirectCall"));
}

}  // namespace
}  // namespace busyhour::internal
