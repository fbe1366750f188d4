#include "engine/pipe.h"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "engine/calendar.h"
#include "engine/call_feed.h"
#include "engine/compress_stage.h"
#include "engine/estimate.h"
#include "engine/period_calendar.h"
#include "engine/portion.h"
#include "engine/stream_writer.h"

namespace busyhour {
namespace {

// About 256 KiB of text: the buffers of a portion stay in a core's L2 cache.
constexpr std::size_t kRecordsAPortion = 256;
// If records may be much longer, a portion contains fewer records.
constexpr std::size_t kMostPortionBytes = 8 << 20;
constexpr std::chrono::milliseconds kProgressPeriod{100};
// The interval between checkpoints grows with the age of the run: the next one
// is due when the run is a quarter older than at the last one. The interval is
// limited to the range below. A killed run therefore loses at most a fifth of
// its time so far, within the same limits.
constexpr int kCheckpointShare = 4;
constexpr std::chrono::milliseconds kLeastCheckpointPeriod{100};
constexpr std::chrono::milliseconds kMostCheckpointPeriod{5000};

// The state of one run.
class Runner {
 public:
  Runner(const Worlds& worlds, const Job& job, const Routes& routes,
         const std::vector<Sink*>& sinks, const Pipe::Options& options,
         Snapshot& snapshot)
      : job_(job),
        worlds_(worlds),
        sinks_(sinks),
        options_(options),
        snapshot_(snapshot),
        tally_(snapshot.tally),
        encoder_(worlds.vocabularies(), job.shape, RowsOf(job), job.logs),
        faults_(worlds, job),
        calendar_(StartSlotOf(job),
                  worlds.HorizonMs(job.logs) + faults_.max_late_ms()),
        pool_(options.threads),
        window_(WindowOf(options.threads)) {
    const std::size_t images =
        ImageCache::CapacityFor(CallsWithImage(worlds, job) / job.shard.count);
    for (int worker = 0; worker < pool_.workers(); ++worker) {
      workspaces_.emplace_back(worlds, encoder_, job, images);
    }
    context_.worlds = &worlds;
    context_.encoder = &encoder_;
    context_.job = &job;
    context_.rows = RowsOf(job);
    context_.routes = routes;
    context_.streams = routes.streams();
    context_.workspaces = &workspaces_;
    if (!faults_.empty()) context_.faults = &faults_;
    const LayoutInfo& layout = Info(job.layout);
    if (layout.by_own_time) periods_.emplace(layout.period_ms);
    feed_.emplace(context_, pool_, window_);
    if (faults_.max_value_bytes() > 0) {
      portion_records_ = std::clamp<std::size_t>(
          kMostPortionBytes / faults_.max_value_bytes(), 1, kRecordsAPortion);
    }
    if (faults_.has(FaultKind::kPartialLine)) held_.resize(sinks.size());
    if (job.compression == Compression::kGzip ||
        job.compression == Compression::kZstd) {
      stage_.emplace(job.compression, pool_, window_);
    }
    for (std::size_t i = 0; i < sinks.size(); ++i) {
      logs_.push_back(LogOf(i, routes));
      writers_.emplace_back(job, logs_[i], *sinks[i],
                            stage_ ? &*stage_ : nullptr);
    }
    begun_.resize(context_.streams);
    streams_to_begin_ = context_.streams;
    to_skip_.resize(context_.streams);
    for (std::size_t i = 0; i < options.resume_from.size(); ++i) {
      Resume(i, options.resume_from[i]);
    }
    begin_ = last_progress_ = last_checkpoint_ = Clock::now();
  }

  Status Run(bool& stopped);
  /// Stores the current stream points in the snapshot.
  void TakeSnapshot();

 private:
  using Clock = std::chrono::steady_clock;

  // The log of a stream, or the first one if it has several.
  LogType LogOf(std::size_t stream, const Routes& routes) const {
    for (std::uint32_t i = 0; i < routes.resources(); ++i) {
      for (const LogType log : job_.logs) {
        if (routes[i][log] == stream) return log;
      }
    }
    return kLogTypes.front();
  }

  bool Stopped() const {
    return options_.stop != nullptr &&
           options_.stop->load(std::memory_order_relaxed);
  }

