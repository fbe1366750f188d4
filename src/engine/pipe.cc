#include "engine/pipe.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "engine/column_stage.h"
#include "engine/encode_portion.h"
#include "engine/encode_stage.h"
#include "engine/estimate.h"
#include "engine/portion_context.h"
#include "engine/record_feed.h"
#include "engine/unsorted_seconds.h"

namespace busyhour::internal {
namespace {

// About 256 KiB of text: the buffers of a portion stay in a core's L2 cache.
constexpr std::size_t kRecordsAPortion = 256;
// The workers sort seconds of at most this number of records. A portion of such
// seconds is full with kRecordsAPortion records, so it has less than three
// times as many.
constexpr std::size_t kMaxUnsortedSecond = 2 * kRecordsAPortion;
// If records may be much longer, a portion contains fewer records.
constexpr std::size_t kMostPortionBytes = 8 << 20;
// 12 MB. More would not be in the cores' common cache, and to read an image
// from memory takes longer than to render it.
constexpr std::size_t kMostSharedImages = 1 << 16;
constexpr std::chrono::milliseconds kProgressPeriod{100};
// The interval between checkpoints grows with the age of the run: the next one
// is due when the run is a quarter older than at the last one. The interval is
// limited to the range below. A killed run therefore loses at most a fifth of
// its time so far, within the same limits. If a checkpoint takes long, as with
// many files on a slow disk, the interval is at least this many times as long.
constexpr int kCheckpointShare = 4;
constexpr int kLeastCheckpointCosts = 4;
constexpr std::chrono::milliseconds kLeastCheckpointPeriod{100};
constexpr std::chrono::milliseconds kMostCheckpointPeriod{5000};

// The number of records in a portion.
std::size_t PortionRecords(const Faults& faults) {
  if (faults.max_value_bytes() == 0) return kRecordsAPortion;
  return std::clamp<std::size_t>(kMostPortionBytes / faults.max_value_bytes(),
                                 1, kRecordsAPortion);
}

// The state of one run.
class Runner {
 public:
  Runner(const Worlds& worlds, const Job& job, const Routes& routes,
         const std::vector<Sink*>& sinks, const Pipe::Options& options,
         Snapshot& snapshot)
      : job_(job),
        options_(options),
        snapshot_(snapshot),
        tally_(snapshot.tally),
        encoder_(worlds.vocabularies(), job.shape, RowsOf(job), job.logs),
        faults_(worlds, job),
        portion_records_(PortionRecords(faults_)),
        pool_(options.threads) {
    context_.worlds = &worlds;
    context_.encoder = &encoder_;
    context_.job = &job;
    context_.rows = RowsOf(job);
    context_.routes = routes;
    context_.streams = routes.streams();
    context_.workspaces = &workspaces_;
    context_.texts = options.texts;
    if (!faults_.empty()) context_.faults = &faults_;
    const std::size_t window = WindowOf(options.threads);
    const double calls = CallsWithImage(worlds, job) / job.shard.count;
    if (const std::size_t capacity = SharedImages::CapacityFor(calls, window);
        SharesImages() && capacity <= kMostSharedImages) {
      context_.images =
          &images_.emplace(worlds, capacity, SharedImages::AheadFor(window));
    }
    // Also for the calls without a shared image: the later ones of callers.
    const std::size_t images = ImageCache::CapacityFor(calls);
    for (int worker = 0; worker < pool_.workers(); ++worker) {
      workspaces_.emplace_back(worlds, encoder_, job, images);
    }
    feed_.emplace(context_, faults_, pool_, window, tally_,
                  faults_.max_value_bytes() == 0 ? kMaxUnsortedSecond : 0);
    if (MakesColumns()) {
      // A row group is far larger than a portion.
      const auto groups = static_cast<std::size_t>(options.threads) + 1;
      write_ =
          std::make_unique<ColumnStage>(context_, sinks, pool_, groups, tally_);
    } else {
      write_ = std::make_unique<EncodeStage>(context_, sinks, options.taker,
                                             pool_, window, tally_);
    }
    for (std::size_t i = 0; i < options.resume_from.size(); ++i) {
      write_->Resume(i, options.resume_from[i]);
      feed_->Skip(i, options.resume_from[i].records);
    }
    begin_ = last_progress_ = last_checkpoint_ = Clock::now();
  }

  Status Run(bool& stopped);
  /// Stores the current stream points in the snapshot.
  void TakeSnapshot() { snapshot_.streams = write_->points(); }

 private:
  using Clock = std::chrono::steady_clock;

