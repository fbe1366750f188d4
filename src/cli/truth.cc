// busyhour truth: prints the answers to the questions of docs/queries.md about
// the records of a job.

#include "truth/truth.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/printable.h"
#include "base/time.h"
#include "base/units.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/resource_option.h"
#include "cli/search_progress.h"
#include "dataset/manifest_reader.h"

namespace busyhour::internal {
namespace {

constexpr Option kTruthOptions[] = {
    {"manifest", "FILE|DIR",
     "Manifest of a complete data set, or its directory, instead of a job's "
     "options"},
    kResourceOption,
    {"bucket", "D", "Length of the times by which records are counted", "1m"},
    {"threads", "N", "Worker threads", "all cores"},
    {"json", "", "Print as JSON, with the long answers"},
    kQuietOutput,
};

// A profile and job whose records are counted.
struct CountedJob {
  Profile profile;
  Job job;
};

CountedJob ReadCounted(OptionReader& options) {
  CountedJob counted;
  if (!options.Has("manifest")) {
    const JobSpec spec = options.ReadJobSpec();
    counted.profile = ReadProfile(options, spec);
    counted.job = ResolveJob(spec, counted.profile, options.problems());
    CheckFrame(counted.job, 1, options.problems());
    return counted;
  }
  options.RefuseJob("cannot be combined with --manifest, which defines it");
  auto saved =
      ReadManifest(ManifestPathOf(options.Text("manifest"), options.problems()),
                   options.problems());
  if (!saved) return counted;
  if (!saved->manifest.complete) {
    options.Refuse("manifest", "the data set of " + options.Text("manifest") +
                                   " is not complete");
  }
  counted.profile = std::move(saved->profile);
  counted.job = std::move(saved->manifest.job);
  return counted;
}

std::int64_t ReadBucket(OptionReader& options) {
  const auto parse = [](std::string_view text) {
    const std::optional<std::int64_t> ms = ParseDuration(text);
    return ms && *ms >= kMsPerSecond && *ms % kMsPerSecond == 0 &&
                   kMsPerDay % *ms == 0
               ? ms
               : std::nullopt;
  };
  return options
      .Value("bucket", parse,
             "a whole number of seconds that divides a day, such as 10s, 1m or "
             "1h")
      .value_or(kMsPerMinute);
}

std::string TextOf(const AnswerValue& value) {
  if (const auto* const text = std::get_if<std::string>(&value)) return *text;
  if (const auto* const yes = std::get_if<bool>(&value)) {
    return *yes ? "true" : "false";
  }
  if (const auto* const number = std::get_if<double>(&value)) {
    return fmt::format("{:.3f}", *number);
  }
  return std::to_string(std::get<std::int64_t>(value));
}

std::string InWords(std::string_view name) {
  std::string words(name);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

// A table with its title; columns of texts are to the left, those of numbers to
// the right.
std::string TableOf(const AnswerTable& answer) {
  std::vector<std::size_t> widths;
  for (const std::string_view name : answer.columns) {
    widths.push_back(name.size());
  }
  for (const auto& row : answer.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], TextOf(row[i]).size());
    }
  }
  std::string text = fmt::format("\n{}\n", answer.title);
  const auto& first = answer.rows.front();
  const auto add_line = [&](const auto& cell) {
    std::string line;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const bool is_number = std::holds_alternative<std::int64_t>(first[i]) ||
                             std::holds_alternative<double>(first[i]);
      line += is_number ? fmt::format("  {:>{}}", cell(i), widths[i])
                        : fmt::format("  {:<{}}", cell(i), widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  };
  add_line([&](std::size_t i) { return InWords(answer.columns[i]); });
  for (const auto& row : answer.rows) {
    add_line([&](std::size_t i) { return TextOf(row[i]); });
  }
  return text;
}

void PrintTruth(const CountedJob& counted, const Truth& truth) {
  const Job& job = counted.job;
  std::string text =
      fmt::format("{}: {} calls from {}, seed {}\n", counted.profile.name,
                  FormatCount(truth.calls), FormatTime(job.start), job.seed);
  if (!job.faults.empty()) {
    text += "The answers are for the records before the faults of the job.\n";
  }
  AnswerTable logs{"logs", "logs", false, {}, {}};
  logs.columns = {"log", "records", "calls", "correlation_ids"};
  for (const LogType log : job.logs) {
    const Truth::LogTotals& totals = truth.logs[log];
    logs.rows.push_back({std::string(Info(log).name),
                         static_cast<std::int64_t>(totals.records),
                         static_cast<std::int64_t>(totals.calls),
                         static_cast<std::int64_t>(totals.correlation_ids)});
  }
  text += TableOf(logs);
  for (const AnswerTable& answer : truth.answers) {
    if (!answer.is_long && !answer.rows.empty()) text += TableOf(answer);
  }
  std::fputs(ForPerson(text).c_str(), stdout);
}

void PrintTruthJson(const CountedJob& counted, const Truth& truth,
                    std::int64_t bucket_ms) {
  nlohmann::ordered_json json;
  json["profile"] = counted.profile.name;
  json["start"] = FormatTime(counted.job.start);
  json["seed"] = counted.job.seed;
  json["bucket_ms"] = bucket_ms;
  json["calls"] = truth.calls;
  for (const LogType log : counted.job.logs) {
    const Truth::LogTotals& totals = truth.logs[log];
    json["logs"][std::string(Info(log).name)] = {
        {"records", totals.records},
        {"calls", totals.calls},
        {"correlation_ids", totals.correlation_ids}};
  }
  for (const AnswerTable& answer : truth.answers) {
    auto& rows = json[std::string(answer.name)];
    rows = nlohmann::ordered_json::array();
    for (const auto& row : answer.rows) {
      auto& object = rows.emplace_back();
      for (std::size_t i = 0; i < row.size(); ++i) {
        std::visit(
            [&](const auto& value) {
              object[std::string(answer.columns[i])] = value;
            },
            row[i]);
      }
    }
  }
  std::puts(json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace)
                .c_str());
}

}  // namespace

int RunTruth(int argc, const char* const* argv) {
  OptionReader options(
      {"truth", "[OPTIONS]",
       "Prints what is true of a job's records, before faults: the answers to "
       "the\nqueries of docs/queries.md.",
       "busyhour truth --profile contact-center --duration 1h --bucket 10m"});
  options.DeclareJob(kTruthJob);
  options.ReplaceHelp(
      "frame",
      "What the records would be written in: the answers do not "
      "depend on it, but an extent in --bytes does, and its "
      "shape",
      "jsonl");
  options.Declare(kTruthOptions);
  if (options.Parse(argc, argv)) return kDone;
  CountedJob counted = ReadCounted(options);
  const std::int64_t bucket_ms = ReadBucket(options);
  const int threads = options.Threads(DefaultThreads());
  const std::uint32_t resource = ReadResource(options, counted.profile);
  options.ThrowIfRefused();
  const Worlds worlds(counted.profile, counted.job.seed, counted.job.start);
  if (!counted.job.picks.empty() && counted.job.picked.empty()) {
    const std::string not_found =
        FindCalls(worlds, threads, counted.job, options.Has("quiet"));
    if (!not_found.empty()) return EndWithFailure(not_found);
  }
  const Truth truth =
      TruthOf(worlds, resource, counted.job, threads, bucket_ms);
  if (options.Has("json")) {
    PrintTruthJson(counted, truth, bucket_ms);
  } else {
    PrintTruth(counted, truth);
  }
  return kDone;
}

}  // namespace busyhour::internal
