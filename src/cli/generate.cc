// busyhour generate: writes a profile's calls as a data set, as fast as
// possible.

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/printable.h"
#include "cli/command.h"
#include "cli/end_signals.h"
#include "cli/generate_text.h"
#include "cli/options.h"
#include "cli/search_progress.h"
#include "dataset/dataset.h"
#include "dataset/file_form.h"
#include "dataset/labels.h"
#include "deliver/output_path.h"
#include "deliver/secrets.h"
#include "deliver/splice_sink.h"
#include "engine/blob_periods.h"
#include "engine/pipe.h"
#include "logs/worlds.h"
#include "twins/incident_labels.h"

namespace busyhour::internal {
namespace {

constexpr Option kGenerateOptions[] = {
    Short('o', {"out", "DIR|FILE|-|null:",
                "Output: a directory, a file, - for standard output, or null: "
                "for none",
                "-"}),
    {"labels", "FILE", "Also write the effect of each fault, as JSON Lines"},
    {"incident-labels", "FILE",
     "Also write what each incident did to each record, as JSON Lines"},
    {"label-exports", "DIR",
     "Also write the incidents in the forms of NAB, TSB-AD, TimeEval and "
     "LogHub, into a new or empty directory"},
    {"force", "", "Replace existing files"},
    {"resume", "", "Continue an interrupted run of the same job"},
    {"no-sync", "",
     "Leave it to the system when files reach the disk: a loss of power may "
     "lose or damage complete files"},
    {"splice", "",
     "Pass pages to the pipe on standard output instead of copying them; its "
     "reader must not forward them unread (splice, tee)"},
    {"threads", "N", "Worker threads", "all cores"},
    kQuiet,
};

double SecondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
      .count();
}

constexpr std::string_view kIsInOut =
    " belongs to the directory of --out, where verify reads all files as "
    "records; name another place";

// The reason why the labels file of `option` cannot be written; empty if it
// can. The file is written last, so predictable errors are reported before the
// run.
std::string ObjectionToLabels(const OptionReader& options, const char* option,
                              const OutputFiles& files, bool may_replace) {
  const std::string labels = options.Text(option);
  if (labels.empty()) return "the name is empty";
  if (files.Contains(labels)) return labels + std::string(kIsInOut);
  std::string objection = ObjectionToFile(labels, may_replace);
  if (objection.empty()) objection = ObjectionToLines(labels);
  if (!objection.empty()) return objection;
  if (files.Owns(labels)) return labels + " is also a file of --out";
  if (IsOpenAs(STDOUT_FILENO, labels)) {
    return labels + " is also standard output";
  }
  if (options.Has("profile") && IsSameFile(labels, options.Text("profile"))) {
    return labels + " is also the file of --profile";
  }
  return "";
}

// Refuses a directory of exports that cannot be written.
void CheckLabelExports(OptionReader& options, const Dataset& dataset) {
  if (!options.Has("label-exports")) return;
  const std::string directory = options.Text("label-exports");
  std::string objection = ObjectionToDirectory(
      directory, options.Has("force") || dataset.goes_on());
  if (!objection.empty()) {
    options.Refuse("label-exports", std::move(objection));
  } else if (dataset.files().Contains(directory)) {
    options.Refuse("label-exports", directory + std::string(kIsInOut));
  }
}

// Refuses a frame that does not fit the destination: by the option that named
// it, which is --out if the ending of a file did.
void CheckFrameOf(OptionReader& options, const Job& job,
                  const OutputFiles& files) {
  std::vector<Problem> problems;
  CheckFrame(job, files.kind() == OutKind::kDirectory ? 1 : job.logs.size(),
             problems);
  const bool is_by_ending = !options.Has("frame") && options.Has("out");
  for (const Problem& problem : problems) {
    std::string reason = problem.message;
    constexpr std::string_view kChoose = "choose one log";
    if (const std::size_t at = reason.find(kChoose); at != reason.npos) {
      reason.replace(at, kChoose.size(), "choose one with --logs");
    }
    if (is_by_ending) {
      options.Refuse("out", options.Text("out") + ": " + reason);
    } else {
      options.Refuse("frame", reason);
    }
  }
}

// Refuses options that do not fit the destination of the records.
void CheckOutput(OptionReader& options, const Profile& profile, const Job& job,
                 const Dataset& dataset) {
  const OutputFiles& files = dataset.files();
  const bool to_stdout = files.kind() == OutKind::kStandardOutput;
  CheckFrameOf(options, job, files);
  if (to_stdout && isatty(STDOUT_FILENO) != 0 && !options.Has("out")) {
    options.Refuse("out",
                   "is missing, and standard output is a terminal; to write "
                   "there, use --out -");
  }
  if (options.Has("splice")) {
    if (!to_stdout || !SpliceSink::IsPipe(STDOUT_FILENO)) {
      options.Refuse("splice", "requires standard output to be a pipe");
    } else if (Info(job.frame).is_columnar) {
      options.Refuse("splice",
                     "cannot be combined with --frame parquet, which leaves "
                     "little to copy");
    } else if (job.compression == Compression::kGzip ||
               job.compression == Compression::kZstd) {
      options.Refuse("splice",
                     "cannot be combined with --compress gzip or zstd, which "
                     "leave little to copy");
    }
  }
  if (options.Has("profile") && files.Owns(options.Text("profile"))) {
    options.Refuse("out", "contains the file of --profile");
  }
  for (const char* const option : {"labels", "incident-labels"}) {
    if (!options.Has(option)) continue;
    std::string objection = ObjectionToLabels(
        options, option, files, options.Has("force") || dataset.goes_on());
    if (!objection.empty()) options.Refuse(option, std::move(objection));
  }
  CheckLabelExports(options, dataset);
  for (const char* const option : {"incident-labels", "label-exports"}) {
    std::string objection = ObjectionToIncidentLabels(job);
    if (options.Has(option) && !objection.empty()) {
      options.Refuse(option, std::move(objection));
    }
  }
  if (std::string objection = ObjectionToLabelExports(profile);
      options.Has("label-exports") && !objection.empty()) {
    options.Refuse("label-exports", std::move(objection));
  }
  if (options.Has("incident-labels")) {
    if (options.Has("labels") &&
        IsSameFile(options.Text("labels"), options.Text("incident-labels"))) {
      options.Refuse("incident-labels", "is also the file of --labels");
    }
  }
  options.ThrowIfRefused();
}

// What happens to a file of labels that exists.
enum class Existing { kRefused, kReplaced, kKept };

// Writes the files of labels that the options ask for.
Status WriteAllLabels(const OptionReader& options, const Profile& profile,
                      const Worlds& worlds, const Job& job,
                      const Routes& routes, int threads, Existing existing) {
  const bool may_replace = existing == Existing::kReplaced;
  const auto is_wanted = [&](const char* option) {
    return options.Has(option) &&
           (existing != Existing::kKept ||
            !std::filesystem::exists(options.Text(option)));
  };
  Status status = Status::Ok();
  if (is_wanted("labels")) {
    status = WriteLabels(worlds, job, routes, options.Text("labels"),
                         may_replace, threads);
  }
  LabelOutputs outputs;
  if (is_wanted("incident-labels")) {
    outputs.file = options.Text("incident-labels");
  }
  if (is_wanted("label-exports")) {
    outputs.directory = options.Text("label-exports");
  }
  if (status.ok() && !outputs.empty()) {
    status = WriteIncidentLabels(profile, job, outputs, may_replace);
  }
  return status;
}

// Handles a data set that an earlier run has completed.
int EndFinished(const OptionReader& options, const Profile& profile,
                const Worlds& worlds, const Job& job, const Dataset& dataset) {
  Status status = dataset.CheckFinished();
  if (status.ok()) {
    status =
        WriteAllLabels(options, profile, worlds, job, dataset.files().routes(),
                       DefaultThreads(), Existing::kKept);
  }
  if (!status.ok()) return EndWithFailure(status.message());
  if (!options.Has("quiet")) {
    fmt::print(stderr, "{}: already complete and unchanged; nothing to do\n",
               Printable(options.Text("out"), kMostPath));
  }
  return kDone;
}

// `find` ends with an error then; the data set is valid.
void WarnOfNoCalls(const Job& job) {
  fmt::print(stderr, "busyhour: warning: no call{} is selected\n",
             job.shard.count > 1 ? " of the shard" : "");
}

// `verify` of the directory reads these files, too.
void WarnOfLeftFiles(const Dataset& dataset) {
  const std::vector<std::string> left = dataset.LeftFromReplaced();
  if (left.empty()) return;
  const std::size_t others = left.size() - 1;
  fmt::print(stderr,
             "busyhour: warning: files of the replaced data set remain: {}{}\n",
             left.front(),
             others == 0 ? "" : " and " + FormatCount(others) + " more");
}

int Generate(const OptionReader& options, const Profile& profile,
             const Worlds& worlds, const Job& job, int threads,
             const std::atomic<bool>& stop, Dataset& dataset) {
  const OutputFiles& files = dataset.files();
  GenerateSummary summary;
  for (const StreamPoint& point : dataset.resume_from()) {
    summary.records_before += point.records;
    for (const std::uint64_t bytes : point.bytes) summary.bytes_before += bytes;
  }
  const auto begin = std::chrono::steady_clock::now();
  const bool on_terminal = isatty(STDERR_FILENO) != 0 && !options.Has("quiet");
  Pipe::Options pipe_options;
  pipe_options.threads = threads;
  pipe_options.stop = &stop;
  pipe_options.resume_from = dataset.resume_from();
  if (on_terminal) {
    pipe_options.on_progress = [begin](const Progress& progress) {
      ShowProgress(progress, SecondsSince(begin));
    };
  }
  if (files.has_files()) {
    pipe_options.on_checkpoint = [&dataset](const Snapshot& snapshot) {
      return dataset.Checkpoint(snapshot);
    };
  }
  Pipe pipe(worlds, job, files.routes(), dataset.sinks(),
            std::move(pipe_options));
  const Status status = pipe.Run();
  summary.seconds = SecondsSince(begin);
  summary.whole = status.ok() && !pipe.stopped();
  // Write the labels before the data set is marked as complete, so that a
  // resumed run still writes them.
  const Status labels =
      summary.whole
          ? WriteAllLabels(
                options, profile, worlds, job, files.routes(), pipe.threads(),
                options.Has("force") || dataset.goes_on() ? Existing::kReplaced
                                                          : Existing::kRefused)
          : Status::Ok();
  // After a failure the content of the files is unknown. The manifest then
  // keeps the state of the last checkpoint.
  const Status closed = status.ok() && labels.ok()
                            ? dataset.Close(pipe.snapshot(), summary.whole)
                            : Status::Ok();
  if (on_terminal) ClearProgress();
  if (status.closed()) return stop ? kInterrupted : kDone;
  summary.failed = !status.ok() || !labels.ok() || !closed.ok();
  summary.whole = summary.whole && !summary.failed;
  summary.tally = pipe.tally();
  if (!options.Has("quiet")) {
    ShowSummary(profile, job, dataset, summary);
    if (summary.whole && job.filter != nullptr && summary.tally.calls == 0) {
      WarnOfNoCalls(job);
    }
    if (summary.whole) WarnOfLeftFiles(dataset);
  }
  for (const Status& each : {status, labels, closed}) {
    if (!each.ok()) return EndWithFailure(each.message());
  }
  return pipe.stopped() ? kInterrupted : kDone;
}

}  // namespace

