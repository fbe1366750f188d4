// busyhour generate: a profile's calls as a data set, as fast as the machine
// can.

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>

#include "base/printable.h"
#include "base/units.h"
#include "cli/command.h"
#include "cli/options.h"
#include "deliver/output_path.h"
#include "deliver/splice_sink.h"
#include "engine/pipe.h"
#include "logs/cast.h"
#include "run/dataset.h"
#include "run/file_form.h"
#include "run/labels.h"

namespace busyhour {
namespace {

constexpr int kBarWidth = 24;

std::atomic<bool> g_stop{false};

// The first signal asks for a clean end; the next one ends the program.
void StopOnSignals() {
  struct sigaction action {};
  action.sa_handler = [](int) { g_stop.store(true); };
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, nullptr);
}

double SecondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
      .count();
}

// One line on the terminal that is written over and over.
void ShowProgress(const Progress& progress, double seconds) {
  const int filled = static_cast<int>(progress.done * kBarWidth);
  const double left = progress.done > 0.01
                          ? seconds * (1 - progress.done) / progress.done
                          : 0.0;
  fmt::print(
      stderr, "\r\033[K[{:#<{}}{:.<{}}] {:3.0f} %  {}records  {}  {}/s{}", "",
      filled, "", kBarWidth - filled, progress.done * 100,
      FormatAmount(static_cast<double>(progress.tally.all_records())) + ' ',
      FormatSize(static_cast<double>(progress.tally.all_bytes())),
      FormatSize(static_cast<double>(progress.tally.all_bytes()) /
                 std::max(seconds, 1e-9)),
      progress.done > 0.01
          ? "  " + FormatDuration(static_cast<std::int64_t>(left * 1000)) +
                " left"
          : std::string());
  std::fflush(stderr);
}

std::string Share(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "none";
  return fmt::format(
      "{} ({:.2f} %)", FormatCount(part),
      100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

bool HasFiles(const Dataset& dataset) {
  return dataset.kind() == Dataset::Kind::kDirectory ||
         dataset.kind() == Dataset::Kind::kFile;
}

struct Amount {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
};

// `before`: what an earlier run had made.
void ShowSummary(const Profile& profile, const Job& job, const Dataset& dataset,
                 const Tally& tally, const Amount& before, double seconds,
                 bool whole) {
  std::string text;
  auto out = std::back_inserter(text);
  fmt::format_to(out, "{}: {} calls from {}, seed {}{}\n",
                 Printable(profile.name, kMostPath), FormatCount(tally.calls),
                 FormatTime(job.start), job.seed,
                 whole               ? ""
                 : HasFiles(dataset) ? " -- interrupted, not whole: --resume "
                                       "goes on"
                                     : " -- interrupted, not whole");
  std::size_t next_path = 0;
  for (const LogType log : job.logs) {
    std::string where;
    if (dataset.kind() == Dataset::Kind::kDirectory) {
      where = Printable(dataset.paths()[next_path++], kMostPath) +
              (whole ? "" : ".part");
    }
    fmt::format_to(out, "  {:<{}}{:>12} records {:>9}  {}\n", Info(log).name,
                   kLogNameWidth + 1, FormatCount(tally.records[log]),
                   FormatSize(static_cast<double>(tally.bytes[log])), where);
  }
  if (dataset.kind() == Dataset::Kind::kFile) {
    fmt::format_to(out, "  in {}{}\n",
                   Printable(dataset.paths().front(), kMostPath),
                   whole ? "" : ".part");
  }
  for (const LogType log : job.logs) {
    const CountedEndings& endings = DescriptorOf(log).endings;
    if (endings.noun.empty()) continue;
    fmt::format_to(out, "  failed {} {}", endings.noun,
                   Share(tally.failed[log], tally.records[log]));
    if (!endings.canceled_key.empty()) {
      fmt::format_to(out, ", canceled {}",
                     Share(tally.canceled[log], tally.records[log]));
    }
    fmt::format_to(out, "\n");
  }
  std::string faults;
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    if (tally.faults[i] == 0) continue;
    faults += fmt::format("{} {} {}", faults.empty() ? "" : ",",
                          FaultInfos()[i].name, FormatCount(tally.faults[i]));
  }
  if (!faults.empty()) fmt::format_to(out, "  faults{}\n", faults);
  // None, when it was ended before it got to where the other had.
  const auto more = [](std::uint64_t now, std::uint64_t then) {
    return static_cast<double>(std::max(now, then) - then);
  };
  const double bytes = more(tally.all_bytes(), before.bytes);
  const double records = more(tally.all_records(), before.records);
  fmt::format_to(out, "  {} in {:.2f} s: {}/s, {} records/s{}\n",
                 FormatSize(bytes), seconds, FormatSize(bytes / seconds),
                 FormatAmount(records / seconds),
                 before.records > 0 ? "; the others were there" : "");
  std::fputs(text.c_str(), stderr);
}

// What stands against the file of labels. It is written last: what could be
// known before must not be found out then.
void CheckLabels(OptionReader& options, const Dataset& dataset,
                 bool may_replace) {
  const std::string labels = options.Text("labels");
  if (!options.Has("labels")) return;
  std::string objection = ObjectionToFile(labels, may_replace);
  if (objection.empty()) objection = ObjectionToLines(labels);
  if (labels.empty()) objection = "\"\" names nothing";
  if (objection.empty() && dataset.Owns(labels)) {
    objection = labels + " is a file of --out, too";
  }
  if (objection.empty() && IsOpenAs(STDOUT_FILENO, labels)) {
    objection = labels + " is standard output, too";
  }
  if (objection.empty() && IsSameFile(labels, options.Text("profile"))) {
    objection = labels + " is the file of --profile, too";
  }
  if (!objection.empty()) options.Refuse("labels", std::move(objection));
}

// An earlier run has made all of it.
int EndFinished(const OptionReader& options, const Plan& plan, const Cast& cast,
                const Job& job, const Dataset& dataset) {
  Status status = dataset.CheckFinished();
  if (status.ok() && options.Has("labels") &&
      !std::filesystem::exists(options.Text("labels"))) {
    status = WriteLabels(plan, cast, job, dataset.routes(),
                         options.Text("labels"), false, DefaultThreads());
  }
  if (!status.ok()) return EndWithFailure(status.message());
  if (!options.Has("quiet")) {
    fmt::print(stderr,
               "{}: complete and whole since an earlier run; there is nothing "
               "to do\n",
               Printable(options.Text("out"), kMostPath));
  }
  return kDone;
}

}  // namespace

