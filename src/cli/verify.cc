// busyhour verify: compares each record of a job with the output of a pipeline.

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/printable.h"
#include "base/units.h"
#include "check/check_report.h"
#include "cli/checks.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/verdict_text.h"
#include "cli/verify_options.h"
#include "cli/verify_text.h"
#include "encode/shape.h"
#include "read/input_files.h"
#include "read/name_map.h"
#include "verify/files.h"
#include "verify/hints.h"
#include "verify/manifests.h"
#include "verify/verdict_json.h"
#include "verify/verifier.h"
#include "verify/verify_figures.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kMostInputs = 1'000'000;
// Space for the rest of a record with an oversized value.
constexpr std::size_t kBesidesLongValue = 64 << 10;

constexpr Option kManifest[] = {
    {"manifest", "FILE|DIR",
     "Manifest of what was sent, or its directory; once for each shard and "
     "job. --logs then judges only some of its logs",
     "", nullptr, true},
};
constexpr Option kVerifyOptions[] = {
    Short('q', {"quiet", "", "Print nothing but the first line of a failure"}),
    {"expect", "faults", "Expect the records as the job's faults changed them",
     "the records without faults"},
    {"fields", "LIST", "Compare these fields only, comma-separated", "all"},
    {"map", "FILE",
     "JSON file of renamed fields: {\"received\": \"original\"}, and "
     "{\"original\": null} for a removed field"},
    {"at", "POINTER", "Place of the record in each received object",
     "found by field names"},
    {"arrival", "POINTER",
     "Place of the arrival time noted by the receiver; adds a latency "
     "report"},
    {"until", "T", "Expect only records delivered before this time",
     "all records"},
    {"as", "TOOL", "Accept what a tool does to values", "", ToolNames},
    {"treat", "LIST", "Changes of values to accept, comma-separated", "",
     TreatmentNames},
    {"zone", "ZONE",
     "Time zone of received times that name none: Europe/Oslo or +02:00",
     "UTC"},
    {"date-order", "ORDER",
     "Order of received dates such as 02/03/2026: month-first or day-first",
     "the one that equals what was sent"},
    {"strict", "",
     "Require the original spelling, name and place of each value"},
    {"allow", "LIST", "Differences to accept, such as lost=0,duplicated=0.01%",
     "order only"},
    {"examples", "N", "Maximum number of examples of each kind", "10"},
    {"files", "",
     "Compare the files of data sets with their manifests instead; each "
     "INPUT is a manifest or its directory"},
    {"json", "", "Print as JSON"},
    {"threads", "N", "Worker threads", "all cores"},
    {"max-record", "SIZE",
     "Maximum size of a record; a longer one is undecodable", "1MiB"},
    {"max-inflated", "SIZE", "Maximum decompressed size of an input", "1TiB"},
};

SentJobs ReadSent(OptionReader& options) {
  SentJobs sent;
  if (!options.Has("manifest")) {
    const JobSpec spec = options.ReadJobSpec();
    sent.profiles.push_back(ReadProfile(options, spec));
    sent.jobs.push_back(
        ResolveJob(spec, sent.profiles.front(), options.problems()));
    sent.counts.emplace_back();
    return sent;
  }
  options.RefuseJob("cannot be combined with --manifest, which defines it",
                    {"logs"});
  options.Collect([&] { sent = ReadManifests(options.Texts("manifest")); });
  return sent;
}

bool ExpectsFaults(OptionReader& options) {
  if (!options.Has("expect")) return false;
  const std::string word = options.Text("expect");
  if (word != "faults") {
    options.Refuse("expect", NotAmong(word, {"faults"}));
  }
  return true;
}

// Raises the limit on record size if a fault of the job enlarges records.
void MakeRoom(const Job& job, VerifyOptions& verify_options) {
  for (const FaultRule& rule : job.faults) {
    if (rule.kind != FaultKind::kOversize) continue;
    verify_options.reading.max_record = std::max(
        verify_options.reading.max_record, rule.bytes + kBesidesLongValue);
  }
}

