#include "load/load_run.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include "base/worker.h"
#include "engine/pipe.h"
#include "load/event_batcher.h"

namespace busyhour::internal {
namespace {

// Maximum delay before an interruption is noticed while the first batch is
// awaited.
constexpr std::chrono::milliseconds kFirstWait{50};

// Time since a point on the machine's steady clock.
class SteadyClock : public RunClock {
 public:
  explicit SteadyClock(Nanos delay)
      : begin_(std::chrono::steady_clock::now() +
               std::chrono::nanoseconds(delay)) {}
  Nanos Now() override {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now() - begin_)
        .count();
  }

 private:
  std::chrono::steady_clock::time_point begin_;
};

template <class Unit>
std::int64_t SystemNow() {
  return std::chrono::duration_cast<Unit>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Nanos TimeUntil(SimTime time) {
  return time.ms * kMillisecond - SystemNow<std::chrono::nanoseconds>();
}

// What became of the batches of a plan.
struct Making {
  Status status = Status::Ok();
  bool all_made = false;
  std::uint64_t records = 0;
  Nanos next_due = kNever;
};

// Makes the batches of the plan until the lookahead is canceled or `stop` is
// set.
Making MakeBatches(const Worlds& worlds, const LoadPlan& load,
                   Lookahead& lookahead, SendTimes& send_times,
                   std::atomic<bool>& stop) {
  // After an exception, report to the waiting thread that no more batches
  // follow.
  struct Announcer {
    Lookahead& lookahead;
    ~Announcer() { lookahead.End(); }
  } announcer{lookahead};
  Making making;
  if (load.sends_events) {
    EventBatcher batcher(worlds, load.job, load.unit, load.pace, load.end,
                         lookahead);
    making.all_made = batcher.Run(stop);
    making.records = batcher.events();
    making.next_due = batcher.next_due();
    return making;
  }
  Batcher batcher(worlds, load.job, load.rules, load.unit, load.pace, load.end,
                  lookahead, stop, &send_times);
  Pipe::Options options;
  options.threads = load.threads;
  options.stop = &stop;
  options.taker = &batcher;
  Pipe pipe(worlds, load.job, Routes(worlds.size()), {}, std::move(options));
  making.status = pipe.Run();
  making.all_made = making.status.ok() && !pipe.stopped();
  batcher.Finish();
  making.records = batcher.records();
  making.next_due = batcher.next_due();
  return making;
}

SendTimes SendTimesOf(const LoadPlan& load) {
  return {[] { return SimTime{SystemNow<std::chrono::milliseconds>()}; },
          load.pace.paced(), load.start_at};
}

// Sends the batches of the lookahead, and closes the sink. `began`: see
// `LoadResult`. `end_making` is called in between: nothing is made after it.
LoadResult SendBatches(const Worlds& worlds, const LoadPlan& load,
                       Lookahead& lookahead, BatchSink& sink, RunClock& clock,
                       SimTime began,
                       const std::function<Making()>& end_making) {
  LoadResult result;
  result.began = began;
  Sender::Options options = load.sender;
  options.end = load.end;
  options.began = began;
  BatchSplitter splitter(load.job, load.rules, worlds);
  // A request with one event cannot be split.
  options.splitter = load.sends_events ? nullptr : &splitter;
  result.account.KeepWindows(load.windows);
  Sender sender(sink, lookahead, result.account, clock, std::move(options));
  result.status = sender.Run();
  const Making making = end_making();
  if (result.status.ok()) result.status = making.status;
  // The sink may use batches in flight, which the sender owns, until then.
  if (Status status = sink.Close(); result.status.ok()) {
    result.status = std::move(status);
  }
  if (sink.lost_all())
    result.account.TakeBackAll("the file could not be completed");
  result.interrupted = sender.interrupted();
  result.first_full = sender.first_full();
  result.starved = sender.starved();
  result.crowded = sender.crowded();
  result.plan_end = sender.plan_end();
  if (load.sender.control != nullptr) {
    result.changes = load.sender.control->changes();
    result.rate_unit = load.sender.control->unit();
  }
  result.next_due = making.next_due;
  // After an early end, the batcher may have received more records than were
  // planned.
  result.whole = making.all_made && result.account.planned() == making.records;
  return result;
}

}  // namespace

LoadResult RunLoad(const Worlds& worlds, const LoadPlan& load,
                   BatchSink& sink) {
  Lookahead lookahead(load.lookahead_bytes);
  std::atomic<bool> stop{false};
  SendTimes send_times = SendTimesOf(load);
  Making making;
  Worker maker(
      [&] { making = MakeBatches(worlds, load, lookahead, send_times, stop); });
  // After an exception here, stop the maker before its thread is joined.
  struct Ender {
    std::atomic<bool>& stop;
    Lookahead& lookahead;
    ~Ender() {
      stop.store(true);
      lookahead.Cancel();
    }
  } ender{stop, lookahead};
  // The run begins when the first batch is available, because the time before
  // it does not depend on the receiver.
  const std::atomic<int>* const interrupt = load.sender.interrupt;
  while (!load.start_at && (interrupt == nullptr || interrupt->load() == 0) &&
         !lookahead.WaitForBatch(kFirstWait)) {
  }
  const std::optional<SimTime> begin = send_times.begin();
  SteadyClock clock(begin ? TimeUntil(*begin) : 0);
  return SendBatches(
      worlds, load, lookahead, sink, clock,
      begin ? *begin : SimTime{SystemNow<std::chrono::milliseconds>()}, [&] {
        stop.store(true);
        lookahead.Cancel();
        maker.Join();
        return std::move(making);
      });
}

LoadResult RunLoad(const Worlds& worlds, const LoadPlan& load, BatchSink& sink,
                   RunClock& clock) {
  Lookahead lookahead(std::numeric_limits<std::size_t>::max());
  std::atomic<bool> stop{false};
  SendTimes send_times = SendTimesOf(load);
  const Making making = MakeBatches(worlds, load, lookahead, send_times, stop);
  return SendBatches(worlds, load, lookahead, sink, clock,
                     load.start_at.value_or(SimTime{}), [&] { return making; });
}

}  // namespace busyhour::internal
