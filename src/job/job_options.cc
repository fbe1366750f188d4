#include "job/job_options.h"

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "base/duration_hint.h"
#include "base/time_hint.h"
#include "base/units.h"
#include "encode/shape.h"
#include "job/fault_rules.h"
#include "job/picks.h"
#include "job/shard.h"
#include "text/problems.h"

namespace busyhour::internal {
namespace {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;
using Number = std::uint64_t;
using Text = std::string_view;

constexpr Number kLeastMessageBytes = 4096;
constexpr Number kMostMessageBytes = 64 << 20;
constexpr Number kLeastRotateBytes = 4096;
constexpr Number kMostLevel = 19;

constexpr std::uint16_t kWriting =
    kGenerateJob | kLoadJob | kDescribeJob | kVerifyJob | kBenchJob;
// `truth` counts records before faults and without messages.
constexpr std::uint16_t kSimulating = kWriting | kTruthJob;
constexpr std::uint16_t kAnyCommand = kSimulating | kExplainJob;
// The options for what the calls leave behind.
constexpr std::uint16_t kOfTraces = kSimulating | kEventsJob;
// The options for the calls themselves.
constexpr std::uint16_t kOfCalls = kOfTraces | kFindJob;
// Receivers have their own settings for framing, so these options are not for
// `load`.
constexpr std::uint16_t kFraming = kSimulating & ~kLoadJob;

// Returns the result of a parser in base/units.h as a number.
template <auto kParse>
std::optional<Number> Parse(Text text) {
  const auto value = kParse(text);
  if (!value) return std::nullopt;
  return static_cast<Number>(*value);
}

template <Extent::Kind kKind>
bool SetExtent(Number amount, JobSpec& spec) {
  spec.extent = {kKind, std::max<Number>(amount, 1)};
  return amount > 0;
}
template <Extent::Kind kKind>
OrderedJson NoteExtent(const Job& job) {
  if (job.extent.kind != kKind) return nullptr;
  return job.extent.amount;
}

// For a value that is a row of a table.
template <auto kPart, class Row>
bool SetChoice(Number index, JobSpec& spec) {
  spec.*kPart = static_cast<Row>(index);
  return true;
}
template <auto kPart>
OrderedJson NoteName(const Job& job) {
  return Info(job.*kPart).name;
}
template <auto kPart, auto kUnsaid>
OrderedJson NoteUnless(const Job& job) {
  return job.*kPart == kUnsaid ? OrderedJson() : NoteName<kPart>(job);
}

void ReadShard(Text text, JobSpec& spec, const RefuseValue& refuse) {
  std::string trouble;
  const std::optional<Shard> shard = ShardNamed(text, trouble);
  if (!shard) return refuse(std::move(trouble));
  spec.shard = *shard;
}

bool TakeShard(const Json& noted, JobSpec& spec) {
  const auto part = [&noted](const char* name) {
    const Json value = noted.is_object() ? noted.value(name, Json()) : Json();
    return value.is_number_unsigned() ? value.get<Number>() : kMostShards + 1;
  };
  const std::optional<Shard> shard = ShardOf(part("index"), part("count"));
  if (shard) spec.shard = *shard;
  return shard.has_value();
}

void ReadStart(Text text, JobSpec& spec, const RefuseValue& refuse) {
  spec.start = ParseTime(text);
  if (spec.start && spec.start->ms % kMsPerSecond == 0) return;
  spec.start.reset();
  refuse(NotA(text,
              "a time with whole seconds from 1970 to 2499, such as "
              "2026-03-02T08:00:00Z") +
         TimeHint(text));
}

void ReadUntil(Text text, JobSpec& spec, const RefuseValue& refuse) {
  spec.until = ParseTime(text);
  // Its amount is not known before the start is.
  spec.extent = {Extent::Kind::kDuration, 1};
  if (spec.until) return;
  refuse(NotA(text, "a time from 1970 to 2499, such as 2026-03-03T00:00:00Z") +
         TimeHint(text));
}

// The values of a switch, for manifests and programs.
void ReadCutOff(Text text, JobSpec& spec, const RefuseValue& refuse) {
  if (text != "true" && text != "false") refuse(NotA(text, "true or false"));
  spec.cuts_off = text == "true";
}
bool TakeCutOff(const Json& noted, JobSpec& spec) {
  if (noted.is_boolean()) spec.cuts_off = noted.get<bool>();
  return noted.is_boolean();
}

constexpr std::string_view kAllLogs = "all";

std::vector<std::string_view> LogWords() {
  std::vector<std::string_view> words = NamesOf(Logs());
  words.push_back(kAllLogs);
  return words;
}

// The log with this category or this table, as Azure names it.
std::string_view LogOfCategory(std::string_view typed) {
  for (const auto& each : Logs()) {
    if (each.category == typed || each.table == typed) return each.name;
  }
  return {};
}

void ReadLogs(Text text, JobSpec& spec, const RefuseValue& refuse) {
  if (!spec.logs) spec.logs.emplace();
  for (const std::string& name : SplitAtCommas(text)) {
    if (const std::optional<LogType> log = FindLog(name)) {
      if (spec.logs->Has(*log)) {
        refuse(Quoted(name) + " is given more than once");
      }
      spec.logs->Add(*log);
    } else if (name == kAllLogs) {
      spec.logs->AddAll(LogSet::All());
    } else if (const std::string_view meant = LogOfCategory(name);
               !meant.empty()) {
      refuse(NotA(name, "the name of a log; did you mean \"") +
             std::string(meant) + "\"?");
    } else {
      refuse(NotAmong(name, LogWords()));
    }
  }
}

// The frames of files. The others are only for receivers.
std::vector<std::string_view> FileFrames() {
  std::vector<std::string_view> names;
  for (const FrameInfo& info : Frames()) {
    if (!info.extension.empty()) names.push_back(info.name);
  }
  return names;
}

void ReadFrame(Text text, JobSpec& spec, const RefuseValue& refuse) {
  spec.frame = FindFrame(text);
  if (!spec.frame) refuse(NotAmong(text, FileFrames()));
}

void ReadPicked(Text text, JobSpec& spec, const RefuseValue& refuse) {
  const auto call = ParseCall(text);
  if (!call || (!spec.picked.empty() && *call <= spec.picked.back()) ||
      spec.picked.size() == kMostPicked) {
    return refuse(NotA(text,
                       "a call after the one before it, as slot, "
                       "resource, number and generation"));
  }
  spec.picked.push_back(*call);
}

constexpr JobOption kOptions[] = {
    {.option = {"profile", "NAME|FILE",
                "Shipped profile, or a profile's file; - for standard input",
                "quickstart"},
     .commands = kAnyCommand | kOfCalls,
     .read = [](Text text, JobSpec& spec,
                const RefuseValue&) { spec.profile = text; }},
    {.option = {"set", "KEY=VALUE",
                "Change a value of the profile, such as traffic.rate=5/s; may "
                "be repeated",
                "", nullptr, true},
     .commands = kAnyCommand | kOfCalls,
     .read =
         [](Text text, JobSpec& spec, const RefuseValue&) {
           spec.profile_changes.emplace_back(text);
         }},
    {.option = {"without", "INCIDENT",
                "Leave out an incident of the profile, by its name, or all; "
                "may be repeated",
                "", nullptr, true},
     .commands = kAnyCommand | kOfCalls,
     .read = [](Text text, JobSpec& spec,
                const RefuseValue&) { spec.without.emplace_back(text); }},
    {.option = Short('s', {"seed", "N", "Random seed", "1"}),
     .commands = kAnyCommand | kOfCalls,
     .kind = "a whole number from 0 to 18446744073709551615",
     .parse = ParseUnsigned,
     .set =
         [](Number seed, JobSpec& spec) {
           spec.seed = seed;
           return true;
         },
     .member = "/seed",
     .note = [](const Job& job) -> OrderedJson { return job.seed; }},
    {.option = {"start", "TIME", "Start of the simulated time",
                "the profile's"},
     .commands = kOfCalls & ~kLoadJob,
     .read = ReadStart,
     .member = "/start",
     .note = [](const Job& job) -> OrderedJson {
       return FormatTime(job.start);
     }},
    {.option = {"duration", "D",
                "Simulate the calls attempted within this time", "10m"},
     .commands = kOfCalls,
     .kind = "a duration above 0 and below 530 years, such as 90s, 10m, "
             "2h or 7d",
     .parse = Parse<ParseDuration>,
     .set = SetExtent<Extent::Kind::kDuration>,
     .member = "/extent/duration_ms",
     .note = NoteExtent<Extent::Kind::kDuration>},
    {.option = Short('n', {"calls", "N",
                           "Instead: simulate this many calls, and their "
                           "redials"}),
     .commands = kOfCalls,
     .kind = "a whole number from 1 to 2^53, such as 1000 or 20k",
     .parse = ParseCount,
     .set = SetExtent<Extent::Kind::kCalls>,
     .member = "/extent/calls",
     .note = NoteExtent<Extent::Kind::kCalls>},
    {.option = {"records", "N",
                "Instead: simulate calls until they leave this many records"},
     .commands = kSimulating,
     .kind = "a whole number from 1 to 2^53, such as 1000 or 5M",
     .parse = ParseCount,
     .set = SetExtent<Extent::Kind::kRecords>,
     .member = "/extent/records",
     .note = NoteExtent<Extent::Kind::kRecords>},
    {.option = {"bytes", "SIZE",
                "Instead: simulate calls until their records have this size"},
     .commands = kSimulating,
     .kind = "a size above 0, such as 64KiB or 1GB",
     .parse = ParseSize,
     .set = SetExtent<Extent::Kind::kBytes>,
     .member = "/extent/bytes",
     .note = NoteExtent<Extent::Kind::kBytes>},
    {.option = {"where", "EXPRESSION",
                "Only calls in which this happened, such as initial_silence "
                "and duration > 2m"},
     .commands = (kSimulating | kExplainJob) & ~kDescribeJob & ~kBenchJob,
     .read = [](Text text, JobSpec& spec,
                const RefuseValue&) { spec.where = text; },
     .member = "/where",
     .note = [](const Job& job) -> OrderedJson {
       if (job.filter == nullptr || !job.picks.empty()) return nullptr;
       return job.filter->text();
     }},
    {.option = {"pick", "EXPRESSION=N",
                "Instead: calls of which the expressions select exactly so "
                "many, such as initial_silence=3; may be repeated",
                "", nullptr, true},
     .commands = kGenerateJob | kLoadJob | kVerifyJob | kTruthJob,
     .read = [](Text text, JobSpec& spec,
                const RefuseValue&) { spec.picks.emplace_back(text); },
     .member = "/pick",
     .note = [](const Job& job) -> OrderedJson {
       if (job.picks.empty()) return nullptr;
       OrderedJson texts = OrderedJson::array();
       for (const CallPick& pick : job.picks) texts.push_back(pick.text);
       return texts;
     }},
    // Only in manifests.
    {.option = {"picked", "CALL", "A call that was picked"},
     .read = ReadPicked,
     .member = "/picked",
     .note = [](const Job& job) -> OrderedJson {
       if (job.picked.empty()) return nullptr;
       OrderedJson texts = OrderedJson::array();
       for (const CallKey call : job.picked) texts.push_back(CallText(call));
       return texts;
     }},
    // `verify` has an option of this name for the time of delivery.
    {.option = {"until", "TIME",
                "Instead: simulate the calls attempted before this time"},
     .commands = kOfCalls & ~kVerifyJob,
     .read = ReadUntil},
    {.option = {"warm-up", "D",
                "Also simulate the calls attempted within this time before the "
                "start, and keep their records from the start on",
                "0s"},
     .commands = kOfTraces,
     .kind = "a duration in whole seconds and below 530 years, such as 30m, "
             "or 0s",
     .parse = Parse<ParseDuration>,
     .set =
         [](Number ms, JobSpec& spec) {
           if (ms % kMsPerSecond != 0 || ms > kLatestTime.ms) return false;
           spec.warm_up_ms = static_cast<std::int64_t>(ms);
           return true;
         },
     .member = "/warm_up_ms",
     .note = [](const Job& job) -> OrderedJson {
       if (job.warm_up_ms == 0) return nullptr;
       return job.warm_up_ms;
     }},
    {.option = {"cut-off", "",
                "Leave out the records, events and requests after the end of "
                "--duration or --until"},
     .commands = kOfTraces,
     .read = ReadCutOff,
     .take = TakeCutOff,
     .member = "/cut_off",
     .note = [](const Job& job) -> OrderedJson {
       if (!job.cuts_off) return nullptr;
       return true;
     }},
    {.option = {"shard", "K/N",
                "Only part K of N, with K from 0; auto: the one that Slurm, "
                "Kubernetes, GNU parallel or BUSYHOUR_SHARD assigns",
                "0/1"},
     .commands = kOfCalls,
     .read = ReadShard,
     .take = TakeShard,
     .member = "/shard",
     .note = [](const Job& job) -> OrderedJson {
       return {{"index", job.shard.index}, {"count", job.shard.count}};
     }},
    {.option = {"logs", "LIST", "Logs to write, comma-separated",
                "the profile's", LogWords},
     .commands = kSimulating,
     .read = ReadLogs,
     .member = "/logs",
     .note = [](const Job& job) -> OrderedJson {
       OrderedJson names = OrderedJson::array();
       for (const LogType log : job.logs) names.push_back(Info(log).name);
       return names;
     }},
    {.option = {"shape", "NAME", "How a record is spelled",
                "resource-log; portal for csv, table for query and parquet, "
                "data-export for that layout",
                [] { return NamesOf(Shapes()); }},
     .commands = kSimulating,
     .set = SetChoice<&JobSpec::shape, Shape>,
     .member = "/shape",
     .note = NoteName<&Job::shape>},
    {.option = {"frame", "NAME", "How records are put together", "jsonl",
                FileFrames},
     .commands = kFraming,
     .read = ReadFrame,
     .member = "/frame",
     .note = NoteName<&Job::frame>},
    {.option = {"batch-bytes", "SIZE",
                "Largest message, in frames of messages such as event-hub",
                "256KiB"},
     .commands = kFraming & ~kTruthJob,
     .kind = "a size from 4KiB to 64MiB",
     .parse = ParseSize,
     .set =
         [](Number bytes, JobSpec& spec) {
           spec.message_bytes = bytes;
           return bytes >= kLeastMessageBytes && bytes <= kMostMessageBytes;
         },
     .member = "/batch_bytes",
     .note = [](const Job& job) -> OrderedJson {
       if (job.to_receiver || !Info(job.frame).has_messages) return nullptr;
       return job.message_bytes;
     }},
    {.option = {"compress", "NAME", "Compression",
                "as the file's ending says, else none; zstd for parquet",
                [] { return NamesOf(kCompressions); }},
     .commands = kGenerateJob,
     .set = SetChoice<&JobSpec::compression, Compression>,
     .member = "/compress",
     .note = [](const Job& job) -> OrderedJson {
       if (job.compression == Info(job.frame).default_compression) {
         return nullptr;
       }
       return NoteName<&Job::compression>(job);
     }},
    {.option = {"level", "N",
                "Let zlib (1 to 9) or zstd (1 to 19) search for repetitions: "
                "smaller files in more time",
                "no search: busyhour knows most of them"},
     .commands = kGenerateJob,
     .kind = "a whole number from 1 to 19",
     .parse = ParseUnsigned,
     .set =
         [](Number level, JobSpec& spec) {
           if (level < 1 || level > kMostLevel) return false;
           spec.level = static_cast<int>(level);
           return true;
         },
     .member = "/level",
     .note = [](const Job& job) -> OrderedJson {
       if (job.level == 0) return nullptr;
       return static_cast<Number>(job.level);
     }},
    {.option = {"ids", "NAME", "How columns store ids that are GUIDs", "uuid",
                [] { return NamesOf(kGuidForms); }},
     .commands = kGenerateJob,
     .set =
         [](Number index, JobSpec& spec) {
           spec.guids = static_cast<GuidForm>(index);
           return true;
         },
     .member = "/ids",
     .note = NoteUnless<&Job::guids, GuidForm::kUuid>},
    {.option = {"layout", "NAME",
                "Files of a directory: one for each log; as a diagnostic "
                "setting writes to a storage account, one for each log and "
                "hour; or as the data export of a workspace does, one for "
                "each table and five minutes",
                "flat", [] { return NamesOf(kLayouts); }},
     .commands = kGenerateJob,
     .set = SetChoice<&JobSpec::layout, Layout>,
     .member = "/layout",
     .note = NoteUnless<&Job::layout, Layout::kFlat>},
    {.option = {"rotate", "SIZE",
                "Begin a new file once the records in one have this size, "
                "before compression",
                "never"},
     .commands = kGenerateJob,
     .kind = "a size of 4KiB or more",
     .parse = ParseSize,
     .set =
         [](Number bytes, JobSpec& spec) {
           spec.rotate_bytes = bytes;
           return bytes >= kLeastRotateBytes;
         },
     .member = "/rotate_bytes",
     .note = [](const Job& job) -> OrderedJson {
       if (job.rotate_bytes == 0) return nullptr;
       return job.rotate_bytes;
     }},
    {.option = {"fault", "KIND=RATE",
                "Add a delivery fault to the profile's, such as drop=0.001 or "
                "corrupt=0.1%; may be repeated",
                "", nullptr, true},
     .commands = kWriting | kExplainJob,
     .read =
         [](Text text, JobSpec& spec, const RefuseValue& refuse) {
           ReadFaultRule(text, spec.faults, refuse);
         },
     .member = "/faults",
     .note = [](const Job& job) -> OrderedJson {
       if (job.added_faults == 0) return nullptr;
       return AddedFaults(job);
     }},
};

// Whether it is one of the options for extents of each kind.
bool IsExtent(const JobOption& option) {
  return option.member.starts_with("/extent/");
}

}  // namespace

std::span<const JobOption> JobOptions() { return kOptions; }

const JobOption& FindJobOption(std::string_view name) {
  return *std::find_if(
      std::begin(kOptions), std::end(kOptions),
      [&](const JobOption& each) { return each.option.name == name; });
}

const JobOption& OptionOf(Extent::Kind kind) {
  // The options of extents are in the order of the kinds.
  const auto first =
      std::find_if(std::begin(kOptions), std::end(kOptions), IsExtent);
  return first[static_cast<std::ptrdiff_t>(kind)];
}

std::string_view ExtentOptionOf(const JobSpec& spec) {
  return spec.until ? "until" : OptionOf(spec.extent->kind).option.name;
}

void ReadJobOption(const JobOption& option, std::string_view text,
                   JobSpec& spec, const RefuseValue& refuse) {
  if ((IsExtent(option) || option.read == ReadUntil) && spec.extent) {
    // That it is given more than once is another mistake.
    if (ExtentOptionOf(spec) == option.option.name) return;
    refuse("cannot be combined with --" + std::string(ExtentOptionOf(spec)) +
           ": use one of them");
    return;
  }
  if (option.read != nullptr) {
    option.read(text, spec, refuse);
    return;
  }
  std::optional<Number> number;
  if (option.option.choices != nullptr) {
    const std::vector<std::string_view> names = option.option.choices();
    const auto at = std::find(names.begin(), names.end(), text);
    if (at == names.end()) {
      refuse(NotAmong(text, names));
      return;
    }
    number = static_cast<Number>(at - names.begin());
  } else {
    number = option.parse(text);
  }
  if (!number || !option.set(*number, spec)) {
    const bool is_duration = option.parse == Parse<ParseDuration>;
    refuse(NotA(text, option.kind) + (is_duration ? DurationHint(text) : ""));
  }
}

int DefaultThreads() {
  return static_cast<int>(
      std::clamp<unsigned>(std::thread::hardware_concurrency(), 1,
                           static_cast<unsigned>(kMostThreads)));
}

}  // namespace busyhour::internal