  void Resume(std::size_t stream, const StreamPoint& point);
  // Whether there are records that no record of a later call can precede.
  bool HasComplete() const noexcept {
    return periods_ ? periods_->EndsBefore(feed_->complete_slot())
                    : calendar_.next_second() < feed_->complete_slot();
  }
  bool HasRecords() const noexcept {
    return periods_ ? !periods_->empty() : !calendar_.empty();
  }
  void TakeNext();
  void Hold(std::size_t begin);
  void ReleaseLast();
  void SkipKnown(std::size_t begin);
  std::size_t EndOfPortion(std::size_t begin) const;
  bool CollectPortion();
  Status Deliver(bool all);
  void MarkBeginnings(EncodePortion& portion);
  Status Write(EncodePortion& portion);
  Status WriteUntil(std::size_t left);
  Status FinishSinks();
  Status Report();
  void ReportProgress();

  const Job& job_;
  const Worlds& worlds_;
  const std::vector<Sink*>& sinks_;
  const Pipe::Options& options_;
  Snapshot& snapshot_;
  Tally& tally_;
  Encoder encoder_;
  Faults faults_;
  Calendar calendar_;
  // Instead of the calendar, for a layout by the records' own times.
  std::optional<PeriodCalendar> periods_;
  std::vector<Workspace> workspaces_;
  PortionContext context_;
  std::optional<CompressStage> stage_;
  std::deque<StreamWriter> writers_;  // must not be moved
  std::vector<LogType> logs_;         // of the streams

  std::optional<CallFeed> feed_;
  std::deque<std::unique_ptr<EncodePortion>> encoding_;
  // A portion that is written, while a sink may still hold some of its bytes.
  struct Lent {
    std::uint64_t end;  ///< total bytes written up to its end
    std::unique_ptr<EncodePortion> portion;
  };
  std::deque<Lent> lent_;
  std::uint64_t written_ = 0;
  std::vector<bool> begun_;  ///< which streams have a record so far
  std::size_t streams_to_begin_ = 0;
  std::vector<std::uint64_t> to_skip_;  ///< records already in the stream
  bool skipping_ = false;
  std::vector<std::unique_ptr<EncodePortion>> idle_encode_;
  // Declared after the portions, so that its threads end before they are
  // destroyed.
  Pool pool_;
  std::size_t window_;

