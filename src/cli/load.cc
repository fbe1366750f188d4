// busyhour load: a profile's records to a receiver, when they are due.

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>

#include "base/time.h"
#include "base/units.h"
#include "cli/command.h"
#include "cli/options.h"
#include "load/load_run.h"
#include "load/rate_words.h"
#include "load/report.h"
#include "load/target.h"
#include "run/manifest.h"

namespace busyhour {
namespace {

// Of a run that ends by the clock: longer than any.
constexpr std::uint64_t kLongestMs = 3650 * kMsPerDay;
constexpr Nanos kMillisecond = 1'000'000;
constexpr std::int64_t kDefaultSloMs = 100;
constexpr double kPlainPeriodSeconds = 10.0;

std::atomic<int> g_interrupts{0};

// The first signal asks for an end in order, the second for one at once, and
// the third does not ask.
void CountSignals() {
  struct sigaction action {};
  action.sa_handler = [](int) {
    if (g_interrupts.fetch_add(1) >= 2) ::_exit(kInterrupted);
  };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, nullptr);
}

std::optional<std::string> Given(const OptionReader& options,
                                 const char* name) {
  if (!options.Has(name)) return std::nullopt;
  return options.Text(name);
}

std::int64_t ReadMs(OptionReader& options, const char* name,
                    std::int64_t fallback) {
  if (!options.Has(name)) return fallback;
  const auto ms = ParseDuration(options.Text(name));
  if (ms && *ms > 0) return *ms;
  options.Refuse(name, "\"" + options.Text(name) +
                           "\" is not a duration above 0, such as 500ms or "
                           "10m");
  return fallback;
}

Overload ReadOverload(OptionReader& options) {
  const std::string word = options.Text("overload", "wait");
  if (word == "wait") return Overload::kWait;
  if (word == "fail") return Overload::kFail;
  if (word == "drop") return Overload::kDrop;
  options.Refuse("overload",
                 "\"" + word + "\" is not one of wait, fail and drop");
  return Overload::kWait;
}

// The job, whose extent may be left to the clock, and whose start to now.
Job ReadLoadJob(OptionReader& options, const Profile& profile, bool by_clock,
                Nanos& delay) {
  JobWords words = JobWordsOf(options);
  const bool from_now = words.start == "now";
  if (from_now) words.start.reset();
  const bool has_extent =
      words.duration || words.calls || words.records || words.bytes;
  Job job = ReadJob(words, profile, options.problems());
  if (by_clock && !has_extent) {
    job.extent = {Extent::Kind::kDuration, kLongestMs};
  }
  if (!from_now) return job;
  const std::int64_t now_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(
          std::chrono::system_clock::now().time_since_epoch())
          .count();
  job.start = {(now_ms / kMsPerSecond + 2) * kMsPerSecond};
  delay = (job.start.ms - now_ms) * kMillisecond;
  return job;
}

// What a manifest says of a run; without a result, of one that has just begun.
Manifest ManifestOf(const Profile& profile, const LoadPlan& load,
                    const std::string& target, const LoadResult* result) {
  Manifest manifest;
  manifest.profile = &profile;
  manifest.job = load.job;
  manifest.complete = result != nullptr;
  manifest.deliveries.emplace();
  Deliveries& deliveries = *manifest.deliveries;
  deliveries.target = target;
  if (result == nullptr) {
    manifest.job.extent = {Extent::Kind::kDuration, kMsPerSecond};
    return manifest;
  }
  manifest.job.extent = result->extent;
  for (const LogType log : kLogTypes) {
    const auto index = static_cast<std::size_t>(log);
    const Account& account = result->account;
    deliveries.planned[index] = account.planned_of(log);
    deliveries.failed[index] = account.ranges(Fate::kFailed, log);
    deliveries.dropped[index] = account.ranges(Fate::kDropped, log);
    deliveries.not_sent[index] = account.ranges(Fate::kNotSent, log);
  }
  manifest.tally.records = deliveries.planned;
  return manifest;
}

// Fails when `path` cannot be written, before anything is sent.
void CheckWritable(const char* option, const std::string& path) {
  std::FILE* const file = std::fopen(path.c_str(), "a");
  if (file == nullptr) {
    throw InputError(option,
                     "cannot write " + path + ": " + std::strerror(errno));
  }
  std::fclose(file);
}

// The line that is written over and over, or now and then below the last.
class ProgressLine {
 public:
  ProgressLine(bool quiet, Nanos end)
      : on_terminal_(isatty(STDERR_FILENO) != 0), quiet_(quiet), end_(end) {}