int RunGenerate(int argc, const char* const* argv) {
  OptionReader options(
      "generate", "[OPTIONS]",
      "Simulates a profile's calls and writes the logs they leave.",
      "busyhour generate --profile contact-center --duration 1h --out ./logs");
  DeclareJob(options);
  DeclareFaults(options);
  options.Declare("out", "A directory, a file, - or null: (-)",
                  "DIR|FILE|-|null:");
  options.Declare("compress", "lz4, gzip, zstd or none (none)", "NAME");
  options.Declare("layout",
                  "flat, or storage: a directory as a storage account has it, "
                  "a file for each log and hour of delivery (flat)",
                  "NAME");
  options.Declare("rotate",
                  "Begin another file once the records in one come to this "
                  "size, before they are compressed",
                  "SIZE");
  options.Declare("labels", "Also write what each fault did, as JSON Lines",
                  "FILE");
  options.Declare("force", "Replace files that are there");
  options.Declare("resume",
                  "Go on where an earlier run of the same job was ended");
  options.Declare(
      "splice",
      "Lend the bytes to the pipe that standard output is, uncopied; "
      "its reader must not pass them on unread (splice, tee)");
  options.Declare("threads", "How many to work with (all cores)", "N");
  options.Declare("quiet", "Say nothing but what is wrong");
  if (options.Parse(argc, argv)) return kDone;

  const Profile profile = ReadProfile(options);
  JobWords words = JobWordsOf(options);
  if (options.Has("compress")) words.compress = options.Text("compress");
  if (options.Has("threads")) words.threads = options.Text("threads");
  if (options.Has("layout")) words.layout = options.Text("layout");
  if (options.Has("rotate")) words.rotate = options.Text("rotate");
  const std::string out = options.Text("out", "-");
  if (Dataset::KindOf(out) == Dataset::Kind::kFile) {
    ChooseForm(out, words, options.problems());
  }
  const Job job = ReadJob(words, profile, options.problems());
  Pipe::Options pipe_options;
  pipe_options.threads = ReadThreads(words, options.problems());
  options.ThrowIfRefused();

  const Plan plan(profile);
  const Cast cast(plan, job.seed);
  Dataset dataset(out, profile, job,
                  {options.Has("force"), options.Has("resume"),
                   cast.vocabulary().resource_id});
  const auto logs = job.logs.size();
  CheckFrame(job, dataset.kind() == Dataset::Kind::kDirectory ? 1 : logs,
             options.problems());
  options.ThrowIfRefused();
  if (dataset.kind() == Dataset::Kind::kStandardOutput &&
      isatty(STDOUT_FILENO) != 0 && !options.Has("out")) {
    options.Refuse("out",
                   "is not given, and this terminal would be flooded; --out - "
                   "does it all the same");
    options.ThrowIfRefused();
  }

  if (options.Has("splice") &&
      (dataset.kind() != Dataset::Kind::kStandardOutput ||
       !SpliceSink::IsPipe(STDOUT_FILENO))) {
    options.Refuse("splice", "is for a standard output that is a pipe");
    options.ThrowIfRefused();
  }

  if (options.Has("splice") && (job.compression == Compression::kGzip ||
                                job.compression == Compression::kZstd)) {
    options.Refuse("splice",
                   "does not go with --compress gzip or zstd, which leave "
                   "little to copy");
    options.ThrowIfRefused();
  }

  const bool may_replace = options.Has("force") || dataset.goes_on();
  if (options.Has("profile") && dataset.Owns(options.Text("profile"))) {
    options.Refuse("out", "has a file that is that of --profile, too");
  }
  CheckLabels(options, dataset, may_replace);
  options.ThrowIfRefused();

  if (dataset.finished()) {
    return EndFinished(options, plan, cast, job, dataset);
  }

  StopOnSignals();
  if (Status status = dataset.Open(&g_stop, options.Has("splice"));
      !status.ok()) {
    const int exit_code = EndWithFailure(status.message());
    return g_stop ? kInterrupted : exit_code;
  }
  const auto begin = std::chrono::steady_clock::now();
  const bool on_terminal = isatty(STDERR_FILENO) != 0 && !options.Has("quiet");
  pipe_options.stop = &g_stop;
  if (on_terminal) {
    pipe_options.on_progress = [&](const Progress& progress) {
      ShowProgress(progress, SecondsSince(begin));
    };
  }
  pipe_options.resume_from = dataset.resume_from();
  Amount before;
  for (const StreamPoint& point : dataset.resume_from()) {
    before.records += point.records;
    for (const std::uint64_t bytes : point.bytes) before.bytes += bytes;
  }
  if (HasFiles(dataset)) {
    pipe_options.on_checkpoint = [&dataset](const Snapshot& snapshot) {
      return dataset.Checkpoint(snapshot);
    };
  }
  Pipe pipe(plan, cast, job, dataset.routes(), dataset.sinks(),
            std::move(pipe_options));
  const Status status = pipe.Run();
  const double seconds = SecondsSince(begin);
  const bool whole = status.ok() && !pipe.stopped();
  // Before the data set is called whole: whoever goes on with it gets them.
  const Status labels =
      whole && options.Has("labels")
          ? WriteLabels(plan, cast, job, dataset.routes(),
                        options.Text("labels"), may_replace, pipe.threads())
          : Status::Ok();
  // After a failure it is not known what the files hold: the manifest keeps
  // saying what they held at the last checkpoint.
  const Status closed = status.ok() && labels.ok()
                            ? dataset.Close(pipe.snapshot(), whole)
                            : Status::Ok();
  if (on_terminal) std::fputs("\r\033[K", stderr);
  if (status.closed()) return g_stop ? kInterrupted : kDone;
  if (!options.Has("quiet")) {
    ShowSummary(profile, job, dataset, pipe.tally(), before, seconds, whole);
  }
  for (const Status& each : {status, labels, closed}) {
    if (!each.ok()) return EndWithFailure(each.message());
  }
  return pipe.stopped() ? kInterrupted : kDone;
}

}  // namespace busyhour
