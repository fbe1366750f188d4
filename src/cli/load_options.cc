#include "cli/load_options.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/time.h"
#include "base/units.h"
#include "load/figures.h"
#include "load/target.h"
#include "text/problems.h"

namespace busyhour::internal {
namespace {

// The extent in a run that ends by the clock, longer than any run.
constexpr std::int64_t kLongestMs = 3650 * kMsPerDay;
constexpr std::uint64_t kLeastQueueBytes = 64 * 1024;
constexpr std::uint64_t kMostInFlight = 1'000'000;
constexpr std::string_view kLivePort = "8765";

std::vector<std::string_view> ReceiverForms() {
  std::vector<std::string_view> forms;
  for (const TargetInfo& info : Targets()) forms.push_back(info.form);
  return forms;
}

// In the order of `Overload`.
std::vector<std::string_view> OverloadWords() {
  return {"wait", "fail", "drop"};
}

constexpr Option kLoadOptions[] = {
    {"start", "TIME",
     "Start of the simulated time; now for the current time, with --speed 1",
     "the profile's"},
    {"start-at", "TIME",
     "Begin at this time by the clock of this machine, so that several "
     "machines "
     "begin together",
     "at once"},
    {"max-clock-error", "D",
     "With --start-at, begin only if the kernel knows that the clock is right "
     "within this time; none: in any case. Applies to shards, or if given",
     "10ms"},
    {"events", "",
     "Send the callback events of the calls instead of records: to http:// or "
     "https://, one in each request"},
    {"speed", "X", "Speed relative to the simulated time", "1"},
    {"rate", "RATE",
     "Send at this rate instead, such as 20000/s, 50MB/s, 100calls/s or "
     "10messages/s; max: as fast as the receiver accepts"},
    {"pattern", "PATTERN|FILE",
     "How the rate varies: constant, ramp:0.1..2, steps:1,2,4, sine:0.5/10m, "
     "spike:10@5m+30s, or a file",
     "constant"},
    {"for", "D", "Send for this long", "until the end of the extent"},
    {"overload", "WORD", "Action when the queue is full", "wait",
     OverloadWords},
    {"max-queue", "SIZE", "Maximum size of the text that is due and waiting",
     "64MiB"},
    {"max-in-flight", "N",
     "Maximum number of batches sent and not yet answered", "the receiver's"},
    {"give-up", "D", "End when nothing has been acknowledged for this long",
     "2m"},
    {"max-drain", "D",
     "End so long after the end of the plan, even if not everything is "
     "acknowledged",
     "no limit"},
    {"slo", "D",
     "Maximum lateness, 99th percentile, of a receiver that keeps up; a run "
     "that exceeds it fails",
     "100ms"},
    {"find-max", "",
     "Find the highest rate at which the 99th percentile of lateness stays "
     "within --slo, starting at --rate (default: 1000/s)"},
    {"trial", "D", "Length of each trial of --find-max", "10s"},
    {"report", "FILE|-", "Write all figures, second by second, as JSON"},
    {"hgrm", "FILE",
     "Write the distributions of lateness and acknowledgement for the tools of "
     "HdrHistogram: FILE.lateness.hgrm, FILE.ack.hgrm and "
     "FILE.ack_after_sent.hgrm"},
    {"manifest", "FILE",
     "Write what was sent, for busyhour verify --manifest; with --find-max, "
     "what each trial sent: sent.json becomes sent-1.json, sent-2.json, ..."},
    {"force", "", "Replace existing files"},
    {"live", "[ADDRESS:]PORT",
     "Serve a page that shows the run and changes it, on 127.0.0.1 unless "
     "there is an address; without a value, at port 8765",
     "", nullptr, false, kLivePort},
    {"metrics", "[ADDRESS:]PORT",
     "Serve Prometheus metrics, on 127.0.0.1 unless there is an address"},
    {"threads", "N", "Threads that generate records", "1"},
    kQuiet,
};

Nanos ReadNanos(OptionReader& options, const char* name) {
  return options.Duration(name, kLongestMs).value_or(1) * kMillisecond;
}

std::optional<std::string> Given(const OptionReader& options,
                                 const char* name) {
  if (!options.Has(name)) return std::nullopt;
  return options.Text(name);
}

std::optional<Address> ReadAddress(OptionReader& options, const char* name) {
  if (!options.Has(name)) return std::nullopt;
  return options.Value(name, ParseAddress,
                       "a port from 1 to 65535, or an IP address and a port, "
                       "such as 0.0.0.0:9000 or [::]:9000");
}

bool IsHttp(const std::string& uri) {
  return uri.starts_with("http://") || uri.starts_with("https://");
}

// Refuses what is only for records of logs.
void RefuseForEvents(OptionReader& options, const LoadOptions& load) {
  if (!IsHttp(load.to)) {
    options.Refuse("events", "requires a receiver http:// or https://");
  }
  options.RefuseJob("concerns records, and is not for --events",
                    {"profile", "seed", "duration", "calls", "until", "shard"});
  for (const char* name : {"manifest", "find-max", "threads"}) {
    if (options.Has(name)) options.Refuse(name, "is not for --events");
  }
  for (const std::string& setting : load.with) {
    const std::string name = setting.substr(0, setting.find('='));
    for (const char* of_records :
         {"frame", "compress", "batch_bytes", "batch_records", "batch_span",
          "linger", "time"}) {
      if (name == of_records) {
        options.Refuse("with", name +
                                   " is not for --events: each request is "
                                   "an array of one event");
      }
    }
  }
}

// Reads the receiver and returns the frame of its records.
Frame ReadReceiver(OptionReader& options, LoadOptions& load) {
  load.to = options.Text("to");
  load.with = options.Texts("with");
  // Applies only to a receiver that is a file.
  if (options.Has("force") && load.to.starts_with("file:")) {
    load.with.emplace_back("overwrite=yes");
  }
  if (!options.Has("to")) {
    options.Refuse("to",
                   "is missing; name a receiver, such as null: or "
                   "tcp://127.0.0.1:5140");
    return Frame::kJsonl;
  }
  if (load.plan.sends_events) {
    RefuseForEvents(options, load);
    // Others are refused; that they lack the frame is no further problem.
    if (IsHttp(load.to)) load.with.emplace_back("frame=array");
  }
  Target target = ReadTarget(load.to, load.with, options.problems());
  if (load.plan.sends_events && target.rules.one_log) {
    options.Refuse("events",
                   "requires an address without {category}: events have none");
  }
  load.receiver = std::move(target.uri);
  load.notes_send_times = target.rules.time_sent;
  return target.frame;
}

std::int64_t NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::optional<SimTime> ReadStartAt(OptionReader& options) {
  if (!options.Has("start-at")) return std::nullopt;
  const std::optional<SimTime> at =
      options.Value("start-at", ParseTime,
                    "a time from 1970 to 2499, such as 2026-03-02T09:00:00Z");
  if (!at) return std::nullopt;
  if (at->ms <= NowMs()) {
    options.Refuse("start-at", FormatTime(*at) +
                                   " is in the past; by the clock of this "
                                   "machine it is " +
                                   FormatTime({NowMs()}));
  } else if (options.Text("start") == "now" && at->ms % kMsPerSecond != 0) {
    options.Refuse("start-at", "must be a whole second with --start now");
  }
  return at;
}

// What --start-at requires of the clock. A run that is no shard needs no clock
// that agrees with others.
std::optional<Nanos> ReadMaxClockError(OptionReader& options,
                                       const Shard& shard) {
  const bool is_given = options.Has("max-clock-error");
  if (is_given && !options.Has("start-at")) {
    options.Refuse("max-clock-error", "requires --start-at");
  }
  if (options.Text("max-clock-error") == "none" || !options.Has("start-at") ||
      (!is_given && shard.count == 1)) {
    return std::nullopt;
  }
  return ReadNanos(options, "max-clock-error");
}

// Reads the job. Its extent may be left to the clock, and its start may be
// `now`.
void ReadLoadJob(OptionReader& options, JobSpec spec, LoadOptions& load) {
  const bool from_now = options.Has("start") && options.Text("start") == "now";
  if (options.Has("start") && !from_now) {
    ReadJobOption(FindJobOption("start"), options.Text("start"), spec,
                  [&](std::string message) {
                    options.Refuse("start", std::move(message));
                  });
  }
  load.ends_by_clock = (load.plan.end != kNever || load.find_max) &&
                       !spec.extent && spec.picks.empty();
  if (load.ends_by_clock && spec.cuts_off) {
    options.Refuse("cut-off",
                   "requires an end in simulated time, --duration or --until");
  }
  if (load.ends_by_clock) {
    spec.extent = {Extent::Kind::kDuration,
                   static_cast<std::uint64_t>(kLongestMs)};
  }
  load.plan.start_at = ReadStartAt(options);
  load.max_clock_error = ReadMaxClockError(options, spec.shard);
  if (from_now) {
    // A whole second, one to two seconds from now, which leaves time to
    // connect.
    if (!load.plan.start_at) {
      load.plan.start_at = SimTime{(NowMs() / kMsPerSecond + 2) * kMsPerSecond};
    }
    spec.start = load.plan.start_at;
  }
  Job& job = load.plan.job;
  job = ResolveJob(spec, load.profile, options.problems());
  std::string reason = ReasonAgainst(job.frame, job.shape);
  if (!reason.empty()) options.Refuse("shape", std::move(reason));
  if (!from_now) return;
  if (load.rate.unit != PaceUnit::kSimulatedSeconds ||
      load.rate.per_second != 1 || options.Text("pattern") != "constant") {
    options.Refuse("start",
                   "now requires --speed 1: with another rate, record times "
                   "would differ from send times; --with time=sent notes the "
                   "time of sending beside each record at any rate");
  }
}

// `frame=`, and `frame=loki` once the name is typed.
std::vector<Candidate> OfferSettings(const TypedWords& typed) {
  std::vector<Candidate> candidates;
  const std::size_t equals = typed.value.find('=');
  const std::string_view name = typed.value.substr(0, equals);
  for (const SettingInfo& info :
       SettingsOf(typed.Last("to", "null:"), typed.All("with"))) {
    const bool is_prefix = info.name.ends_with('.');
    if (equals == std::string_view::npos) {
      candidates.push_back({info.name + (is_prefix ? "" : "=")});
    } else if (info.name == name) {
      for (const std::string_view word : info.words) {
        candidates.push_back({info.name + '=' + std::string(word)});
      }
    }
  }
  return candidates;
}

}  // namespace

void DeclareLoad(OptionReader& options) {
  constexpr Option kTo[] = {
      {"to", "URI", "Receiver", "", ReceiverForms},
      {"with", "NAME=VALUE", "A setting of the receiver, see docs/load.md", "",
       nullptr, true}};
  options.Declare(kTo);
  options.Offer("with", OfferSettings);
  options.DeclareJob(kLoadJob);
  options.Declare(kLoadOptions);
  DeclareChecks(options, LoadFigures(),
                "Fail if the result does not meet it, such as failed=0 or "
                "'lateness.p99<50ms after 10s'; may be repeated");
}

namespace {

// Refuses options that cannot be combined with `--find-max`, whose trials last
// as long as --trial specifies and end when the queue is full.
void CheckFindMax(OptionReader& options, const JobSpec& spec,
                  const RateWords& rate) {
  if (rate.unit != PaceUnit::kRecords || rate.per_second == 0) {
    options.Refuse("find-max",
                   "needs the first rate in records: --rate 1000/s");
  }
  std::vector<std::string> others;
  for (const char* other :
       {"speed", "for", "pattern", "start-at", "overload"}) {
    if (options.Has(other)) others.emplace_back(other);
  }
  if (spec.extent) others.emplace_back(ExtentOptionOf(spec));
  if (!spec.picks.empty()) others.emplace_back("pick");
  for (const std::string& other : others) {
    options.Refuse("find-max", "cannot be combined with --" + other);
  }
}

void ReadSender(OptionReader& options, LoadOptions& load) {
  LoadPlan& plan = load.plan;
  plan.sender.paced = plan.pace.paced();
  plan.sender.overload =
      static_cast<Overload>(options.Choice("overload").value_or(0));
  plan.sender.give_up = ReadNanos(options, "give-up");
  if (options.Has("max-drain")) {
    plan.sender.max_drain = ReadNanos(options, "max-drain");
  }
  // A separate seed per shard, so that shards on several machines do not retry
  // at the same time.
  plan.sender.seed = plan.job.seed + plan.job.shard.index;
  if (const auto size =
          options.Size("max-queue", kLeastQueueBytes, ~std::uint64_t{0},
                       "a size of 64KiB or more")) {
    plan.sender.max_queue_bytes = static_cast<std::size_t>(*size);
  }
  if (options.Has("max-in-flight")) {
    load.max_in_flight = options.Count("max-in-flight", 1, kMostInFlight);
  }
}

// What every run has to meet, unless other thresholds take their place.
std::vector<std::string> DefaultThresholds(const LoadOptions& load) {
  std::vector<std::string> defaults = {"acknowledged=100%"};
  if (load.plan.pace.paced()) {
    defaults.push_back("lateness.p99<=" +
                       FormatDurationExact(load.slo / kMillisecond));
  }
  return defaults;
}

}  // namespace

LoadOptions ReadLoad(OptionReader& options) {
  LoadOptions load;
  LoadPlan& plan = load.plan;
  plan.sends_events = options.Has("events");
  JobSpec spec = options.ReadJobSpec();
  spec.frame = ReadReceiver(options, load);
  spec.to_receiver = true;
  load.profile = ReadProfile(options, spec);
  load.find_max = options.Has("find-max");
  load.trial = ReadNanos(options, "trial");
  if (options.Has("for")) plan.end = ReadNanos(options, "for");
  std::optional<std::string> rate = Given(options, "rate");
  std::optional<std::string> speed = Given(options, "speed");
  if (load.find_max) {
    if (!rate) rate = "1000/s";
    speed.reset();
  }
  load.rate = ReadRate(speed, rate, options.problems());
  if (load.find_max) {
    CheckFindMax(options, spec, load.rate);
    plan.end = load.trial;
  } else if (options.Has("trial")) {
    options.Refuse("trial", "requires --find-max");
  }
  ReadLoadJob(options, spec, load);
  const double seconds = plan.end == kNever
                             ? 0.0
                             : static_cast<double>(plan.end) /
                                   static_cast<double>(kNanosPerSecond);
  load.pattern_text = options.Text("pattern");
  load.pattern = ReadPattern(load.pattern_text, seconds, options.problems());
  plan.unit = load.rate.unit;
  if (load.rate.per_second > 0) {
    plan.pace = Pace(load.rate.per_second, load.pattern);
  }
  ReadSender(options, load);
  plan.threads = options.Threads(1);
  load.live = ReadAddress(options, "live");
  load.metrics = ReadAddress(options, "metrics");
  load.slo = ReadNanos(options, "slo");
  if (options.Has("slo") && !plan.pace.paced()) {
    options.Refuse("slo", "is not for --rate max, without intended times");
  }
  load.checks = ReadChecks(options, DefaultThresholds(load));
  plan.windows = WindowsFor(load.checks.thresholds);
  if (load.find_max) {
    for (const char* name : {"threshold", "thresholds", "junit", "hgrm"}) {
      if (options.Has(name)) options.Refuse(name, "is not for --find-max");
    }
  }
  load.report = options.Text("report");
  load.hgrm = options.Text("hgrm");
  load.manifest = options.Text("manifest");
  load.force = options.Has("force");
  load.quiet = options.Has("quiet");
  return load;
}

}  // namespace busyhour::internal