  std::vector<Record> due_;
  std::size_t portion_records_ = kRecordsAPortion;
  // The newest record of each stream, if the job may cut a stream's last
  // record.
  std::vector<std::optional<Record>> held_;
  Clock::time_point begin_;
  Clock::time_point last_progress_;
  Clock::time_point last_checkpoint_;
};

// Continues a stream of an earlier run. The records before the point are made
// again, to find the record that follows them, but they are not encoded.
void Runner::Resume(std::size_t stream, const StreamPoint& point) {
  writers_[stream].Resume(point);
  if (point.records == 0) return;
  begun_[stream] = true;
  --streams_to_begin_;
  to_skip_[stream] = point.records;
  skipping_ = true;
  for (const LogType log : kLogTypes) {
    tally_.bytes[log] += point.bytes[log];
  }
}

Status Runner::Run(bool& stopped) {
  for (;;) {
    if (Stopped()) {
      stopped = true;
      return Status::Ok();
    }
    if (!CollectPortion()) break;
    while (HasComplete()) {
      TakeNext();
      if (due_.size() >= portion_records_) {
        if (Status status = Deliver(false); !status.ok()) return status;
      }
    }
  }
  std::string why = feed_->WhyNotReached();
  if (!why.empty()) return Status::Failed(std::move(why));
  while (HasRecords()) {
    if (Stopped()) {
      stopped = true;
      return Status::Ok();
    }
    TakeNext();
    if (Status status = Deliver(false); !status.ok()) return status;
  }
  ReleaseLast();
  if (skipping_) {
    return Status::Failed(
        "cannot resume: the manifest has more records than the job");
  }
  if (Status status = Deliver(true); !status.ok()) return status;
  if (Status status = WriteUntil(0); !status.ok()) return status;
  return FinishSinks();
}

// Appends the records of the next second, or period, to due_, except those that
// are already in their streams.
void Runner::TakeNext() {
  const std::size_t before = due_.size();
  if (periods_) {
    periods_->TakePeriod(due_);
  } else {
    calendar_.TakeSecond(due_);
  }
  if (!held_.empty()) Hold(before);
  SkipKnown(before);
}

// Holds back the newest record of each stream from `begin` on, and releases the
// one held before. The order within each stream does not change.
void Runner::Hold(std::size_t begin) {
  std::size_t end = begin;
  for (std::size_t i = begin; i < due_.size(); ++i) {
    std::optional<Record>& held = held_[context_.routes.Of(due_[i])];
    const std::optional<Record> before = held;
    held = due_[i];
    if (before) due_[end++] = *before;
  }
  due_.resize(end);
}

// Called after the last record: the held records are the last of their streams.
void Runner::ReleaseLast() {
  const std::size_t begin = due_.size();
  for (const std::optional<Record>& held : held_) {
    if (!held) continue;
    due_.push_back(*held);
    const std::optional<TextFault> cut = faults_.CutOf(*held);
    if (!cut) continue;
    due_.back().Mark(Record::kCut);
    ++tally_.faults[static_cast<std::size_t>(cut->kind)];
  }
  SkipKnown(begin);
}

void Runner::SkipKnown(std::size_t begin) {
  if (!skipping_) return;
  const auto is_known = [this](const Record& record) {
    std::uint64_t& left = to_skip_[context_.routes.Of(record)];
    if (left == 0) return false;
    --left;
    CountWithoutText(record, worlds_, tally_);
    return true;
  };
  due_.erase(std::remove_if(due_.begin() + static_cast<std::ptrdiff_t>(begin),
                            due_.end(), is_known),
             due_.end());
  skipping_ = std::any_of(to_skip_.begin(), to_skip_.end(),
                          [](std::uint64_t left) { return left > 0; });
}

// Adds the records of the next portion of calls to the calendar. False if there
// are no more calls.
bool Runner::CollectPortion() {
  // Records of consecutive calls are contiguous, so they are added together.
  const Record* begin = nullptr;
  const Record* end = nullptr;
  const auto add = [&] {
    if (begin == end) return;
    if (periods_) {
      periods_->Add({begin, end});
    } else {
      calendar_.Add({begin, end});
    }
  };
  const bool more = feed_->Next(
      [&](std::span<const Record> records, const FaultCounts* faults) {
        ++tally_.calls;
        for (std::size_t i = 0; faults != nullptr && i < kFaultKindCount; ++i) {
          tally_.faults[i] += (*faults)[i];
        }
        if (records.data() != end) {
          add();
          begin = records.data();
        }
        end = records.data() + records.size();
      });
  add();
  return more;
}

// The end of the portion of due_ that starts at `begin`: after portion_records_
// records, or at the end of the period if there are files for periods.
std::size_t Runner::EndOfPortion(std::size_t begin) const {
  const std::size_t end = std::min(begin + portion_records_, due_.size());
  if (Info(job_.layout).period_ms == 0) return end;
  const std::int64_t period = PeriodOf(job_.layout, due_[begin]);
  // A held record may belong to an earlier period.
  if (held_.empty() && PeriodOf(job_.layout, due_[end - 1]) == period) {
    return end;
  }
  const auto next =
      std::find_if(due_.begin() + static_cast<std::ptrdiff_t>(begin),
                   due_.begin() + static_cast<std::ptrdiff_t>(end),
                   [&](const Record& record) {
                     return PeriodOf(job_.layout, record) != period;
                   });
  return static_cast<std::size_t>(next - due_.begin());
}

// Submits due_ to the encoders in full portions. With `all`, the last portion
// may be shorter.
Status Runner::Deliver(bool all) {
  std::size_t begin = 0;
  while (due_.size() - begin >= portion_records_ ||
         (all && begin < due_.size())) {
    const std::size_t end = EndOfPortion(begin);
    if (Status status = WriteUntil(window_ - 1); !status.ok()) return status;
    if (idle_encode_.empty()) {
      idle_encode_.push_back(
          std::make_unique<EncodePortion>(context_, portion_records_));
    }
    std::unique_ptr<EncodePortion> portion = std::move(idle_encode_.back());
    idle_encode_.pop_back();
    portion->records.assign(due_.begin() + static_cast<std::ptrdiff_t>(begin),
                            due_.begin() + static_cast<std::ptrdiff_t>(end));
    portion->period = PeriodOf(job_.layout, due_[begin]);
    MarkBeginnings(*portion);
    pool_.Submit(*portion);
    encoding_.push_back(std::move(portion));
    begin = end;
    if (Status status = Report(); !status.ok()) return status;
  }
  due_.erase(due_.begin(), due_.begin() + static_cast<std::ptrdiff_t>(begin));
  return Status::Ok();
}

// Marks the streams whose first record is in this portion.
void Runner::MarkBeginnings(EncodePortion& portion) {
  for (EncodePortion::Stream& stream : portion.streams()) stream.begins = false;
  if (streams_to_begin_ == 0) return;
  for (const Record& record : portion.records) {
    const std::size_t index = context_.routes.Of(record);
    if (begun_[index]) continue;
    begun_[index] = true;
    portion.streams()[index].begins = true;
    --streams_to_begin_;
  }
}

// Writes encoded portions in order, until at most `left` are in progress.
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
  if (options_.taker != nullptr) {
    tally_ += portion.tally();
    return options_.taker->Take(portion);
  }
  for (std::size_t i = 0; i < sinks_.size(); ++i) {
    const EncodePortion::Stream& stream = portion.streams()[i];
    if (stream.records == 0) continue;
    written_ += stream.bytes().size();
    // A stream has one log, unless it is the only one.
    PerLog<std::uint64_t> bytes{};
    if (context_.streams == 1) {
      bytes = portion.tally().bytes;
    } else {
      bytes[logs_[i]] = stream.text_bytes;
    }
    if (Status status = writers_[i].Add(stream, bytes, portion.period);
        !status.ok()) {
      return status;
    }
  }
  tally_ += portion.tally();
  return Status::Ok();
}

Status Runner::FinishSinks() {
  for (StreamWriter& writer : writers_) {
    if (Status status = writer.End(); !status.ok()) return status;
  }
  if (stage_) {
    if (Status status = stage_->Drain(); !status.ok()) return status;
  }
  for (Sink* sink : sinks_) {
    if (Status status = sink->Finish(); !status.ok()) return status;
  }
  return Status::Ok();
}

void Runner::TakeSnapshot() {
  snapshot_.streams.clear();
  for (const StreamWriter& writer : writers_) {
    snapshot_.streams.push_back(writer.point());
  }
}

Status Runner::Report() {
  if (!options_.on_progress && !options_.on_checkpoint) return Status::Ok();
  const Clock::time_point now = Clock::now();
  if (options_.on_progress && now - last_progress_ >= kProgressPeriod) {
    last_progress_ = now;
    ReportProgress();
  }
  const auto period = std::clamp<Clock::duration>(
      (last_checkpoint_ - begin_) / kCheckpointShare, kLeastCheckpointPeriod,
      kMostCheckpointPeriod);
  if (!options_.on_checkpoint || now - last_checkpoint_ < period) {
    return Status::Ok();
  }
  last_checkpoint_ = now;
  TakeSnapshot();
  return options_.on_checkpoint(snapshot_);
}

void Runner::ReportProgress() {
  Progress progress;
  progress.tally = tally_;
  double reached = 0.0;
  switch (job_.extent.kind) {
    case Extent::Kind::kDuration:
      reached = std::max(
          0.0, static_cast<double>(feed_->complete_slot()) * kMsPerSecond -
                   static_cast<double>(job_.start.ms));
      break;
    case Extent::Kind::kCalls:
      reached = static_cast<double>(tally_.calls * job_.shard.count);
      break;
    case Extent::Kind::kRecords:
    case Extent::Kind::kBytes:
      reached = static_cast<double>(feed_->reached());
      break;
  }
  progress.done = std::min(
      1.0, reached / std::max(1.0, static_cast<double>(job_.extent.amount)));
  options_.on_progress(progress);
}

}  // namespace

Pipe::Pipe(const Worlds& worlds, const Job& job, const Routes& routes,
           std::vector<Sink*> sinks, Options options)
    : worlds_(worlds),
      job_(job),
      routes_(routes),
      sinks_(std::move(sinks)),
      options_(std::move(options)) {}

Status Pipe::Run() {
  Runner runner(worlds_, job_, routes_, sinks_, options_, snapshot_);
  Status status = runner.Run(stopped_);
  runner.TakeSnapshot();
  return status;
}

}  // namespace busyhour