int RunGenerate(int argc, const char* const* argv) {
  OptionReader options(
      {"generate", "[OPTIONS]",
       "Simulates the calls of a profile and writes their logs.",
       "busyhour generate --profile contact-center --duration 1h --out "
       "./logs"});
  options.DeclareJob(kGenerateJob);
  options.Declare(kGenerateOptions);
  if (options.Parse(argc, argv)) return kDone;

  JobSpec spec = options.ReadJobSpec();
  const Profile profile = ReadProfile(options, spec);
  const std::string out = options.Text("out");
  ChooseForm(out, spec, options.problems());
  Job job = ResolveJob(spec, profile, options.problems());
  const int threads = options.Threads(DefaultThreads());
  options.ThrowIfRefused();

  const Worlds worlds(profile, job.seed, job.start);
  // Before anything is written.
  const std::string not_found =
      FindCalls(worlds, threads, job, options.Has("quiet"));
  if (!not_found.empty()) return EndWithFailure(not_found);
  Dataset dataset(
      out, profile, job,
      {options.Has("force"), options.Has("resume"), !options.Has("no-sync"),
       BlobOwnersOf(worlds), [&](const Routes& routes) {
         return BlobPeriodsOf(worlds, job, routes, threads);
       }});
  CheckOutput(options, profile, job, dataset);
  if (dataset.finished()) {
    return EndFinished(options, profile, worlds, job, dataset);
  }
  const std::atomic<bool>& stop = StopOnSignals();
  if (Status status = dataset.Open(&stop, options.Has("splice"));
      !status.ok()) {
    const int exit_code = EndWithFailure(status.message());
    return stop ? kInterrupted : exit_code;
  }
  return Generate(options, profile, worlds, job, threads, stop, dataset);
}

}  // namespace busyhour::internal