  void Show(const Sender& sender, const Account& account, Nanos now) {
    if (quiet_ || now <= 0) return;
    const double seconds = static_cast<double>(now) / 1e9;
    if (!on_terminal_ && seconds < next_plain_) return;
    next_plain_ += kPlainPeriodSeconds;
    const double acknowledged =
        static_cast<double>(account.count(Fate::kAcknowledged));
    const double span = std::max(seconds - last_seconds_, 1e-3);
    const Histogram& lateness = account.lateness_now();
    std::string line = fmt::format(
        "{}  planned {}  sent {}  acknowledged {} ({}/s, {}/s)  in flight {}  "
        "queued {}  late p50 {:.1f} p99 {:.1f} ms  retries {}  errors {}",
        FormatDuration(static_cast<std::int64_t>(seconds) * 1000),
        FormatAmount(static_cast<double>(account.planned())),
        FormatAmount(static_cast<double>(account.sent())),
        FormatAmount(acknowledged),
        FormatAmount((acknowledged - last_acknowledged_) / span),
        FormatSize((static_cast<double>(account.bytes()) - last_bytes_) / span),
        FormatAmount(static_cast<double>(sender.in_flight())),
        FormatAmount(static_cast<double>(sender.queued())),
        static_cast<double>(lateness.Quantile(0.5)) / 1e6,
        static_cast<double>(lateness.Quantile(0.99)) / 1e6, account.retries(),
        account.errors().size());
    if (end_ != kNever) {
      line += "  " +
              FormatDuration(std::max<Nanos>(0, end_ - now) / kMillisecond /
                             1000 * 1000) +
              " left";
    }
    if (span >= 1 || !on_terminal_) {
      last_seconds_ = seconds;
      last_acknowledged_ = acknowledged;
      last_bytes_ = static_cast<double>(account.bytes());
    }
    if (on_terminal_) {
      fmt::print(stderr, "\r\033[K{}", line);
      shown_ = true;
    } else {
      fmt::print(stderr, "{}\n", line);
    }
    std::fflush(stderr);
  }

  void End() const {
    if (shown_) std::fputs("\r\033[K", stderr);
  }

 private:
  bool on_terminal_;
  bool quiet_;
  Nanos end_;
  bool shown_ = false;
  double next_plain_ = kPlainPeriodSeconds;
  double last_seconds_ = 0.0;
  double last_acknowledged_ = 0.0;
  double last_bytes_ = 0.0;
};

void DeclareLoad(OptionReader& options) {
  options.Declare("to", "The receiver: see docs/load.md", "URI");
  options.DeclareRepeatable("with", "A setting of that kind of receiver",
                            "NAME=VALUE");
  constexpr std::string_view kNotHere[] = {"frame", "batch-bytes"};
  DeclareJob(options, kNotHere);
  options.Declare("speed", "How many times as fast as the calls were (1)", "X");
  options.Declare("rate",
                  "Instead: 20000/s, 50MB/s, 100calls/s, 10messages/s, or max: "
                  "as fast as the receiver takes it",
                  "RATE");
  options.Declare("pattern",
                  "How the pace changes: constant, ramp:0.1..2, steps:1,2,4, "
                  "sine:0.5/10m, spike:10@5m+30s, or a file (constant)",
                  "PATTERN");
  options.Declare("for", "Send for so long (the extent's)", "D");
  options.Declare("overload",
                  "When the queue is full: wait, fail or drop (wait)", "WORD");
  options.Declare("max-queue", "What may wait to be sent (64MiB)", "SIZE");
  options.Declare("max-in-flight",
                  "Batches sent and not yet answered for (the receiver's)",
                  "N");
  options.Declare("give-up",
                  "End when nothing was acknowledged for so long while sending "
                  "failed (1m)",
                  "D");
  options.Declare("slo", "Lateness at which it has not kept up (100ms)", "D");
  options.Declare("report", "Write all figures, second by second, as JSON",
                  "FILE");
  options.Declare("manifest",
                  "Write what was sent, for busyhour verify --manifest",
                  "FILE");
  options.Declare("threads", "How many make records (1)", "N");
  options.Declare("quiet", "Say nothing but what is wrong");
}

}  // namespace

