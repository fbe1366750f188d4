#include "load/run_control.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/stream.h"
#include "load/plan_clock.h"
#include "load/sending.h"

namespace busyhour::internal {
namespace {

using ::testing::HasSubstr;

const RateWords kThousand = {PaceUnit::kRecords, 1000, "1000 records/s"};

// A clock that was set to 20 speeds at random times; every fifth one stands
// still.
PlanClock RandomClock(std::uint64_t seed) {
  PlanClock clock;
  Nanos now = 0;
  for (std::uint32_t i = 0; i < 20; ++i) {
    now += static_cast<Nanos>(
        PickBelow(Draw(seed, Purpose::kBackoff, 2 * i), 3'000'000'000));
    const double speed = static_cast<double>(
        PickBelow(Draw(seed, Purpose::kBackoff, 2 * i + 1), 40));
    clock.SetSpeed(now, i % 5 == 0 ? 0 : 0.05 + speed / 8);
  }
  clock.SetSpeed(now, 1);
  return clock;
}

TEST(PlanClockTest, WithoutAChangeBothTimesAreTheSame) {
  const PlanClock clock;
  for (const Nanos at :
       {Nanos{0}, Nanos{1}, 90 * 86'400 * kNanosPerSecond + 7}) {
    EXPECT_EQ(clock.RunTimeOf(at), at);
    EXPECT_EQ(clock.PlanTimeAt(at), at);
  }
  EXPECT_EQ(clock.RunTimeOf(kNever), kNever);
}

// For all speeds: the plan reaches a time at its time of the run, and not
// before. Later times of the plan are never earlier ones of the run.
TEST(PlanClockTest, TimesOfThePlanAndOfTheRunAreEachOthersInverse) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const PlanClock clock = RandomClock(seed);
    Nanos last = 0;
    for (Nanos planned = 0; planned < 200 * kNanosPerSecond;
         planned += 77'777'777) {
      const Nanos at = clock.RunTimeOf(planned);
      ASSERT_GE(at, last) << "seed " << seed;
      last = at;
      EXPECT_NEAR(static_cast<double>(clock.PlanTimeAt(at)),
                  static_cast<double>(planned), 10)
          << "seed " << seed;
      EXPECT_LE(clock.PlanTimeAt(std::max<Nanos>(at - 1, 0)), planned);
    }
  }
}

TEST(PlanClockTest, APauseMovesWhatIsDueAfterIt) {
  PlanClock clock;
  clock.SetSpeed(10, 0);
  EXPECT_EQ(clock.RunTimeOf(10), 10);
  EXPECT_EQ(clock.RunTimeOf(11), kNever);
  EXPECT_EQ(clock.PlanTimeAt(500), 10);
  clock.SetSpeed(110, 2);
  EXPECT_EQ(clock.RunTimeOf(10), 10);
  EXPECT_EQ(clock.RunTimeOf(12), 111);
  EXPECT_EQ(clock.RunTimeOf(30), 120);
}

// The first record of a batch was due before the pause, the last one after it.
TEST(PlanClockTest, APauseIsNotAWaitForTheRestOfABatch) {
  PlanClock clock;
  clock.SetSpeed(100, 0);
  clock.SetSpeed(5000, 1);
  LoadBatch batch;
  batch.first_due = 90;
  batch.due = batch.send_at = 120;
  clock.ToRunTime(batch);
  EXPECT_EQ(batch.first_due, 5000);
  EXPECT_EQ(batch.due, 5020);
  EXPECT_EQ(batch.send_at, 5020);
}

TEST(RunControlTest, RefusesWhatARunCannotDo) {
  RunControl control(kThousand, false);
  const auto ask = [&](const std::string& words) {
    return control.Ask(words, AskedBy::kCommand);
  };
  for (const char* words : {"", "rate", "rate ", "stop", "faster 2", "pause\n",
                            "rate 500/s\nend", "resume "}) {
    EXPECT_NE(ask(words), "") << words;
  }
  EXPECT_THAT(ask("rate 500calls/s"), HasSubstr("is in records/s"));
  EXPECT_THAT(ask("rate max"), HasSubstr("is in records/s"));
  EXPECT_THAT(ask("speed 2"), HasSubstr("is in records/s"));
  EXPECT_THAT(ask("rate 0/s"), HasSubstr("out of range"));
  EXPECT_THAT(RunControl({}, false).Ask("faster", AskedBy::kKey),
              HasSubstr("no rate"));
  RunControl fixed(kThousand, true);
  EXPECT_THAT(fixed.Ask("pause", AskedBy::kKey), HasSubstr("only be ended"));
  EXPECT_EQ(fixed.Ask("end", AskedBy::kKey), "");
}

// For all sequences: each change begins at the rate at which the one before
// ended, and nothing follows the end.
TEST(RunControlTest, NotesEachChangeAndNothingElse) {
  constexpr const char* kWords[] = {"faster", "slower",     "pause",
                                    "resume", "toggle",     "rate 250/s",
                                    "pause",  "rate 1000/s"};
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    RunControl control(kThousand, false);
    PlanClock clock;
    for (std::uint32_t i = 0; i < 100; ++i) {
      const std::size_t word = static_cast<std::size_t>(
          PickBelow(Draw(seed, Purpose::kBackoff, i), std::size(kWords)));
      EXPECT_EQ(control.Ask(kWords[word], AskedBy::kPage), "");
      control.MakeChanges(1000 * i, clock);
    }
    EXPECT_EQ(control.Ask("end", AskedBy::kKey), "");
    EXPECT_EQ(control.Ask("faster", AskedBy::kKey), "");
    control.MakeChanges(200'000, clock);
    double rate = 1000;
    for (const RunChange& change : control.changes()) {
      EXPECT_DOUBLE_EQ(change.from, rate);
      EXPECT_EQ(change.kind == RunChangeKind::kPause && change.to > 0, false);
      rate = change.to;
    }
    EXPECT_EQ(control.changes().back().kind, RunChangeKind::kEnd);
    EXPECT_EQ(control.changes().back().by, AskedBy::kKey);
  }
}

TEST(RunControlTest, StepsUpAndDownLeadBack) {
  RunControl control(kThousand, false);
  PlanClock clock;
  for (int i = 0; i < 30; ++i) {
    static_cast<void>(control.Ask("slower", AskedBy::kKey));
  }
  control.MakeChanges(0, clock);
  EXPECT_DOUBLE_EQ(control.rate(), 100);
  for (int i = 0; i < 9; ++i) {
    static_cast<void>(control.Ask("faster", AskedBy::kKey));
  }
  control.MakeChanges(0, clock);
  EXPECT_EQ(control.rate(), 1000);
  EXPECT_EQ(clock.speed(), 1);
}

TEST(RunControlTest, EndsAfterAnyNumberOfRequests) {
  RunControl control(kThousand, false);
  PlanClock clock;
  std::string reason;
  for (int i = 0; i < 20'000 && reason.empty(); ++i) {
    reason = control.Ask("toggle", AskedBy::kCommand);
    control.MakeChanges(i, clock);
  }
  EXPECT_THAT(reason, HasSubstr("too often"));
  control.EndBySignal();
  control.MakeChanges(20'000, clock);
  EXPECT_TRUE(control.has_ended());
  EXPECT_EQ(control.changes().back().by, AskedBy::kSignal);
}

// Batches 10 ms apart, or without a pace all due at once, with a receiver that
// is fast, and a control that is asked at some times.
struct Controlled : Sending {
  explicit Controlled(bool is_paced = true)
      : Sending(500, is_paced ? 10 * kMillisecond : 0) {
    options.paced = is_paced;
    options.control = &control;
    options.on_progress = [this](const Sender&, Nanos now) {
      for (auto& [at, words] : asks) {
        if (at > now || words.empty()) continue;
        EXPECT_EQ(control.Ask(words, AskedBy::kCommand), "");
        words.clear();
      }
    };
  }

  RunControl control{kThousand, false};
  std::vector<std::pair<Nanos, std::string>> asks;
};

// What is sent, and in which order, does not change, and nothing is late.
TEST(SenderControlTest, ChangesOfThePaceChangeNothingElse) {
  Controlled run;
  run.asks = {{1 * kNanosPerSecond, "rate 2000/s"},
              {2 * kNanosPerSecond, "pause"},
              {5 * kNanosPerSecond, "resume"},
              {11 * kNanosPerSecond / 2, "rate 500/s"}};
  EXPECT_TRUE(run.Go().ok());
  ASSERT_EQ(run.sink.sent.size(), 500u);
  for (std::size_t i = 0; i < 500; ++i) EXPECT_EQ(run.sink.sent[i], i);
  EXPECT_EQ(run.account.count(Ending::kAcknowledged), 5000u);
  EXPECT_LT(run.account.lateness().max(), kMillisecond);
  ASSERT_EQ(run.control.changes().size(), 4u);
  // 1 s as planned, 1 s twice as fast, 3 s of pause, 0.5 s twice as fast, and
  // the last second of the plan half as fast.
  const std::vector<LoadSecond>& seconds = run.account.seconds();
  ASSERT_GE(seconds.size(), 6u);
  EXPECT_NEAR(static_cast<double>(seconds[0].sent), 1000, 20);
  EXPECT_NEAR(static_cast<double>(seconds[1].sent), 1800, 220);
  EXPECT_EQ(seconds[3].sent, 0u);
  EXPECT_EQ(seconds[4].sent, 0u);
  EXPECT_NEAR(static_cast<double>(run.account.end()), 7.5e9, 3e8);
}

TEST(SenderControlTest, AnEndIsNoInterruption) {
  Controlled run;
  run.asks = {{kNanosPerSecond, "end"}};
  Sender sender(run.sink, run.lookahead, run.account, run.clock, run.options);
  EXPECT_TRUE(sender.Run().ok());
  EXPECT_FALSE(sender.interrupted());
  EXPECT_NEAR(static_cast<double>(run.account.planned()), 1000, 150);
  EXPECT_EQ(run.account.count(Ending::kAcknowledged), run.account.planned());
  EXPECT_NEAR(static_cast<double>(sender.plan_end()), 1e9, 2e8);
}

TEST(SenderControlTest, APausedRunCanBeEnded) {
  for (const bool is_paced : {true, false}) {
    Controlled run(is_paced);
    run.sink.latency = 20 * kMillisecond;
    run.asks = {{kNanosPerSecond, "pause"}, {9 * kNanosPerSecond, "end"}};
    const std::uint64_t before = run.sink.polls;
    EXPECT_TRUE(run.Go().ok());
    EXPECT_LT(run.account.planned(), 5000u);
    EXPECT_EQ(run.account.count(Ending::kAcknowledged), run.account.planned());
    EXPECT_GE(run.account.end(), 9 * kNanosPerSecond);
    // It does not spin while it waits.
    EXPECT_LT(run.sink.polls - before, 2000u);
  }
}

// What was due before a pause is sent during it, and late.
TEST(SenderControlTest, APauseDoesNotStopWhatWasDue) {
  Controlled run;
  run.sink.stall_begin = kNanosPerSecond / 2;
  run.sink.stall_end = 3 * kNanosPerSecond;
  run.asks = {{kNanosPerSecond, "pause"}, {10 * kNanosPerSecond, "resume"}};
  EXPECT_TRUE(run.Go().ok());
  const std::vector<LoadSecond>& seconds = run.account.seconds();
  EXPECT_GT(seconds[3].sent, 400u);
  EXPECT_EQ(seconds[5].sent, 0u);
  EXPECT_NEAR(static_cast<double>(run.account.lateness().max()), 2.5e9, 1e8);
}

}  // namespace
}  // namespace busyhour::internal
