#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <deque>
#include <span>
#include <string>
#include <string_view>

#include "engine/pipe.h"
#include "engine/run_job.h"

// How a pipe ends, and what it does for its sinks.

namespace busyhour::internal {
namespace {

TEST(PipeTest, StopsBeforeItsEndWhenItIsTold) {
  const Runs runs(ShippedProfile("quickstart"));
  const Job job = runs.JobOf(Extent::Kind::kCalls, 5000);
  const RunOutcome whole = runs.Run(job);
  for (const int threads : {1, 3}) {
    std::atomic<bool> stop = false;
    BreakingSink sink(5, [&stop] {
      stop = true;
      return Status::Ok();
    });
    Pipe pipe(runs.worlds, job, {}, {&sink}, OptionsOf(threads, &stop));
    EXPECT_TRUE(pipe.Run().ok());
    EXPECT_TRUE(pipe.stopped());
    EXPECT_EQ(sink.finished(), 0);
    EXPECT_LT(pipe.tally().all_records(), whole.tally.all_records() / 2);
  }
  std::atomic<bool> stop = true;
  MemorySink sink;
  Pipe pipe(runs.worlds, job, {}, {&sink}, OptionsOf(1, &stop));
  EXPECT_TRUE(pipe.Run().ok());
  EXPECT_TRUE(pipe.stopped());
  EXPECT_EQ(sink.bytes(), "");
}

// For all n: if a sink fails on its n-th write, the run ends with the sink's
// error, and the sink is neither written to again nor finished.
TEST(PipeTest, EndsWithTheFailureOfItsSink) {
  const Runs runs(ShippedProfile("quickstart"));
  const Job job = runs.JobOf(Extent::Kind::kCalls, 500);
  const RunOutcome whole = runs.Run(job);
  for (const int threads : {1, 2, 5}) {
    for (const int n : {1, 2, 7}) {
      BreakingSink sink(n, [] { return Status::Failed("the disk is full"); });
      Pipe pipe(runs.worlds, job, {}, {&sink}, OptionsOf(threads));
      const Status status = pipe.Run();
      EXPECT_FALSE(status.ok());
      EXPECT_FALSE(status.closed());
      EXPECT_EQ(status.message(), "the disk is full");
      EXPECT_EQ(sink.finished(), 0);
      EXPECT_FALSE(sink.written_after());
      EXPECT_FALSE(pipe.stopped());
      EXPECT_TRUE(whole.bytes.starts_with(sink.bytes()));
      // The tally counts only the accepted bytes.
      EXPECT_EQ(pipe.tally().all_bytes(), sink.bytes().size());
    }
  }
}

TEST(PipeTest, EndsWhenItsReaderIsGone) {
  const Runs runs(ShippedProfile("quickstart"));
  const Job job = runs.JobOf(Extent::Kind::kCalls, 500);
  BreakingSink sink(3, [] { return Status::Closed(); });
  Pipe pipe(runs.worlds, job, {}, {&sink}, OptionsOf(2));
  const Status status = pipe.Run();
  EXPECT_FALSE(status.ok());
  EXPECT_TRUE(status.closed());
  EXPECT_EQ(sink.finished(), 0);
}

// Reads the bytes it was given as late as `held_bytes` allows.
class LateSink : public Sink {
 public:
  explicit LateSink(std::size_t held_bytes) : held_bytes_(held_bytes) {}

  Status Write(std::span<const std::string_view> spans) override {
    for (const std::string_view span : spans) {
      lent_.push_back(span);
      lent_bytes_ += span.size();
    }
    while (lent_bytes_ - lent_.front().size() >= held_bytes_) ReadOne();
    return Status::Ok();
  }
  Status Finish() override {
    while (!lent_.empty()) ReadOne();
    return Status::Ok();
  }
  std::size_t held_bytes() const noexcept override { return held_bytes_; }
  const std::string& bytes() const { return bytes_; }

 private:
  void ReadOne() {
    bytes_ += lent_.front();
    lent_bytes_ -= lent_.front().size();
    lent_.pop_front();
  }

  std::size_t held_bytes_;
  std::deque<std::string_view> lent_;
  std::size_t lent_bytes_ = 0;
  std::string bytes_;
};

// For all values of `held_bytes`: the sink reads the same bytes.
TEST(PipeTest, KeepsWhatASinkHolds) {
  const Runs runs(ShippedProfile("quickstart"));
  const Job job = runs.JobOf(Extent::Kind::kCalls, 1000);
  const std::string expected = runs.Run(job).bytes;
  for (const std::size_t held : {1u, 100'000u, 1u << 20}) {
    for (const int threads : {1, 3}) {
      LateSink sink(held);
      Pipe pipe(runs.worlds, job, Routes{}, {&sink}, OptionsOf(threads));
      EXPECT_TRUE(pipe.Run().ok());
      EXPECT_TRUE(sink.bytes() == expected) << held << ' ' << threads;
    }
  }
}

TEST(PipeTest, NoSinkIsFinishedAfterAnotherFailed) {
  const Runs runs(ShippedProfile("quickstart"));
  const Job job = runs.JobOf(Extent::Kind::kCalls, 100);
  MemorySink first;
  BreakingSink second(1, [] { return Status::Failed("no"); });
  MemorySink third;
  Pipe pipe(runs.worlds, job, RouteOfItsOwn(), {&first, &second, &third}, {});
  EXPECT_FALSE(pipe.Run().ok());
  EXPECT_EQ(first.finished() + third.finished(), 0);
}

}  // namespace
}  // namespace busyhour::internal