int RunLoadCommand(int argc, const char* const* argv) {
  OptionReader options(
      "load", "--to URI [OPTIONS]",
      "Sends a profile's records to a receiver when they are due, and says "
      "what\nbecame of them.",
      "busyhour load --to tcp://127.0.0.1:5140 --rate 20000/s --for 1m");
  DeclareLoad(options);
  if (options.Parse(argc, argv)) return kDone;

  const Profile profile = ReadProfile(options);
  LoadPlan load;
  const std::int64_t for_ms = ReadMs(options, "for", 0);
  if (for_ms > 0) load.end = for_ms * kMillisecond;
  load.job = ReadLoadJob(options, profile, for_ms > 0, load.delay);
  const RateWords rate = ReadRate(Given(options, "speed"),
                                  Given(options, "rate"), options.problems());
  if (options.Text("start") == "now" &&
      (rate.unit != PaceUnit::kSimulatedSeconds || rate.per_second != 1 ||
       options.Text("pattern", "constant") != "constant")) {
    options.Refuse("start",
                   "now goes with --speed 1 only: with another pace, times of "
                   "records would not be those of their sending");
  }
  const Pattern pattern = ReadPattern(
      options.Text("pattern", "constant"),
      static_cast<double>(for_ms) / kMsPerSecond, options.problems());
  load.unit = rate.unit;
  if (rate.per_second > 0) load.pace = Pace(rate.per_second, pattern);
  Target target;
  if (options.Has("to")) {
    target = ReadTarget(options.Text("to"), options.Texts("with"),
                        options.problems());
  } else {
    options.Refuse("to",
                   "is missing: where to send to, such as null: or "
                   "tcp://127.0.0.1:5140");
  }
  load.rules = target.rules;
  load.sender.paced = load.pace.paced();
  load.sender.overload = ReadOverload(options);
  load.sender.max_in_flight = target.max_in_flight;
  load.sender.give_up = ReadMs(options, "give-up", 60'000) * kMillisecond;
  load.sender.seed = load.job.seed;
  load.sender.interrupt = &g_interrupts;
  if (options.Has("max-in-flight")) {
    const auto count = ParseCount(options.Text("max-in-flight"));
    if (!count || *count < 1 || *count > 1'000'000) {
      options.Refuse("max-in-flight", "\"" + options.Text("max-in-flight") +
                                          "\" is not a whole number from 1 to "
                                          "1,000,000");
    } else {
      load.sender.max_in_flight = static_cast<std::size_t>(*count);
    }
  }
  if (options.Has("max-queue")) {
    const auto size = ParseSize(options.Text("max-queue"));
    if (!size || *size < 64 * 1024) {
      options.Refuse("max-queue", "\"" + options.Text("max-queue") +
                                      "\" is not a size of 64KiB or more");
    } else {
      load.sender.max_queue_bytes = static_cast<std::size_t>(*size);
    }
  }
  JobWords thread_words;
  thread_words.threads = options.Text("threads", "1");
  load.threads = ReadThreads(thread_words, options.problems());
  LoadFacts facts;
  facts.slo = ReadMs(options, "slo", kDefaultSloMs) * kMillisecond;
  options.ThrowIfRefused();

  const Plan plan(profile);
  const Directory directory(plan, load.job.seed);
  if (Status status = target.sink->Open(); !status.ok()) {
    throw InputError("--to", status.message());
  }
  facts.profile = profile.name;
  facts.target = target.uri.text;
  facts.acknowledged = InfoOf(target).acknowledged;
  facts.plan = rate.text;

  if (options.Has("report")) CheckWritable("--report", options.Text("report"));
  const auto write_manifest = [&](const LoadResult* result) {
    if (!options.Has("manifest")) return Status::Ok();
    return WriteManifest(ManifestOf(profile, load, facts.target, result),
                         options.Text("manifest"));
  };
  if (Status status = write_manifest(nullptr); !status.ok()) {
    throw InputError("--manifest", status.message());
  }
  CountSignals();
  ProgressLine line(options.Has("quiet"), load.end);
  load.sender.on_progress = [&](const Sender& sender, Nanos now) {
    line.Show(sender, sender.account(), now);
  };
  const LoadResult result = RunLoad(plan, directory, load, *target.sink);
  line.End();
  if (!options.Has("quiet")) {
    std::fputs(LoadTable(result, load, facts).c_str(), stderr);
  }
  if (options.Has("report")) {
    const std::string path = options.Text("report");
    std::FILE* const file = std::fopen(path.c_str(), "w");
    const std::string text = LoadJson(result, load, facts);
    const bool written =
        file != nullptr &&
        std::fwrite(text.data(), 1, text.size(), file) == text.size();
    if (file == nullptr || std::fclose(file) != 0 || !written) {
      fmt::print(stderr, "busyhour: cannot write {}\n", path);
      return kJobFailed;
    }
  }
  for (const Status& status : {result.status, write_manifest(&result)}) {
    if (status.ok()) continue;
    fmt::print(stderr, "busyhour: {}\n", status.message());
    return kJobFailed;
  }
  if (result.interrupted) return kInterrupted;
  const bool all =
      result.account.count(Fate::kAcknowledged) == result.account.planned();
  return all ? kDone : kJobFailed;
}

}  // namespace busyhour
