#include "run/pipe.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <span>

#include "run/calendar.h"
#include "run/estimate.h"
#include "run/portion.h"
#include "run/rules.h"

namespace busyhour {
namespace {

// About 256 KiB of text: a portion's buffers stay in a core's second cache.
constexpr std::size_t kRecordsAPortion = 256;
constexpr std::chrono::milliseconds kProgressPeriod{100};

// One run, while it lasts.
class Runner {
 public:
  Runner(const Plan& plan, const Directory& directory, const Job& job,
         const Pipe::Routes& routes, const std::vector<Sink*>& sinks,
         const Pipe::Options& options, Tally& tally)
      : job_(job),
        sinks_(sinks),
        options_(options),
        tally_(tally),
        encoder_(directory.vocabulary(), job.shape, job.frame, LogsOf(job)),
        source_(plan, job),
        calendar_(static_cast<std::uint64_t>(job.start.ms / kMsPerSecond),
                  plan.horizon_ms),
        pool_(options.threads),
        window_(options.threads == 1
                    ? 1
                    : 2 * static_cast<std::size_t>(options.threads)) {
    const std::size_t images =
        ImageCache::CapacityFor(CallsInFlight(plan, job) / job.shard.count);
    for (int worker = 0; worker < pool_.workers(); ++worker) {
      workspaces_.emplace_back(plan, directory, encoder_, job.seed, images);
    }
    context_.directory = &directory;
    context_.encoder = &encoder_;
    context_.job = &job;
    context_.rules = RulesOf(plan, job);
    context_.end_ms = source_.end_ms();
    context_.routes = routes;
    context_.streams = sinks.size();
    context_.workspaces = &workspaces_;
    for (std::size_t i = 0; i < sinks.size(); ++i) {
      framers_.emplace_back(job.frame, job.shape, LogOf(i, routes),
                            job.message_bytes, job.compression);
    }
    begun_.resize(sinks.size());
    streams_to_begin_ = sinks.size();
    last_progress_ = Clock::now();
  }

  Status Run(bool& stopped);

 private:
  using Clock = std::chrono::steady_clock;

  // The one log of a stream, or the first of several.
  LogType LogOf(std::size_t stream, const Pipe::Routes& routes) const {
    for (const LogType log : kLogTypes) {
      const auto index = static_cast<std::size_t>(log);
      if (job_.logs[index] && routes[index] == stream) return log;
    }
    return LogType::kOperational;
  }

  bool Stopped() const {
    return options_.stop != nullptr &&
           options_.stop->load(std::memory_order_relaxed);
  }

  void SimulateAhead();
  void Collect(SimulatePortion& portion);
  Status Deliver(bool all);
  void MarkBeginnings(EncodePortion& portion);
  Status Write(EncodePortion& portion);
  Status WriteUntil(std::size_t left);
  Status FinishSinks();
  void Report();

  const Job& job_;
  const std::vector<Sink*>& sinks_;
  const Pipe::Options& options_;
  Tally& tally_;
  Encoder encoder_;
  CallSource source_;
  Calendar calendar_;
  std::vector<Workspace> workspaces_;
  PortionContext context_;
  std::vector<Framer> framers_;

  std::deque<std::unique_ptr<SimulatePortion>> simulating_;
  std::deque<std::unique_ptr<EncodePortion>> encoding_;
  // Written, but a sink may still hold some of its bytes.
  struct Lent {
    std::uint64_t end;  ///< of its bytes in all that were written
    std::unique_ptr<EncodePortion> portion;
  };
  std::deque<Lent> lent_;
  std::uint64_t written_ = 0;
  std::vector<bool> begun_;  ///< which streams have had a record
  std::size_t streams_to_begin_ = 0;
  std::vector<std::unique_ptr<SimulatePortion>> idle_simulate_;
  std::vector<std::unique_ptr<EncodePortion>> idle_encode_;
  // After the portions, so that they outlive its threads.
  Pool pool_;
  std::size_t window_;

