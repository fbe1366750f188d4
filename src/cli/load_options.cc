#include "cli/load_options.h"

#include <array>
#include <chrono>

#include "base/nearest.h"
#include "base/time.h"
#include "base/units.h"
#include "load/target.h"

namespace busyhour {
namespace {

// Of a run that ends by the clock: longer than any.
constexpr std::uint64_t kLongestMs = 3650 * kMsPerDay;
constexpr Nanos kMillisecond = 1'000'000;
constexpr std::uint64_t kLeastQueueBytes = 64 * 1024;
constexpr std::uint64_t kMostInFlight = 1'000'000;
constexpr std::uint64_t kMostPort = 65'535;

std::optional<std::string> Given(const OptionReader& options,
                                 const char* name) {
  if (!options.Has(name)) return std::nullopt;
  return options.Text(name);
}

Nanos ReadNanos(OptionReader& options, const char* name,
                std::int64_t fallback_ms) {
  if (!options.Has(name)) return fallback_ms * kMillisecond;
  const auto ms = ParseDuration(options.Text(name));
  if (ms && *ms > 0 && *ms < kNever / kMillisecond) return *ms * kMillisecond;
  options.Refuse(name, "\"" + options.Text(name) +
                           "\" is not a duration above 0, such as 500ms or "
                           "10m");
  return fallback_ms * kMillisecond;
}

std::optional<std::uint64_t> ReadCount(OptionReader& options, const char* name,
                                       std::uint64_t most) {
  if (!options.Has(name)) return std::nullopt;
  const auto count = ParseCount(options.Text(name));
  if (count && *count >= 1 && *count <= most) return count;
  options.Refuse(name, "\"" + options.Text(name) +
                           "\" is not a whole number from 1 to " +
                           FormatCount(most));
  return std::nullopt;
}

Overload ReadOverload(OptionReader& options) {
  constexpr std::array<std::string_view, 3> kWords = {"wait", "fail", "drop"};
  const std::string word = options.Text("overload", "wait");
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    if (word == kWords[i]) return static_cast<Overload>(i);
  }
  std::string hint = DidYouMean(word, {kWords.begin(), kWords.end()});
  options.Refuse("overload",
                 "\"" + word + "\" is not one of wait, fail and drop" + hint);
  return Overload::kWait;
}

// The receiver; returns the frame of what it gets.
Frame ReadReceiver(OptionReader& options, LoadOptions& load) {
  load.to = options.Text("to");
  load.with = options.Texts("with");
  // For a receiver that is a file.
  if (options.Has("force") && load.to.starts_with("file:")) {
    load.with.emplace_back("overwrite=yes");
  }
  if (!options.Has("to")) {
    options.Refuse("to",
                   "is missing: where to send to, such as null: or "
                   "tcp://127.0.0.1:5140");
    return Frame::kJsonl;
  }
  Target target = ReadTarget(load.to, load.with, options.problems());
  load.receiver = std::move(target.uri);
  return target.frame;
}

// The job, whose extent may be left to the clock, and whose start to now.
void ReadLoadJob(OptionReader& options, Frame frame, LoadOptions& load) {
  JobWords words = JobWordsOf(options);
  words.frame = Info(frame).name;
  const bool from_now = words.start == "now";
  if (from_now) words.start.reset();
  const bool has_extent =
      words.duration || words.calls || words.records || words.bytes;
  Job& job = load.plan.job;
  job = ReadJob(words, load.profile, options.problems());
  job.to_receiver = true;
  const std::string reason = ReasonAgainst(job.frame, job.shape);
  if (!reason.empty()) options.Refuse("shape", reason);
  load.ends_by_clock =
      (load.plan.end != kNever || load.find_max) && !has_extent;
  if (load.ends_by_clock) {
    job.extent = {Extent::Kind::kDuration, kLongestMs};
  }
  if (!from_now) return;
  if (load.rate.unit != PaceUnit::kSimulatedSeconds ||
      load.rate.per_second != 1 ||
      options.Text("pattern", "constant") != "constant") {
    options.Refuse("start",
                   "now goes with --speed 1 only: with another pace, times of "
                   "records would not be those of their sending");
  }
  const std::int64_t now_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(
          std::chrono::system_clock::now().time_since_epoch())
          .count();
  // A whole second, with time to connect.
  job.start = {(now_ms / kMsPerSecond + 2) * kMsPerSecond};
  load.plan.at_wall_time = true;
}

}  // namespace

