#include "busyhour/arrow.h"

#include <cerrno>
#include <cstddef>
#include <exception>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arrow/arrow_batch.h"
#include "arrow/arrow_schema.h"
#include "busyhour/error.h"
#include "columns/column_batch.h"
#include "columns/log_columns.h"
#include "encode/shape.h"
#include "engine/record_feed.h"
#include "interface/job_data.h"
#include "interface/record_labels.h"
#include "job/option.h"
#include "twins/incident_labels.h"

namespace busyhour {
namespace {

// The records of a batch: few enough that a batch is still in the cache when it
// is read.
constexpr std::size_t kRowsABatch = 64 * 1024;
// The records that become columns together, while they are in the first cache.
constexpr std::size_t kRowsAtOnce = internal::ColumnBatch::kRowsAtOnce;
static_assert(kRowsABatch % kRowsAtOnce == 0);

// The job whose records a stream of one log needs. The others are left out if
// they do not decide which calls there are.
internal::Job JobOfStream(const internal::Job& job, LogType log) {
  internal::Job of_stream = job;
  const bool counts_records =
      job.extent.kind == internal::Extent::Kind::kRecords ||
      job.extent.kind == internal::Extent::Kind::kBytes;
  if (!counts_records && job.filter == nullptr) of_stream.logs = {log};
  return of_stream;
}

// Batches that are not in use, on any thread.
class BatchPool {
 public:
  BatchPool() { batches_.reserve(kMostIdle); }

  std::unique_ptr<internal::ArrowBatch> Take() {
    const std::lock_guard lock(mutex_);
    if (batches_.empty()) return nullptr;
    auto batch = std::move(batches_.back());
    batches_.pop_back();
    return batch;
  }
  /// Does not allocate: consumers return batches when they release them, where
  /// nothing may be thrown.
  void Return(std::unique_ptr<internal::ArrowBatch> batch) {
    const std::lock_guard lock(mutex_);
    // A consumer that keeps all batches gives them back all at once.
    if (batches_.size() < kMostIdle) batches_.push_back(std::move(batch));
  }

 private:
  static constexpr std::size_t kMostIdle = 4;
  std::mutex mutex_;
  std::vector<std::unique_ptr<internal::ArrowBatch>> batches_;
};

// What batches and the stream share.
struct Shared {
  Shared(std::shared_ptr<const JobData> of, LogType log)
      : data(std::move(of)),
        columns(data->worlds, log, data->job.shape, data->job.guids) {}

  const std::shared_ptr<const JobData> data;
  const internal::LogColumns columns;
  BatchPool pool;
};

// A batch in use.
struct Lease {
  explicit Lease(std::shared_ptr<Shared> of)
      : shared(std::move(of)), batch(shared->pool.Take()) {
    if (batch == nullptr) {
      batch = std::make_unique<internal::ArrowBatch>(
          shared->data->worlds, shared->columns, shared->data->job.guids);
    }
  }
  ~Lease() { shared->pool.Return(std::move(batch)); }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  const std::shared_ptr<Shared> shared;
  std::unique_ptr<internal::ArrowBatch> batch;
};

constexpr std::string_view kLabelColumns[] = {"Incident", "IncidentEffect"};

class Stream {
 public:
  Stream(std::shared_ptr<const JobData> data, LogType log,
         const ArrowOptions& options)
      : log_(log),
        job_(JobOfStream(data->job, log)),
        shared_(std::make_shared<Shared>(std::move(data), log)),
        records_(shared_->data->worlds, job_, ThreadsOf(options.threads)),
        is_labelled_(options.labels) {}

  void GetSchema(ArrowSchema* out) const {
    std::span<const std::string_view> more;
    if (is_labelled_) more = kLabelColumns;
    internal::WriteArrowSchema(shared_->columns, more, out);
  }

  void GetNext(ArrowArray* out) {
    *out = {};
    const auto lease = std::make_shared<Lease>(shared_);
    internal::ArrowBatch& batch = *lease->batch;
    batch.Begin(kRowsABatch);
    if (is_labelled_) BeginLabels(batch.more_texts());
    while (batch.rows() < kRowsABatch && Collect()) {
      batch.Append(rows_);
      if (is_labelled_) AddLabels(batch.more_texts());
      rows_.clear();
    }
    if (batch.rows() == 0) return;
    batch.End();
    batch.Export(lease, out);
  }

