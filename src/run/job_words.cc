#include "run/job_words.h"

#include <algorithm>
#include <thread>

#include "base/nearest.h"
#include "base/units.h"
#include "encode/shape.h"
#include "run/fault_words.h"

namespace busyhour {
namespace {

constexpr std::uint64_t kLeastMessageBytes = 4096;
constexpr std::uint64_t kMostMessageBytes = 64 << 20;
constexpr std::uint64_t kLeastRotateBytes = 4096;
constexpr std::uint64_t kMostThreads = 256;
constexpr std::uint64_t kMostShards = 1'000'000;

using Words = std::optional<std::string>;
using Problems = std::vector<Problem>;

void Refuse(Problems& problems, const char* option, std::string message) {
  problems.push_back({option, 0, 0, "", std::move(message)});
}

// What `parse` makes of the words; without words, or where it makes nothing of
// them, `fallback`.
template <class Parse, class Value>
Value Read(const Words& words, const char* option, Parse parse, Value fallback,
           const char* kind, Problems& problems) {
  if (!words) return fallback;
  if (const auto value = parse(std::string_view(*words))) {
    return static_cast<Value>(*value);
  }
  Refuse(problems, option, "\"" + *words + "\" is not " + kind);
  return fallback;
}

// The row of `table` that has this name.
template <class Table>
auto FindRow(const std::string& word, const char* option, const Table& table,
             Problems& problems) {
  const auto row = std::find_if(
      std::begin(table), std::end(table),
      [&](const auto& candidate) { return candidate.name == word; });
  if (row == std::end(table)) {
    std::vector<std::string_view> names;
    std::string all;
    for (const auto& candidate : table) {
      names.push_back(candidate.name);
      all += (all.empty() ? "" : ", ") + std::string(candidate.name);
    }
    std::string hint = DidYouMean(word, names);
    if (hint.empty()) hint = "; it is one of " + all;
    Refuse(problems, option, "\"" + word + "\" is not known" + hint);
  }
  return row;
}

std::optional<Shard> ParseShard(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto index = ParseUnsigned(text.substr(0, slash));
  const auto count = ParseUnsigned(text.substr(slash + 1));
  if (!index || !count || *count > kMostShards || *index >= *count) {
    return std::nullopt;
  }
  return Shard{static_cast<std::uint32_t>(*index),
               static_cast<std::uint32_t>(*count)};
}

std::optional<SimTime> ParseWholeSecond(std::string_view text) {
  const std::optional<SimTime> time = ParseTime(text);
  if (!time || time->ms % kMsPerSecond != 0) return std::nullopt;
  return time;
}

// An amount above 0.
template <auto kParse>
std::optional<std::uint64_t> ParseAmount(std::string_view text) {
  const auto value = kParse(text);
  if (!value || *value <= 0) return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

Extent ReadExtent(const JobWords& words, Problems& problems) {
  struct Choice {
    Words JobWords::*words;
    const char* option;
    Extent::Kind kind;
    std::optional<std::uint64_t> (*parse)(std::string_view);
    const char* what;
  };
  static constexpr Choice kChoices[] = {
      {&JobWords::duration, "--duration", Extent::Kind::kDuration,
       ParseAmount<ParseDuration>,
       "a duration above 0, such as 90s, 10m, 2h or 7d"},
      {&JobWords::calls, "--calls", Extent::Kind::kCalls,
       ParseAmount<ParseCount>, "a whole number above 0, such as 1000 or 20k"},
      {&JobWords::records, "--records", Extent::Kind::kRecords,
       ParseAmount<ParseCount>, "a whole number above 0, such as 1000 or 5M"},
      {&JobWords::bytes, "--bytes", Extent::Kind::kBytes,
       ParseAmount<ParseSize>, "a size above 0, such as 64KiB or 1GB"},
  };
  Extent extent{Extent::Kind::kDuration, 10 * kMsPerMinute};
  const char* given = nullptr;
  for (const Choice& choice : kChoices) {
    const Words& text = words.*choice.words;
    if (!text) continue;
    if (given != nullptr) {
      Refuse(problems, choice.option,
             std::string("does not go with ") + given +
                 ": an extent is one of --duration, --calls, --records and "
                 "--bytes");
      continue;
    }
    given = choice.option;
    extent.kind = choice.kind;
    extent.amount = Read(text, choice.option, choice.parse, std::uint64_t{1},
                         choice.what, problems);
  }
  return extent;
}

LogSet ReadLogs(const JobWords& words, LogSet of_profile, Problems& problems) {
  if (!words.logs) return of_profile;
  LogSet logs;
  for (const std::string& name : SplitAtCommas(*words.logs)) {
    const auto log = FindRow(name, "--logs", Logs(), problems);
    if (log != std::end(Logs())) logs.Add(log->log);
  }
  return logs;
}

// How the stream is cut into files.
void ReadFiles(const JobWords& words, Job& job, Problems& problems) {
  if (words.layout) {
    const auto row = FindRow(*words.layout, "--layout", kLayouts, problems);
    if (row != kLayouts.end()) job.layout = row->layout;
  }
  const auto parse_size =
      [](std::string_view text) -> std::optional<std::uint64_t> {
    const auto size = ParseSize(text);
    return size && *size >= kLeastRotateBytes ? size : std::nullopt;
  };
  job.rotate_bytes = Read(words.rotate, "--rotate", parse_size,
                          std::uint64_t{0}, "a size of 4KiB or more", problems);
  if (job.layout == Layout::kStorage && job.frame != Frame::kJsonl) {
    Refuse(problems, "--layout",
           "storage only goes with --frame jsonl, as Azure writes it");
  }
  if (job.layout == Layout::kStorage && words.rotate) {
    Refuse(problems, "--rotate",
           "does not go with --layout storage, where an hour is a file");
  }
  if (words.rotate && job.compression == Compression::kLz4 &&
      !RowsOf(job).before.empty()) {
    Refuse(problems, "--rotate",
           "does not go with --compress lz4 and frame " +
               std::string(Info(job.frame).name) + "; gzip and zstd do");
  }
}

}  // namespace

std::vector<std::string> SplitAtCommas(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

int DefaultThreads() {
  return static_cast<int>(std::clamp<std::uint64_t>(
      std::thread::hardware_concurrency(), 1, kMostThreads));
}

int ReadThreads(const JobWords& words, std::vector<Problem>& problems) {
  const auto parse = [](std::string_view text) -> std::optional<std::uint64_t> {
    const auto threads = ParseUnsigned(text);
    if (!threads || *threads < 1 || *threads > kMostThreads) {
      return std::nullopt;
    }
    return threads;
  };
  return Read(words.threads, "--threads", parse, DefaultThreads(),
              "a whole number from 1 to 256", problems);
}

Job ReadJob(const JobWords& words, const Profile& profile,
            std::vector<Problem>& problems) {
  Job job;
  job.seed = Read(words.seed, "--seed", ParseUnsigned, std::uint64_t{1},
                  "a whole number from 0 to 18446744073709551615", problems);
  job.start =
      Read(words.start, "--start", ParseWholeSecond, profile.traffic.start,
           "a time with whole seconds from 1970 to 2499, such as "
           "2026-03-02T08:00:00Z",
           problems);
  job.extent = ReadExtent(words, problems);
  if (job.extent.kind == Extent::Kind::kDuration &&
      job.extent.amount >
          static_cast<std::uint64_t>(kLatestTime.ms - job.start.ms)) {
    Refuse(problems, "--duration",
           "leads beyond the year 2499 from " + FormatTime(job.start));
  }
  job.shard = Read(words.shard, "--shard", ParseShard, Shard{},
                   "a part K/N with K from 0 to N-1, such as 0/4", problems);
  job.logs = ReadLogs(words, profile.logs, problems);
  if (words.frame) {
    const auto frame = FindRow(*words.frame, "--frame", Frames(), problems);
    if (frame != Frames().end()) job.frame = frame->frame;
  }
  job.shape = Info(job.frame).default_shape;
  if (words.shape) {
    const auto shape = FindRow(*words.shape, "--shape", Shapes(), problems);
    if (shape != Shapes().end()) job.shape = shape->shape;
  }
  const auto parse_size =
      [](std::string_view text) -> std::optional<std::uint64_t> {
    const auto size = ParseSize(text);
    if (!size || *size < kLeastMessageBytes || *size > kMostMessageBytes) {
      return std::nullopt;
    }
    return size;
  };
  job.message_bytes =
      Read(words.batch_bytes, "--batch-bytes", parse_size, job.message_bytes,
           "a size from 4KiB to 64MiB", problems);
  if (words.compress) {
    const auto row =
        FindRow(*words.compress, "--compress", kCompressions, problems);
    if (row != kCompressions.end()) job.compression = row->compression;
    std::string reason = ReasonAgainst(job.frame, job.compression);
    if (!reason.empty()) {
      Refuse(problems, "--compress", std::move(reason));
    }
  }
  ReadFiles(words, job, problems);
  if (words.batch_bytes && !Info(job.frame).has_messages) {
    Refuse(problems, "--batch-bytes",
           "only goes with --frame " + FrameNames([](const FrameInfo& info) {
             return info.has_messages;
           }));
  }
  job.faults = profile.faults;
  ReadFaults(words.faults, job.faults, problems);
  job.added_faults = job.faults.size() - profile.faults.size();
  CheckFaults(job, profile.name, problems);
  return job;
}

void CheckFrame(const Job& job, std::size_t logs,
                std::vector<Problem>& problems) {
  std::string reason = ReasonAgainstFile(job.frame, job.shape, logs);
  if (!reason.empty()) Refuse(problems, "--frame", std::move(reason));
}

}  // namespace busyhour