SentSoFar ReadSoFar(OptionReader& options, const SentJobs& sent) {
  SentSoFar so_far;
  so_far.streams = sent.streams;
  if (!options.Has("until")) return so_far;
  so_far.until =
      options.Value("until", ParseTime,
                    "a time from 1970 to 2499, such as 2026-03-02T09:00:00Z");
  return so_far;
}

// The reason why there is nothing to verify; empty if there is something.
std::string WhyNothingAsked(const SentJobs& sent, const SentSoFar& so_far,
                            const VerifyOptions& verify_options,
                            const SentRecords& records) {
  std::uint64_t due = 0;
  bool compares = !verify_options.fields;
  for (const LogType log : kLogTypes) {
    due += records.sent(log);
    compares = compares || (records.sent(log) > 0 &&
                            !(*verify_options.fields)[log].empty());
  }
  if (due > 0) {
    return compares ? "" : "no sent record has a field of --fields";
  }
  std::uint64_t made = 0;
  for (std::size_t i = 0; i < sent.jobs.size(); ++i) {
    for (const std::uint64_t count : records.made_in(i)) made += count;
  }
  if (made == 0) return "the job has no records";
  if (verify_options.judged != LogSet::All() && !so_far.until) {
    return "the job has no records of the logs of --logs";
  }
  if (so_far.until) {
    return "no record had been sent by " + FormatTime(*so_far.until);
  }
  return "the manifest names no record that was certainly sent: its run had "
         "just started, was in progress, or nothing was acknowledged";
}

// Checks the files of data sets, not the output of a pipeline.
int RunFiles(OptionReader& options) {
  for (const std::string_view name : options.Given()) {
    if (name == "files" || name == "manifest" || name == "json" ||
        name == "quiet") {
      continue;
    }
    options.Refuse(name, "cannot be combined with --files");
  }
  std::vector<std::string> manifests = options.Texts("manifest");
  manifests.insert(manifests.end(), options.words().begin(),
                   options.words().end());
  if (manifests.empty()) {
    options.Refuse("files", "requires manifests or their directories");
  }
  options.ThrowIfRefused();
  std::vector<FilesVerdict> verdicts;
  for (const std::string& manifest : manifests) {
    verdicts.push_back(CheckFiles(manifest, options.problems()));
  }
  options.ThrowIfRefused();
  const bool passed =
      std::all_of(verdicts.begin(), verdicts.end(),
                  [](const FilesVerdict& each) { return each.passed(); });
  if (options.Has("json")) {
    std::puts(FilesJson(verdicts).c_str());
  } else if (!passed || !options.Has("quiet")) {
    ShowFiles(verdicts);
  }
  return passed ? kDone : kJobFailed;
}

std::vector<FoundInput> ReadInputs(OptionReader& options) {
  std::vector<std::string> words = options.words();
  if (words.empty()) {
    if (isatty(STDIN_FILENO) != 0) {
      options.Refuse("", "INPUT is missing, and standard input is a terminal");
    }
    words.push_back("-");
  }
  std::vector<std::string> missing;
  std::vector<FoundInput> inputs = FindInputs(words, missing);
  for (const std::string& problem : missing) {
    options.problems().push_back({"INPUT", 0, 0, "", problem});
  }
  return inputs;
}

void ReadAll(const std::vector<FoundInput>& inputs, Verifier& verifier) {
  for (const FoundInput& input : inputs) {
    std::string trouble = input.trouble;
    InputBytes::Source source;
    if (trouble.empty()) source = OpenSource(input.path, trouble);
    const std::string name = input.path == "-" ? "standard input" : input.path;
    if (source) {
      verifier.Read(source, name);
    } else {
      verifier.NoteUnreadable(name, trouble);
    }
  }
}

}  // namespace