  std::string error;

 private:
  void BeginLabels(std::vector<internal::ArrowTexts>& columns) {
    if (!labels_) labels_.emplace(*shared_->data, job_, log_);
    columns.resize(std::size(kLabelColumns));
    for (internal::ArrowTexts& each : columns) each.Clear();
  }

  void AddLabels(std::vector<internal::ArrowTexts>& columns) {
    for (const internal::Record& record : rows_) {
      const RecordLabel& label = labels_->Of(record);
      columns[0].Add(label.incidents);
      columns[1].Add(label.effects);
    }
  }

  // Collects the next records. False if none are left.
  bool Collect() {
    internal::RecordFeed& feed = records_.feed();
    for (;;) {
      const auto due = feed.due();
      std::size_t i = 0;
      for (; i < due.size() && rows_.size() < kRowsAtOnce; ++i) {
        if (due[i].log() == log_) rows_.push_back(due[i]);
      }
      feed.Remove(i);
      if (rows_.size() == kRowsAtOnce) return true;
      if (has_ended_) return !rows_.empty();
      has_ended_ = !feed.More();
      if (!has_ended_) continue;
      if (std::string why = feed.WhyNotReached(); !why.empty()) {
        throw InputError("extent", why);
      }
    }
  }

  const LogType log_;
  const internal::Job job_;
  const std::shared_ptr<Shared> shared_;
  internal::JobRecords records_;
  const bool is_labelled_;
  std::optional<RecordLabels> labels_;  // if it is, from the first batch on
  std::vector<internal::Record> rows_;
  bool has_ended_ = false;
};

Stream& Of(ArrowArrayStream* stream) {
  return *static_cast<Stream*>(stream->private_data);
}

// Calls `get()`; its exception becomes the stream's error.
template <class Get>
int Try(Stream& stream, const Get& get) noexcept {
  try {
    get();
    return 0;
  } catch (const std::bad_alloc&) {
    return ENOMEM;
  } catch (const InputError& error) {
    stream.error = error.what();
    return EINVAL;
  } catch (const std::exception& error) {
    stream.error = error.what();
    return EIO;
  }
}

int GetSchema(ArrowArrayStream* stream, ArrowSchema* out) {
  return Try(Of(stream), [&] { Of(stream).GetSchema(out); });
}

int GetNext(ArrowArrayStream* stream, ArrowArray* out) {
  return Try(Of(stream), [&] { Of(stream).GetNext(out); });
}

const char* GetLastError(ArrowArrayStream* stream) {
  const std::string& error = Of(stream).error;
  return error.empty() ? nullptr : error.c_str();
}

void Release(ArrowArrayStream* stream) {
  delete &Of(stream);
  stream->release = nullptr;
}

std::string WhyNotInJob(LogType log, const internal::Job& job) {
  std::vector<std::string_view> names;
  for (const LogType each : job.logs) names.push_back(NameOf(each));
  return std::string(NameOf(log)) + " is not among the job's logs (" +
         internal::Listed(names) +
         "): its option logs selects them by name, or all";
}

}  // namespace

void ExportArrow(const Job& job, LogType log, ArrowArrayStream* stream,
                 const ArrowOptions& options) {
  std::shared_ptr<const JobData> data = JobData::Of(job);
  std::vector<Problem> problems;
  if (!data->job.logs.Has(log)) {
    problems.push_back({"log", 0, 0, "", WhyNotInJob(log, data->job)});
  }
  if (data->job.shape == internal::Shape::kPortal) {
    problems.push_back(
        {"shape", 0, 0, "",
         "portal spells all values as texts, which columns do not need"});
  }
  if (options.labels) {
    if (std::string why = internal::ObjectionToIncidentLabels(data->job);
        !why.empty()) {
      problems.push_back({"labels", 0, 0, "", std::move(why)});
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  auto state = std::make_unique<Stream>(std::move(data), log, options);
  *stream = {GetSchema, GetNext, GetLastError, Release, state.release()};
}

}  // namespace busyhour