void DeclareLoad(OptionReader& options) {
  std::string receivers;
  for (const TargetInfo& info : Targets()) {
    receivers += (receivers.empty() ? "" : ", ") + std::string(info.form);
  }
  options.Declare("to", "The receiver: " + receivers, "URI");
  options.DeclareRepeatable("with",
                            "A setting of that kind of receiver, see "
                            "docs/load.md",
                            "NAME=VALUE");
  constexpr std::string_view kNotHere[] = {"frame", "batch-bytes", "start"};
  DeclareJob(options, kNotHere);
  options.Declare("start",
                  "When the first call may be made; now for the wall's time "
                  "(the profile's)",
                  "TIME");
  DeclareFaults(options);
  options.Declare("speed", "How many times as fast as the calls were (1)", "X");
  options.Declare("rate",
                  "Instead: 20000/s, 50MB/s, 100calls/s, 10messages/s, or max: "
                  "as fast as the receiver takes it",
                  "RATE");
  options.Declare("pattern",
                  "How the pace changes: constant, ramp:0.1..2, steps:1,2,4, "
                  "sine:0.5/10m, spike:10@5m+30s, or a file (constant)",
                  "PATTERN");
  options.Declare("for", "Send for so long (to the extent's end)", "D");
  options.Declare("overload",
                  "When the queue is full: wait, fail or drop (wait)", "WORD");
  options.Declare("max-queue", "What may be due and wait (64MiB)", "SIZE");
  options.Declare("max-in-flight",
                  "Batches sent and not yet answered for (the receiver's)",
                  "N");
  options.Declare("give-up",
                  "End when nothing that was sent has been acknowledged for so "
                  "long (2m)",
                  "D");
  options.Declare("slo", "Lateness above which it has not kept up (100ms)",
                  "D");
  options.Declare("find-max",
                  "Look for the highest rate at which lateness p99 stays "
                  "within --slo, from --rate on (1000/s)");
  options.Declare("trial", "How long --find-max tries a rate (10s)", "D");
  options.Declare("report", "Write all figures, second by second, as JSON",
                  "FILE");
  options.Declare("manifest",
                  "Write what was sent, for busyhour verify --manifest",
                  "FILE");
  options.Declare("force", "Replace files that are there");
  options.Declare("metrics",
                  "Serve the figures to Prometheus on this port of 127.0.0.1",
                  "PORT");
  options.Declare("threads", "How many make records (1)", "N");
  options.Declare("quiet", "Say nothing but what is wrong");
}

LoadOptions ReadLoad(OptionReader& options) {
  LoadOptions load;
  LoadPlan& plan = load.plan;
  load.profile = ReadProfile(options);
  load.find_max = options.Has("find-max");
  load.trial = ReadNanos(options, "trial", 10'000);
  if (options.Has("for")) plan.end = ReadNanos(options, "for", 1);
  std::optional<std::string> rate = Given(options, "rate");
  std::optional<std::string> speed = Given(options, "speed");
  if (load.find_max) {
    if (!rate) rate = "1000/s";
    speed.reset();
  }
  load.rate = ReadRate(speed, rate, options.problems());
  if (load.find_max) {
    if (load.rate.unit != PaceUnit::kRecords || load.rate.per_second == 0) {
      options.Refuse("find-max",
                     "wants the first rate in records: --rate "
                     "1000/s");
    }
    // A trial is as long as --trial says, and ends when the queue is full.
    for (const char* other :
         {"speed", "for", "pattern", "manifest", "start", "overload",
          "duration", "calls", "records", "bytes"}) {
      if (options.Has(other)) {
        options.Refuse("find-max", "does not go with --" + std::string(other));
      }
    }
    plan.end = load.trial;
  } else if (options.Has("trial")) {
    options.Refuse("trial", "goes with --find-max");
  }
  ReadLoadJob(options, ReadReceiver(options, load), load);
  const double seconds = plan.end == kNever
                             ? 0.0
                             : static_cast<double>(plan.end) /
                                   static_cast<double>(kNanosPerSecond);
  load.pattern_text = options.Text("pattern", "constant");
  load.pattern = ReadPattern(load.pattern_text, seconds, options.problems());
  plan.unit = load.rate.unit;
  if (load.rate.per_second > 0) {
    plan.pace = Pace(load.rate.per_second, load.pattern);
  }
  plan.sender.paced = plan.pace.paced();
  plan.sender.overload = ReadOverload(options);
  plan.sender.give_up = ReadNanos(options, "give-up", 120'000);
  // Shards on several machines do not come back all at once.
  plan.sender.seed = plan.job.seed + plan.job.shard.index;
  if (const auto count = ReadCount(options, "max-in-flight", kMostInFlight)) {
    load.max_in_flight = static_cast<std::size_t>(*count);
  }
  if (options.Has("max-queue")) {
    const auto size = ParseSize(options.Text("max-queue"));
    if (!size || *size < kLeastQueueBytes) {
      options.Refuse("max-queue", "\"" + options.Text("max-queue") +
                                      "\" is not a size of 64KiB or more");
    } else {
      plan.sender.max_queue_bytes = static_cast<std::size_t>(*size);
    }
  }
  JobWords thread_words;
  thread_words.threads = options.Text("threads", "1");
  plan.threads = ReadThreads(thread_words, options.problems());
  load.metrics_port =
      static_cast<int>(ReadCount(options, "metrics", kMostPort).value_or(0));
  load.slo = ReadNanos(options, "slo", 100);
  load.report = options.Text("report");
  load.manifest = options.Text("manifest");
  load.force = options.Has("force");
  load.quiet = options.Has("quiet");
  return load;
}

}  // namespace busyhour