int RunVerify(int argc, const char* const* argv) {
  OptionReader options(
      {"verify", "[INPUT ...] [OPTIONS]",
       "Compares what a pipeline delivered with what was sent, record by "
       "record.\nAn INPUT is a file, a directory, a pattern, or - for standard "
       "input (default: -).",
       "cat logs/*.jsonl | my-pipeline | busyhour verify --manifest logs"});
  options.Declare(kManifest);
  options.DeclareJob(kVerifyJob);
  options.Declare(kVerifyOptions);
  DeclareChecks(options);
  options.AllowWords(kMostInputs);
  if (options.Parse(argc, argv)) return kDone;

  if (options.Has("files")) return RunFiles(options);

  SentJobs sent = ReadSent(options);
  const bool expects_faults = ExpectsFaults(options);
  VerifyOptions verify_options = ReadVerifyOptions(options);
  SentSoFar so_far = ReadSoFar(options, sent);
  so_far.judged = verify_options.judged;
  for (const Job& job : sent.jobs) {
    if (expects_faults) MakeRoom(job, verify_options);
  }
  Allowance allowance;
  if (options.Has("allow")) {
    allowance.Read(options.Text("allow"), options.problems());
  }
  const CheckOptions requirements =
      ReadChecks(options, NamesOf(VerifyFigures()), {"sent>0"});
  for (const Threshold& threshold : requirements.thresholds) {
    allowance.LeaveToThreshold(threshold.figure());
  }
  const std::vector<FoundInput> inputs = ReadInputs(options);
  const int threads = options.Threads(DefaultThreads());
  options.ThrowIfRefused();

  Worlds worlds;
  AddWorlds(sent, worlds);
  SentRecords records(worlds, sent.jobs, so_far, expects_faults, threads);
  for (std::size_t i = 0; i < sent.jobs.size(); ++i) {
    CheckCounts(sent, i, records.made_in(i), options.problems());
  }
  options.ThrowIfRefused();

  const auto begin = std::chrono::steady_clock::now();
  Verifier verifier(worlds, sent.jobs.front().shape, records, verify_options,
                    threads);
  ReadAll(inputs, verifier);
  Verdict verdict = verifier.Finish();
  LogSet received;
  for (const LogType log : kLogTypes) {
    if (verdict.logs[log].received > 0) received.Add(log);
  }
  AddUnusedNames(verify_options.reading.names, verifier.name_use(), received,
                 options.problems());
  options.ThrowIfRefused();
  verdict.nothing_asked =
      WhyNothingAsked(sent, so_far, verify_options, records);
  const std::vector<Check> thresholds =
      Judge(requirements.thresholds, VerifyFigures(), verdict);
  verdict.checks = allowance.Judge(verdict);
  verdict.checks.insert(verdict.checks.end(), thresholds.begin(),
                        thresholds.end());
  verdict.hints = ReadingHints(verdict);
  if (!HasPassed(verdict, allowance)) {
    const auto hints = HintsOf(verdict, sent, expects_faults);
    verdict.hints.insert(verdict.hints.end(), hints.begin(), hints.end());
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
          .count();
  if (options.Has("json")) {
    std::puts(VerdictJson(verdict, allowance).c_str());
  } else if (options.Has("quiet")) {
    if (!HasPassed(verdict, allowance)) {
      PrintVerdicts(ForPerson(Headline(verdict, allowance)) + '\n', stdout);
    }
  } else {
    ShowVerdict(verdict, allowance, sent, verify_options,
                std::max(seconds, 1e-9));
    if (options.Has("threshold") || options.Has("thresholds")) {
      PrintVerdicts(
          "\nthresholds\n" + ChecksText(thresholds, kCheckWidth) + '\n',
          stdout);
    }
  }
  return EndWithChecks(
      requirements,
      {"verify", sent.profiles.front().name, seconds, verdict.checks}, kDone);
}

}  // namespace busyhour::internal
