#include "load/load_run.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/worker.h"
#include "engine/pipe.h"
#include "load/event_batcher.h"

namespace busyhour {
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

}  // namespace

LoadResult RunLoad(const Worlds& worlds, const LoadPlan& load,
                   BatchSink& sink) {
  LoadResult result;
  Lookahead lookahead(load.lookahead_bytes);
  std::atomic<bool> stop{false};
  bool all_made = false;
  std::uint64_t records_made = 0;
  Status made = Status::Ok();
  SendTimes send_times(
      [] { return SimTime{SystemNow<std::chrono::milliseconds>()}; },
      load.pace.paced(), load.start_at);
  Worker maker([&] {
    // After an exception, report to the waiting thread that no more batches
    // follow.
    struct Announcer {
      Lookahead& lookahead;
      ~Announcer() { lookahead.End(); }
    } announcer{lookahead};
    if (load.sends_events) {
      EventBatcher batcher(worlds, load.job, load.unit, load.pace, load.end,
                           lookahead);
      all_made = batcher.Run(stop);
      records_made = batcher.events();
      result.next_due = batcher.next_due();
      return;
    }
    Batcher batcher(worlds, load.job, load.rules, load.unit, load.pace,
                    load.end, lookahead, stop, &send_times);
    Pipe::Options options;
    options.threads = load.threads;
    options.stop = &stop;
    options.taker = &batcher;
    Pipe pipe(worlds, load.job, Routes(worlds.size()), {}, std::move(options));
    const Status status = pipe.Run();
    all_made = status.ok() && !pipe.stopped();
    made = status;
    batcher.Finish();
    records_made = batcher.records();
    result.next_due = batcher.next_due();
  });
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
  result.began =
      begin ? *begin : SimTime{SystemNow<std::chrono::milliseconds>()};
  SteadyClock clock(begin ? TimeUntil(*begin) : 0);
  std::optional<Sender> sender;
  Sender::Options options = load.sender;
  options.end = load.end;
  options.began = result.began;
  BatchSplitter splitter(load.job, load.rules, worlds);
  // A request with one event cannot be split.
  options.splitter = load.sends_events ? nullptr : &splitter;
  result.account.KeepWindows(load.windows);
  sender.emplace(sink, lookahead, result.account, clock, std::move(options));
  result.status = sender->Run();
  stop.store(true);
  lookahead.Cancel();
  maker.Join();
  if (result.status.ok()) result.status = std::move(made);
  if (Status status = sink.Close(); result.status.ok()) {
    result.status = std::move(status);
  }
  if (sink.lost_all())
    result.account.TakeBackAll("the file could not be completed");
  result.interrupted = sender->interrupted();
  result.first_full = sender->first_full();
  result.starved = sender->starved();
  result.crowded = sender->crowded();
  result.plan_end = sender->plan_end();
  if (load.sender.control != nullptr) {
    result.changes = load.sender.control->changes();
    result.rate_unit = load.sender.control->unit();
  }
  // After an early end, the batcher may have received more records than were
  // planned.
  result.whole = all_made && result.account.planned() == records_made;
  return result;
}

}  // namespace busyhour
