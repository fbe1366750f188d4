// busyhour score: compares a pipeline's alerts with the incidents of a run.

#include "score/score.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/printable.h"
#include "base/time.h"
#include "base/units.h"
#include "check/check_report.h"
#include "cli/checks.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/print_verdicts.h"
#include "dataset/manifest_reader.h"
#include "engine/call_source.h"
#include "job/job.h"
#include "score/alerts.h"
#include "score/nab.h"
#include "score/occurrences.h"
#include "score/score_figures.h"

namespace busyhour::internal {
namespace {

constexpr std::int64_t kMostGraceMs = kMsPerDay;
// The upper limits of the histogram of delays.
constexpr std::array<std::int64_t, 12> kDelayLimits = {
    10 * kMsPerSecond, 30 * kMsPerSecond, kMsPerMinute,      2 * kMsPerMinute,
    5 * kMsPerMinute,  10 * kMsPerMinute, 20 * kMsPerMinute, 30 * kMsPerMinute,
    kMsPerHour,        2 * kMsPerHour,    6 * kMsPerHour,    kMsPerDay};

constexpr Option kScoreOptions[] = {
    {"labels", "FILE", "The file that generate --incident-labels wrote"},
    {"manifest", "FILE|DIR",
     "Manifest of the data set, or its directory: the extent of the run"},
    {"start", "T", "Start of the extent",
     "that of --manifest, or the first time in the labels"},
    {"end", "T", "End of the extent",
     "that of --manifest, or the last time in the labels"},
    {"grace", "D",
     "An alert so long after the end of an incident's effects still belongs to "
     "it",
     "5m"},
    {"nab-profile", "NAME",
     "Application profile of the NAB score; all prints "
     "each of them",
     "all",
     [] {
       std::vector<std::string_view> names = NamesOf(kNabProfiles);
       names.insert(names.begin(), "all");
       return names;
     }},
    {"json", "", "Print as JSON"},
};

// What was compared, and the result.
struct ScoredRun {
  Occurrences occurrences;
  ScoredTime time;
  bool is_time_of_labels = false;
  std::optional<std::size_t> nab_profile;  // all, if there is none
  Score score;
  std::vector<Check> checks;
};

std::optional<std::int64_t> ParseGrace(std::string_view text) {
  const std::optional<std::int64_t> ms = ParseDuration(text);
  return ms && *ms <= kMostGraceMs ? ms : std::nullopt;
}

void ReadExtent(OptionReader& options, ScoredRun& run) {
  run.time.start = run.occurrences.first;
  run.time.end = run.occurrences.last;
  run.is_time_of_labels =
      !options.Has("manifest") && !(options.Has("start") && options.Has("end"));
  if (run.is_time_of_labels && run.occurrences.empty()) {
    options.Refuse("labels",
                   options.Text("labels") +
                       " has no line with \"type\": \"incident\", so there is "
                       "nothing to score; in a run without incidents, false "
                       "alarms can be counted if --manifest has its extent");
    return;
  }
  if (options.Has("manifest")) {
    const auto saved = ReadManifest(
        ManifestPathOf(options.Text("manifest"), options.problems()),
        options.problems());
    if (saved) {
      const Job& job = saved->manifest.job;
      run.time.start = job.start;
      run.time.end = {std::min(EndMsOf(job), kLatestTime.ms)};
      if (job.extent.kind != Extent::Kind::kDuration && !options.Has("end")) {
        options.Refuse("manifest",
                       "the job has no extent in time; --end is missing");
      }
    }
  }
  const auto read = [&](const char* name, SimTime& time) {
    if (!options.Has(name)) return;
    time = options
               .Value(name, ParseTime,
                      "a time from 1970 to 2499, such as 2026-03-02T09:00:00Z")
               .value_or(time);
  };
  read("start", run.time.start);
  read("end", run.time.end);
  if (options.problems().empty() && run.time.end <= run.time.start) {
    options.Refuse("end", "the extent ends at " + FormatTime(run.time.end) +
                              ", not after its start, " +
                              FormatTime(run.time.start));
  }
}

ScoredRun ScoreFiles(OptionReader& options) {
  ScoredRun run;
  if (options.words().empty()) {
    options.Refuse("", "ALERTS is missing: a file, or - for standard input");
  }
  if (!options.Has("labels")) {
    options.Refuse("labels",
                   "is missing: the file of generate --incident-labels");
  }
  run.time.grace_ms =
      options.Value("grace", ParseGrace, "a duration of at most 1d, such as 5m")
          .value_or(0);
  const std::optional<std::size_t> profile = options.Choice("nab-profile");
  if (profile && *profile > 0) run.nab_profile = *profile - 1;
  options.ThrowIfRefused();
  const std::string alerts_path = options.words().front();
  const std::string labels_path = options.Text("labels");
  if (alerts_path == "-" && labels_path == "-") {
    options.Refuse("labels", "ALERTS is already read from standard input");
    options.ThrowIfRefused();
  }
  std::error_code error;
  if (labels_path != "-" && !std::filesystem::exists(labels_path, error)) {
    options.Refuse("labels", labels_path + ": there is no such file");
    // Nor is there anything to compare the alerts with.
    if (alerts_path != "-" && !std::filesystem::exists(alerts_path, error)) {
      options.problems().push_back(
          {alerts_path, 0, 0, "", "there is no such file"});
    }
    options.ThrowIfRefused();
  }
  run.occurrences = ReadOccurrences(labels_path, options.problems());
  std::vector<Alert> alerts =
      ReadAlerts(alerts_path, run.occurrences, options.problems());
  options.ThrowIfRefused();
  ReadExtent(options, run);
  options.ThrowIfRefused();
  run.score = ScoreAlerts(run.occurrences, std::move(alerts), run.time);
  return run;
}

std::string Percent(const std::optional<double>& share) {
  return share ? fmt::format("{:.1f} %", *share * 100.0) : "-";
}

std::string Delay(const std::vector<std::int64_t>& delays, double share) {
  return delays.empty() ? "-" : FormatDuration(QuantileOf(delays, share));
}

// `12 (3 without effect and 1 outside the extent do not count)`.
std::string Counted(
    std::size_t count,
    std::initializer_list<std::pair<std::size_t, const char*>> left_out) {
  std::string rest;
  for (const auto& [number, why] : left_out) {
    if (number == 0) continue;
    rest += (rest.empty() ? "" : ", ") + FormatCount(number) + " " + why;
  }
  return FormatCount(count) +
         (rest.empty() ? "" : " (not counted: " + rest + ")");
}

std::string NabText(const ScoredRun& run) {
  std::string text;
  for (std::size_t i = 0; i < kNabProfiles.size(); ++i) {
    if (run.nab_profile && *run.nab_profile != i) continue;
    const std::optional<double>& score = run.score.nab.scores[i];
    text +=
        fmt::format("{}{} {}", text.empty() ? "" : ", ", kNabProfiles[i].name,
                    score ? fmt::format("{:.1f}", *score) : "-");
  }
  return text;
}

std::string IncidentsText(const ScoredRun& run) {
  if (run.occurrences.incidents.empty()) return "";
  std::size_t width = 8;
  for (const std::string& name : run.occurrences.incidents) {
    width = std::max(width, Printable(name).size());
  }
  std::string text =
      fmt::format("\n{:<{}}  occurrences  detected  median delay{}\n",
                  "incident", width, run.score.has_causes ? "  named" : "");
  for (std::size_t i = 0; i < run.score.of_incident.size(); ++i) {
    const Detections& of = run.score.of_incident[i];
    text += fmt::format("{:<{}}  {:>11}  {:>8}  {:>12}",
                        Printable(run.occurrences.incidents[i]), width,
                        FormatCount(of.occurrences), FormatCount(of.detected),
                        Delay(of.delays_ms, 0.5));
    if (run.score.has_causes) text += fmt::format("  {:>5}", of.named);
    text += '\n';
  }
  return text;
}

void PrintScore(const ScoredRun& run) {
  const Score& score = run.score;
  std::string text;
  const auto add = [&](std::string_view name, const std::string& value) {
    text += fmt::format("{:<16}  {}\n", name, value);
  };
  add("extent",
      fmt::format("{} to {} ({}){}", FormatTime(run.time.start),
                  FormatTime(run.time.end),
                  FormatDuration(run.time.end.ms - run.time.start.ms),
                  run.is_time_of_labels
                      ? ", the times in the labels; --manifest has the run's"
                      : ""));
  add("occurrences",
      Counted(score.all.occurrences,
              {{run.occurrences.without_effect, "without effect"},
               {score.occurrences_outside, "outside the extent"}}));
  add("alerts",
      Counted(score.alerts, {{score.alerts_outside, "outside the extent"}}));
  add("recall", fmt::format("{}: {} of {} occurrences have an alert",
                            Percent(score.recall()), score.all.detected,
                            score.all.occurrences));
  add("precision",
      fmt::format("{}: {} of {} alerts belong to an occurrence",
                  Percent(score.precision()), score.hits, score.alerts));
  add("F1", Percent(score.f1()));
  const auto& delays = score.all.delays_ms;
  add("detection delay",
      delays.empty() ? "-"
                     : fmt::format("median {}, 90 % within {}, maximum {}",
                                   Delay(delays, 0.5), Delay(delays, 0.9),
                                   Delay(delays, 1.0)));
  add("false alarms", fmt::format("{}, {} a week", score.false_alarms(),
                                  FormatAmount(score.false_alarms_a_week())));
  add("false alarm time",
      score.quiet_ms <= 0 ? "-"
                          : fmt::format("{} of {} without an incident",
                                        FormatDuration(score.false_alarm_ms),
                                        FormatDuration(score.quiet_ms)));
  if (score.has_causes) {
    add("root cause",
        fmt::format("{} of {} detected occurrences have an alert that names "
                    "them; {} of {} alerts name an unknown incident",
                    score.all.named, score.all.detected, score.unknown_causes,
                    score.alerts));
  }
  add("NAB", NabText(run));
  text += IncidentsText(run);
  if (!run.checks.empty()) {
    text += "\nthresholds\n" + ChecksText(run.checks, kCheckWidth);
  }
  PrintVerdicts(ForPerson(text), stdout);
}

using Json = nlohmann::ordered_json;

Json OrNull(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json DelaysJson(const std::vector<std::int64_t>& delays) {
  if (delays.empty()) return nullptr;
  return {{"median", QuantileOf(delays, 0.5)},
          {"p90", QuantileOf(delays, 0.9)},
          {"max", delays.back()}};
}

// How many delays each limit adds to those of the limit before it.
Json HistogramJson(const std::vector<std::int64_t>& delays) {
  Json histogram = Json::array();
  auto from = delays.begin();
  for (const std::int64_t limit : kDelayLimits) {
    const auto to = std::upper_bound(from, delays.end(), limit);
    histogram.push_back({{"up_to_ms", limit}, {"count", to - from}});
    from = to;
  }
  histogram.push_back({{"up_to_ms", nullptr}, {"count", delays.end() - from}});
  return histogram;
}

Json NabJson(const ScoredRun& run) {
  const NabScore& nab = run.score.nab;
  Json json = {{"windows", nab.windows},
               {"detected", nab.detected},
               {"false_alarms", nab.false_alarms}};
  for (std::size_t i = 0; i < kNabProfiles.size(); ++i) {
    if (run.nab_profile && *run.nab_profile != i) continue;
    json["scores"][std::string(kNabProfiles[i].name)] = OrNull(nab.scores[i]);
  }
  return json;
}

Json IncidentsJson(const ScoredRun& run) {
  Json incidents = Json::array();
  for (std::size_t i = 0; i < run.score.of_incident.size(); ++i) {
    const Detections& of = run.score.of_incident[i];
    Json& each = incidents.emplace_back();
    each["incident"] = run.occurrences.incidents[i];
    each["occurrences"] = of.occurrences;
    each["detected"] = of.detected;
    if (run.score.has_causes) each["named"] = of.named;
    each["delay_ms"] = DelaysJson(of.delays_ms);
  }
  return incidents;
}

void PrintScoreJson(const ScoredRun& run) {
  const Score& score = run.score;
  Json json;
  json["start"] = FormatTime(run.time.start);
  json["end"] = FormatTime(run.time.end);
  json["extent_from_labels"] = run.is_time_of_labels;
  json["grace_ms"] = run.time.grace_ms;
  json["occurrences"] = {{"counted", score.all.occurrences},
                         {"detected", score.all.detected},
                         {"without_effect", run.occurrences.without_effect},
                         {"outside", score.occurrences_outside}};
  json["alerts"] = {{"counted", score.alerts},
                    {"in_windows", score.hits},
                    {"outside", score.alerts_outside}};
  json["recall"] = OrNull(score.recall());
  json["precision"] = OrNull(score.precision());
  json["f1"] = OrNull(score.f1());
  json["delay_ms"] = DelaysJson(score.all.delays_ms);
  json["delay_histogram"] = HistogramJson(score.all.delays_ms);
  json["false_alarms"] = {{"count", score.false_alarms()},
                          {"a_week", score.false_alarms_a_week()},
                          {"active_ms", score.false_alarm_ms},
                          {"time_without_incident_ms", score.quiet_ms}};
  if (score.has_causes) {
    json["root_cause"] = {{"named", score.all.named},
                          {"unknown", score.unknown_causes}};
  }
  if (!run.checks.empty()) json["thresholds"] = ChecksJson(run.checks);
  json["nab"] = NabJson(run);
  json["incidents"] = IncidentsJson(run);
  std::puts(json.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
}

}  // namespace

int RunScore(int argc, const char* const* argv) {
  OptionReader options(
      {"score", "ALERTS --labels FILE [OPTIONS]",
       "Compares alerts with the incidents of a run: which were detected, how "
       "soon, and\nhow many alerts were false. ALERTS is CSV with a header or "
       "JSON Lines, in a file or\nfrom standard input (-). An alert has a "
       "time, "
       "or from and to; it may have a cause.",
       "busyhour score alerts.csv --labels labels.jsonl --manifest logs"});
  options.Declare(kScoreOptions);
  options.DeclareQuietAnswer();
  DeclareChecks(
      options, NamesOf(ScoreFigures()),
      "Fail if the result does not meet it, such as 'recall>=0.9'; may "
      "be repeated");
  options.AllowWords(1);
  if (options.Parse(argc, argv)) return kDone;
  const CheckOptions checks = ReadChecks(options);
  ScoredRun run = ScoreFiles(options);
  run.checks = Judge(checks.thresholds, ScoreFigures(), run.score);
  if (options.Has("json")) {
    PrintScoreJson(run);
  } else {
    PrintScore(run);
  }
  return EndWithChecks(
      checks, {"score", options.words().front(), 0, run.checks}, kDone);
}

}  // namespace busyhour::internal