  bool Stopped() const {
    return options_.stop != nullptr &&
           options_.stop->load(std::memory_order_relaxed);
  }
  bool MakesColumns() const;
  bool SharesImages() const;
  std::size_t PortionSize(std::span<const Record> due) const;
  Status Encode(bool all);
  Status EncodeSeconds(bool all);
  Status EncodeSorted(bool all);
  Status Report();
  void ReportProgress();

  const Job& job_;
  const Pipe::Options& options_;
  Snapshot& snapshot_;
  Tally& tally_;
  Encoder encoder_;
  Faults faults_;
  std::size_t portion_records_;
  std::optional<SharedImages> images_;
  std::vector<Workspace> workspaces_;
  PortionContext context_;
  std::optional<RecordFeed> feed_;
  std::unique_ptr<RecordStage> write_;
  // Declared after the portions, so that its threads end before they are
  // destroyed.
  Pool pool_;

  Clock::time_point begin_;
  Clock::time_point last_progress_;
  Clock::time_point last_checkpoint_;
  Clock::duration checkpoint_cost_{};  // of the last one
};

Status Runner::Run(bool& stopped) {
  do {
    if (Stopped()) {
      stopped = true;
      return Status::Ok();
    }
    if (Status status = Encode(false); !status.ok()) return status;
  } while (feed_->More());
  std::string why = feed_->WhyNotReached();
  if (!why.empty()) return Status::Failed(std::move(why));
  if (Status status = Encode(true); !status.ok()) return status;
  return write_->Finish();
}

bool Runner::MakesColumns() const {
  return Info(job_.frame).is_columnar && options_.taker == nullptr &&
         options_.texts == nullptr;
}

// Not by one thread, nor if no record is encoded, or if the extent depends on
// the calls of all shards: then portions of calls have numbers in common.
bool Runner::SharesImages() const {
  return options_.threads > 1 && !MakesColumns() && options_.texts == nullptr &&
         (job_.shard.count == 1 || !ExtentMeter(job_).decides());
}

// Of the next portion: portion_records_, or those up to the end of the period
// if there are files for periods.
std::size_t Runner::PortionSize(std::span<const Record> due) const {
  const std::size_t size = std::min(portion_records_, due.size());
  if (Info(job_.layout).period_ms == 0) return size;
  const std::int64_t period = PeriodOf(job_.layout, due.front());
  if (!feed_->holds() && PeriodOf(job_.layout, due[size - 1]) == period) {
    return size;
  }
  const auto of_other = [&](const Record& record) {
    return PeriodOf(job_.layout, record) != period;
  };
  return static_cast<std::size_t>(
      std::find_if(due.begin(), due.begin() + static_cast<std::ptrdiff_t>(size),
                   of_other) -
      due.begin());
}

// Encodes the records that are due, in full portions. With `all`, the last
// portion may be smaller.
Status Runner::Encode(bool all) {
  if (Status status = EncodeSeconds(all); !status.ok()) return status;
  // A second that was too large to be left unsorted is a portion, or several,
  // of its own.
  return EncodeSorted(all || feed_->leaves_unsorted());
}

Status Runner::EncodeSeconds(bool all) {
  UnsortedSeconds& seconds = feed_->seconds();
  const bool is_full = seconds.size() >= portion_records_ || all ||
                       !feed_->due().empty() || feed_->completes_period();
  if (seconds.empty() || !is_full) return Status::Ok();
  if (Status status = write_->Submit(seconds); !status.ok()) return status;
  return Report();
}

Status Runner::EncodeSorted(bool all) {
  std::size_t done = 0;
  for (std::span<const Record> due = feed_->due();
       due.size() >= portion_records_ || (all && !due.empty());) {
    const std::size_t size = PortionSize(due);
    if (Status status = write_->Submit(due.first(size)); !status.ok()) {
      return status;
    }
    due = due.subspan(size);
    done += size;
    if (Status status = Report(); !status.ok()) return status;
  }
  feed_->Remove(done);
  return Status::Ok();
}

Status Runner::Report() {
  if (!options_.on_progress && !options_.on_checkpoint) return Status::Ok();
  const Clock::time_point now = Clock::now();
  if (options_.on_progress && now - last_progress_ >= kProgressPeriod) {
    last_progress_ = now;
    ReportProgress();
  }
  const Clock::duration period =
      std::max(std::clamp<Clock::duration>(
                   (last_checkpoint_ - begin_) / kCheckpointShare,
                   kLeastCheckpointPeriod, kMostCheckpointPeriod),
               kLeastCheckpointCosts * checkpoint_cost_);
  if (!options_.on_checkpoint || now - last_checkpoint_ < period) {
    return Status::Ok();
  }
  TakeSnapshot();
  Status status = options_.on_checkpoint(snapshot_);
  last_checkpoint_ = Clock::now();
  checkpoint_cost_ = last_checkpoint_ - now;
  return status;
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

}  // namespace busyhour::internal
