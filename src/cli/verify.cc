// busyhour verify: compares each record of a job with the output of a pipeline.

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/paths.h"
#include "base/printable.h"
#include "base/units.h"
#include "check/check_report.h"
#include "cli/checks.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/print_verdicts.h"
#include "cli/search_progress.h"
#include "cli/verify_options.h"
#include "cli/verify_text.h"
#include "dataset/manifest_reader.h"
#include "read/input_files.h"
#include "verify/files.h"
#include "verify/manifests.h"
#include "verify/read_inputs.h"
#include "verify/verdict_json.h"
#include "verify/verification.h"
#include "verify/verify_figures.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kMostInputs = 1'000'000;

constexpr Option kManifest[] = {
    {"manifest", "FILE|DIR",
     "Manifest of what was sent, or a directory with those of its jobs; once "
     "for each shard and job. --logs then judges only some of its logs",
     "those in the directories INPUT, unless options name the job", nullptr,
     true},
};
std::vector<std::string_view> ExpectWords() { return {"faults"}; }

constexpr Option kVerifyOptions[] = {
    Short('q', {"quiet", "", "Print nothing but the first line of a failure"}),
    {"expect", "WORD", "Expect the records as the job's faults changed them",
     "the records without faults", ExpectWords},
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

// What has the manifest of an input: the input itself, if it is a directory or
// has one beside it, or its directory. Empty if there is no manifest.
std::string PlaceOfManifest(const std::filesystem::path& input) {
  std::error_code error;
  const auto has_manifest = [&](const std::filesystem::path& place) {
    const std::string first = ManifestPathsOf(place.string()).front();
    return first != place && std::filesystem::exists(first, error);
  };
  if (has_manifest(input)) return input.string();
  if (!std::filesystem::is_regular_file(input, error)) return "";
  const std::string place = DirectoryOf(input);
  return has_manifest(place) ? place : "";
}

// The manifests of what was sent: those of the inputs, if no option names the
// job.
std::vector<std::string> ManifestsOf(const OptionReader& options) {
  if (options.Has("manifest")) return options.Texts("manifest");
  std::vector<std::string> places;
  if (!options.GivenOfJob({"logs"}).empty()) return places;
  for (const std::string& word : options.words()) {
    const std::string place = PlaceOfManifest(word);
    if (!place.empty() &&
        std::find(places.begin(), places.end(), place) == places.end()) {
      places.push_back(place);
    }
  }
  return places;
}

SentJobs ReadSent(OptionReader& options) {
  SentJobs sent;
  const std::vector<std::string> manifests = ManifestsOf(options);
  if (manifests.empty()) {
    const JobSpec spec = options.ReadJobSpec();
    sent.profiles.push_back(ReadProfile(options, spec));
    sent.jobs.push_back(
        ResolveJob(spec, sent.profiles.front(), options.problems()));
    sent.counts.emplace_back();
    return sent;
  }
  options.RefuseJob("cannot be combined with --manifest, which defines it",
                    {"logs"});
  options.Collect([&] { sent = ReadManifests(manifests); });
  return sent;
}

// Finds the calls that an option picks; those of a manifest are known. Returns
// why not all are found; empty if they are.
std::string FindPicked(SentJobs& sent, int threads, bool quiet) {
  Job& job = sent.jobs.front();
  if (job.picks.empty() || !job.picked.empty()) return "";
  const Worlds worlds(sent.profiles.front(), job.seed, job.start);
  return FindCalls(worlds, threads, job, quiet);
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
  const std::vector<FilesVerdict> verdicts =
      CheckFiles(manifests, options.problems());
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
    options.problems().push_back({"", 0, 0, "", problem});
  }
  return inputs;
}

}  // namespace

int RunVerify(int argc, const char* const* argv) {
  OptionReader options(
      {"verify", "[INPUT ...] [OPTIONS]",
       "Compares what a pipeline delivered with what was sent, record by "
       "record.\nAn INPUT is a file, a directory, a pattern, or - for standard "
       "input (default: -).",
       "cat logs/*.jsonl | my-pipeline | busyhour verify --manifest logs",
       "PASSED",
       "FAILED: records are missing, altered or unknown, or a threshold is not "
       "met"});
  options.Declare(kManifest);
  options.DeclareJob(kVerifyJob);
  options.Declare(kVerifyOptions);
  DeclareChecks(
      options, NamesOf(VerifyFigures()),
      "Fail if the result does not meet it, such as 'lost<0.01%'; may "
      "be repeated");
  options.AllowWords(kMostInputs);
  if (options.Parse(argc, argv)) return kDone;

  if (options.Has("files")) return RunFiles(options);

  SentJobs sent = ReadSent(options);
  VerificationOptions asked;
  asked.expects_faults =
      options.Has("expect") && options.Choice("expect").has_value();
  asked.verify = ReadVerifyOptions(options);
  for (const Job& job : sent.jobs) {
    if (asked.expects_faults) MakeRoom(job, asked.verify.reading);
  }
  if (options.Has("until")) {
    asked.until =
        options.Value("until", ParseTime,
                      "a time from 1970 to 2499, such as 2026-03-02T09:00:00Z");
  }
  if (options.Has("allow")) {
    asked.allowance.Read(options.Text("allow"), options.problems());
  }
  const CheckOptions requirements = ReadChecks(options, {"sent>0"});
  asked.thresholds = requirements.thresholds;
  for (const Threshold& threshold : requirements.thresholds) {
    asked.allowance.LeaveToThreshold(threshold.figure());
  }
  const std::vector<FoundInput> inputs = ReadInputs(options);
  asked.threads = options.Threads(DefaultThreads());
  options.ThrowIfRefused();

  const std::string not_found =
      FindPicked(sent, asked.threads, options.Has("quiet"));
  if (!not_found.empty()) return EndWithFailure(not_found);
  Verification verification(std::move(sent), std::move(asked));
  const auto begin = std::chrono::steady_clock::now();
  ReadAll(inputs, verification.verifier());
  const Verdict verdict = verification.Finish();
  const Allowance& allowance = verification.allowance();
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
    ShowVerdict(verdict, allowance, verification.sent(),
                verification.options().verify, std::max(seconds, 1e-9));
    if (options.Has("threshold") || options.Has("thresholds")) {
      PrintVerdicts(
          "\nthresholds\n" +
              ChecksText(verification.thresholds_of(verdict), kCheckWidth) +
              '\n',
          stdout);
    }
  }
  return EndWithChecks(requirements,
                       {"verify", verification.sent().profiles.front().name,
                        seconds, verdict.checks},
                       kDone);
}

}  // namespace busyhour::internal
