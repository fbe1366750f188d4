#include "busyhour/write.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <stdexcept>
#include <utility>

#include "base/status.h"
#include "busyhour/error.h"
#include "dataset/dataset.h"
#include "deliver/sink.h"
#include "engine/blob_periods.h"
#include "engine/pipe.h"
#include "engine/routes.h"
#include "framing/frame.h"
#include "interface/job_data.h"
#include "job/job_spec.h"

namespace busyhour {
namespace {

class FunctionSink : public internal::Sink {
 public:
  explicit FunctionSink(const std::function<bool(std::string_view)>& write)
      : write_(write) {}

  internal::Status Write(std::span<const std::string_view> spans) override {
    for (const std::string_view span : spans) {
      if (!write_(span)) return internal::Status::Closed();
    }
    return internal::Status::Ok();
  }
  internal::Status Finish() override { return internal::Status::Ok(); }

 private:
  const std::function<bool(std::string_view)>& write_;
};

Totals TotalsOf(const internal::Tally& tally, const internal::Job& job) {
  Totals totals;
  totals.calls = tally.calls;
  totals.records = tally.all_records();
  totals.bytes = tally.all_bytes();
  for (const LogType log : job.logs) {
    totals.logs.push_back({log, tally.records[log], tally.bytes[log]});
  }
  return totals;
}

// A run of a job's pipe with the options of the interface.
class Run {
 public:
  Run(const JobData& data, const RunOptions& options)
      : data_(data), stop_(options.stop, [this] { stopped_.store(true); }) {
    pipe_options.threads = ThreadsOf(options.threads);
    pipe_options.stop = &stopped_;
    pipe_options.on_progress = [this, on_progress = options.on_progress](
                                   const internal::Progress& progress) {
      done_ = progress.done;
      if (!on_progress) return;
      Totals totals = TotalsOf(progress.tally, data_.job);
      totals.done = progress.done;
      on_progress(totals);
    };
  }

  const std::atomic<bool>& stopped() const noexcept { return stopped_; }

  Totals TotalsAfter(const internal::Pipe& pipe,
                     const internal::Status& status) const {
    Totals totals = TotalsOf(pipe.tally(), data_.job);
    totals.stopped = pipe.stopped() || status.closed();
    totals.done = totals.stopped ? done_ : 1.0;
    return totals;
  }

  internal::Pipe::Options pipe_options;

 private:
  const JobData& data_;
  double done_ = 0.0;  // the last progress
  std::atomic<bool> stopped_{false};
  std::stop_callback<std::function<void()>> stop_;
};

void RefuseFrame(const internal::Job& job, std::size_t logs) {
  std::vector<Problem> problems;
  internal::CheckFrame(job, logs, problems);
  if (!problems.empty()) throw InputError(std::move(problems));
}

// The problems of an output, which name options of the program, in the words of
// `WriteFiles`.
std::vector<Problem> InWordsOfCallers(std::vector<Problem> problems) {
  const std::pair<std::string_view, std::string_view> kWords[] = {
      {"--resume continues", "busyhour generate --resume continues"},
      {"--force", "force"},
  };
  for (Problem& problem : problems) {
    if (problem.source == "--out") problem.source = "path";
    for (const auto& [word, ours] : kWords) {
      const std::size_t at = problem.message.find(word);
      if (at == std::string::npos) continue;
      problem.message.replace(at, word.size(), ours);
    }
  }
  return problems;
}

Totals WriteDataset(const Job& job, const std::string& path,
                    const RunOptions& options) {
  if (path == "-") {
    throw InputError("path",
                     "\"-\" is no file; Write passes the text to a function, "
                     "and a file of that name is ./-");
  }
  const std::shared_ptr<const JobData> data = JobData::Of(job);
  const internal::Job written = data->JobAt(path);
  Run run(*data, options);
  internal::Dataset dataset(
      path, JobData::EngineProfile(data->profile), written,
      {.force = options.force,
       .owners = internal::BlobOwnersOf(data->worlds),
       .blob_periods = [&](const internal::Routes& routes) {
         return internal::BlobPeriodsOf(data->worlds, written, routes,
                                        run.pipe_options.threads);
       }});
  const bool is_directory =
      dataset.files().kind() == internal::OutKind::kDirectory;
  RefuseFrame(written, is_directory ? 1 : written.logs.size());
  const auto check = [](const internal::Status& status) {
    if (!status.ok()) throw std::runtime_error(status.message());
  };
  check(dataset.Open(&run.stopped()));
  if (dataset.files().has_files()) {
    run.pipe_options.on_checkpoint =
        [&dataset](const internal::Snapshot& snapshot) {
          return dataset.Checkpoint(snapshot);
        };
  }
  internal::Pipe pipe(data->worlds, written, dataset.files().routes(),
                      dataset.sinks(), run.pipe_options);
  const internal::Status status = pipe.Run();
  if (!status.closed()) check(status);
  check(dataset.Close(pipe.snapshot(), !pipe.stopped() && !status.closed()));
  return run.TotalsAfter(pipe, status);
}

}  // namespace

Totals Write(const Job& job,
             const std::function<bool(std::string_view piece)>& write,
             const RunOptions& options) {
  const std::shared_ptr<const JobData> data = JobData::Of(job);
  RefuseFrame(data->job, data->job.logs.size());
  Run run(*data, options);
  FunctionSink sink(write);
  internal::Pipe pipe(data->worlds, data->job,
                      internal::Routes(data->worlds.size()), {&sink},
                      run.pipe_options);
  const internal::Status status = pipe.Run();
  if (!status.ok() && !status.closed()) {
    throw InputError("extent", status.message());
  }
  return run.TotalsAfter(pipe, status);
}

std::string WriteText(const Job& job, const RunOptions& options) {
  std::string text;
  Write(
      job,
      [&text](std::string_view piece) {
        text += piece;
        return true;
      },
      options);
  return text;
}

Totals WriteFiles(const Job& job, const std::string& path,
                  const RunOptions& options) {
  try {
    return WriteDataset(job, path, options);
  } catch (const InputError& error) {
    throw InputError(InWordsOfCallers(error.problems()));
  }
}

}  // namespace busyhour