  bool no_more_calls_ = false;
  std::uint64_t extent_reached_ = 0;
  std::uint64_t complete_slot_ = 0;
  std::vector<Record> due_;
  std::vector<std::string_view> pieces_;
  Clock::time_point last_progress_;
};

Status Runner::Run(bool& stopped) {
  for (;;) {
    if (Stopped()) {
      stopped = true;
      return Status::Ok();
    }
    SimulateAhead();
    if (simulating_.empty()) break;
    pool_.Wait(*simulating_.front());
    Collect(*simulating_.front());
    idle_simulate_.push_back(std::move(simulating_.front()));
    simulating_.pop_front();
    while (calendar_.next_second() < complete_slot_) {
      calendar_.TakeSecond(due_);
      if (due_.size() >= kRecordsAPortion) {
        if (Status status = Deliver(false); !status.ok()) return status;
      }
    }
  }
  while (!calendar_.empty()) {
    if (Stopped()) {
      stopped = true;
      return Status::Ok();
    }
    calendar_.TakeSecond(due_);
    if (Status status = Deliver(false); !status.ok()) return status;
  }
  if (Status status = Deliver(true); !status.ok()) return status;
  if (Status status = WriteUntil(0); !status.ok()) return status;
  return FinishSinks();
}

void Runner::SimulateAhead() {
  while (simulating_.size() < window_ && !no_more_calls_) {
    if (idle_simulate_.empty()) {
      idle_simulate_.push_back(std::make_unique<SimulatePortion>(context_));
    }
    SimulatePortion& portion = *idle_simulate_.back();
    if (!source_.Next(portion.spans)) {
      no_more_calls_ = true;
      return;
    }
    portion.complete_slot = source_.next_slot();
    simulating_.push_back(std::move(idle_simulate_.back()));
    idle_simulate_.pop_back();
    pool_.Submit(portion);
  }
}

// Takes a portion's records into the calendar, call by call, until the extent
// is reached.
void Runner::Collect(SimulatePortion& portion) {
  const std::span<const Record> records = portion.records();
  std::size_t begin = 0;  // of the records that are not yet in the calendar
  std::size_t end = 0;
  const bool by_records = job_.extent.kind == Extent::Kind::kRecords;
  const bool by_bytes = job_.extent.kind == Extent::Kind::kBytes;
  for (const SimulatePortion::CallSize& call : portion.calls()) {
    if ((by_records || by_bytes) && extent_reached_ >= job_.extent.amount) {
      no_more_calls_ = true;
      break;
    }
    if (by_records) extent_reached_ += call.records;
    if (by_bytes) extent_reached_ += call.bytes;
    if (!call.in_shard) {
      calendar_.Add(records.subspan(begin, end - begin));
      begin = end + call.records;
    } else {
      ++tally_.calls;
    }
    end += call.records;
  }
  calendar_.Add(records.subspan(begin, end - begin));
  complete_slot_ = portion.complete_slot;
}

// Hands what is due to the encoders, in whole portions, or with `all` to the
// last record.
Status Runner::Deliver(bool all) {
  std::size_t begin = 0;
  while (due_.size() - begin >= kRecordsAPortion ||
         (all && begin < due_.size())) {
    const std::size_t end = std::min(begin + kRecordsAPortion, due_.size());
    if (Status status = WriteUntil(window_ - 1); !status.ok()) return status;
    if (idle_encode_.empty()) {
      idle_encode_.push_back(
          std::make_unique<EncodePortion>(context_, kRecordsAPortion));
    }
    std::unique_ptr<EncodePortion> portion = std::move(idle_encode_.back());
    idle_encode_.pop_back();
    portion->records.assign(due_.begin() + static_cast<std::ptrdiff_t>(begin),
                            due_.begin() + static_cast<std::ptrdiff_t>(end));
    MarkBeginnings(*portion);
    pool_.Submit(*portion);
    encoding_.push_back(std::move(portion));
    begin = end;
    Report();
  }
  due_.erase(due_.begin(), due_.begin() + static_cast<std::ptrdiff_t>(begin));
  return Status::Ok();
}

// Tells the portion which streams begin with it.
void Runner::MarkBeginnings(EncodePortion& portion) {
  for (EncodePortion::Stream& stream : portion.streams()) stream.begins = false;
  if (streams_to_begin_ == 0) return;
  for (const Record& record : portion.records) {
    const std::size_t index =
        context_.routes[static_cast<std::size_t>(record.log())];
    if (begun_[index]) continue;
    begun_[index] = true;
    portion.streams()[index].begins = true;
    --streams_to_begin_;
  }
}

// Writes encoded portions, in order, until at most `left` are under way.
Status Runner::WriteUntil(std::size_t left) {
  while (encoding_.size() > left) {
    pool_.Wait(*encoding_.front());
    if (Status status = Write(*encoding_.front()); !status.ok()) return status;
    lent_.push_back({written_, std::move(encoding_.front())});
    encoding_.pop_front();
    std::uint64_t held = 0;
    for (const Sink* sink : sinks_) held += sink->held_bytes();
    while (!lent_.empty() && written_ - lent_.front().end >= held) {
      idle_encode_.push_back(std::move(lent_.front().portion));
      lent_.pop_front();
    }
  }
  return Status::Ok();
}

Status Runner::Write(EncodePortion& portion) {
  for (std::size_t i = 0; i < sinks_.size(); ++i) {
    const EncodePortion::Stream& stream = portion.streams()[i];
    if (stream.records == 0) continue;
    pieces_.clear();
    framers_[i].Add(stream.bytes(), stream.ends(), pieces_);
    written_ += stream.bytes().size();
    if (Status status = sinks_[i]->Write(pieces_); !status.ok()) return status;
  }
  tally_ += portion.tally();
  return Status::Ok();
}

Status Runner::FinishSinks() {
  for (std::size_t i = 0; i < sinks_.size(); ++i) {
    pieces_.clear();
    framers_[i].Finish(pieces_);
    if (Status status = sinks_[i]->Write(pieces_); !status.ok()) return status;
  }
  for (Sink* sink : sinks_) {
    if (Status status = sink->Finish(); !status.ok()) return status;
  }
  return Status::Ok();
}

void Runner::Report() {
  if (!options_.on_progress) return;
  const Clock::time_point now = Clock::now();
  if (now - last_progress_ < kProgressPeriod) return;
  last_progress_ = now;
  Progress progress;
  progress.tally = tally_;
  double reached = 0.0;
  switch (job_.extent.kind) {
    case Extent::Kind::kDuration:
      reached = static_cast<double>(complete_slot_) * kMsPerSecond -
                static_cast<double>(job_.start.ms);
      break;
    case Extent::Kind::kCalls:
      reached = static_cast<double>(tally_.calls * job_.shard.count);
      break;
    case Extent::Kind::kRecords:
    case Extent::Kind::kBytes:
      reached = static_cast<double>(extent_reached_);
      break;
  }
  progress.done = std::min(
      1.0, reached / std::max(1.0, static_cast<double>(job_.extent.amount)));
  options_.on_progress(progress);
}

}  // namespace

Pipe::Pipe(const Plan& plan, const Directory& directory, const Job& job,
           const Routes& routes, std::vector<Sink*> sinks, Options options)
    : plan_(plan),
      directory_(directory),
      job_(job),
      routes_(routes),
      sinks_(std::move(sinks)),
      options_(std::move(options)) {}

Status Pipe::Run() {
  return Runner(plan_, directory_, job_, routes_, sinks_, options_, tally_)
      .Run(stopped_);
}

}  // namespace busyhour
