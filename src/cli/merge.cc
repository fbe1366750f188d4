// busyhour merge: the reports or manifests of all shards of a job, as one.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/paths.h"
#include "base/printable.h"
#include "cli/checks.h"
#include "cli/command.h"
#include "cli/merge_files.h"
#include "cli/options.h"
#include "cli/print_verdicts.h"
#include "cli/run_place.h"
#include "cli/text_output.h"
#include "dataset/json_file.h"
#include "dataset/manifest_merge.h"
#include "deliver/output_path.h"
#include "load/figures.h"
#include "load/report_merge.h"
#include "report/inputs.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kMostMergeInputs = 1'000'000;

constexpr Option kMergeOptions[] = {
    {"manifest", "FILE",
     "Where to write the merged manifest, if there are reports, too"},
    {"files", "",
     "Merge the files of the manifests, jsonl or csv, to those of one run: "
     "--out is a new or empty directory"},
    {"threads", "N", "Worker threads, with --files", "all cores"},
    Short('q', {"quiet", "",
                "Do not show the merged report, or the summary of --files"}),
};

// What is merged.
struct MergeInputs {
  std::vector<NamedReport> reports;
  std::vector<std::string> manifests;
};

void AddMergeFile(const std::string& path, bool is_named, MergeInputs& inputs,
                  std::vector<Problem>& problems) {
  std::vector<Problem> found;
  std::optional<nlohmann::json> json = ReadJsonFile(path, "a report", found);
  if (!json) {
    if (is_named) problems.insert(problems.end(), found.begin(), found.end());
    return;
  }
  const InputKind kind = KindOfInput(*json);
  if (kind == InputKind::kRun) {
    inputs.reports.emplace_back(path, std::move(*json));
  } else if (kind == InputKind::kManifest) {
    inputs.manifests.push_back(path);
  } else if (is_named) {
    problems.push_back(
        {path, 0, 0, "", "is neither a manifest nor a report of load"});
  }
}

// Adds the files in a directory and in the directories in it, but for the
// `outputs`.
void AddMergeDirectory(const std::string& directory,
                       const std::vector<std::string>& outputs,
                       MergeInputs& inputs, std::vector<Problem>& problems) {
  std::vector<std::string> places = {directory};
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(directory, error)) {
    if (entry.is_directory(error)) places.push_back(entry.path());
  }
  std::sort(places.begin() + 1, places.end());
  const std::size_t before = inputs.reports.size() + inputs.manifests.size();
  for (const std::string& place : places) {
    for (const std::string& path : JsonFilesIn(place)) {
      const bool is_output = std::any_of(
          outputs.begin(), outputs.end(),
          [&](const std::string& output) { return IsSameFile(path, output); });
      if (!is_output) AddMergeFile(path, false, inputs, problems);
    }
  }
  if (inputs.reports.size() + inputs.manifests.size() > before) return;
  problems.push_back(
      {directory, 0, 0, "", "has no manifest and no report of load"});
}

MergeInputs ReadMergeInputs(OptionReader& options) {
  MergeInputs inputs;
  if (options.words().empty()) {
    options.Refuse("", "INPUT is missing, such as run-0.json run-1.json");
  }
  const std::vector<std::string> outputs = {options.Text("out"),
                                            options.Text("manifest")};
  for (const std::string& path : options.words()) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
      AddMergeDirectory(path, outputs, inputs, options.problems());
    } else {
      AddMergeFile(path, true, inputs, options.problems());
    }
  }
  return inputs;
}

void RefuseReportsWithFiles(OptionReader& options, const MergeInputs& inputs) {
  for (const auto& report : inputs.reports) {
    options.problems().push_back(
        {report.first, 0, 0, "", "is a report, and --files merges data sets"});
  }
}

// The path of the merged manifest.
std::string ReadManifestPath(OptionReader& options, const MergeInputs& inputs) {
  const std::string path = options.Text("manifest");
  const bool has_both = !inputs.reports.empty() && !inputs.manifests.empty();
  if (has_both && path.empty()) {
    options.Refuse("manifest",
                   "is missing: there are manifests and reports; --out is the "
                   "merged report");
  } else if (!has_both && !path.empty()) {
    options.Refuse("manifest", inputs.manifests.empty()
                                   ? "requires manifests as INPUT"
                                   : "requires reports as INPUT, too; --out is "
                                     "the merged manifest");
  }
  if (!has_both) return options.Text("out");
  std::string objection =
      path.empty() ? "" : ObjectionToFile(path, options.Has("force"));
  if (!objection.empty()) options.Refuse("manifest", std::move(objection));
  return path;
}

std::optional<SavedManifest> ReadMergedManifest(OptionReader& options,
                                                const MergeInputs& inputs,
                                                const std::string& path) {
  if (inputs.manifests.empty()) return std::nullopt;
  return MergeManifests(inputs.manifests, DirectoryOf(path),
                        options.problems());
}

// The texts of the runs' own thresholds.
std::vector<std::string> OwnThresholds(const LoadReport& report) {
  std::vector<std::string> texts;
  for (const Check& check : report.facts.checks) texts.push_back(check.name);
  return texts;
}

// Judges the report and shows it.
void JudgeMerged(const CheckOptions& checks, bool is_shown,
                 LoadReport& report) {
  LoadFacts& facts = report.facts;
  facts.checks = JudgeLoad(checks.thresholds, report.result, report.plan);
  facts.passed = report.result.status.ok() && !report.result.interrupted &&
                 AllPassed(facts.checks);
  if (!is_shown) return;
  PrintVerdicts(ForPerson(LoadTable(report.result, report.plan, facts)),
                stderr);
}

}  // namespace

int RunMerge(int argc, const char* const* argv) {
  OptionReader options(
      {"merge", "INPUT ... [OPTIONS]",
       "Merges the reports of load, or the manifests, of all shards of one job "
       "to one;\nwith --files, also the files of data sets.\nAn INPUT is such "
       "a file, or a directory of them.",
       "busyhour merge run-0.json run-1.json --out run.json"});
  options.Declare(kTextOutputOptions);
  options.Declare(kMergeOptions);
  DeclareChecks(options, LoadFigures(),
                "Fail if the result does not meet it, such as failed=0 or "
                "'lateness.p99<50ms'; may be repeated");
  options.AllowWords(kMostMergeInputs);
  if (options.Parse(argc, argv)) return kDone;
  const MergeInputs inputs = ReadMergeInputs(options);
  if (options.Has("files")) {
    RefuseReportsWithFiles(options, inputs);
    return MergeFiles(options, inputs.manifests);
  }
  if (options.Has("threads")) options.Refuse("threads", "requires --files");
  TextOutput output(options);
  const std::string manifest_path = ReadManifestPath(options, inputs);
  std::optional<LoadReport> report;
  if (!inputs.reports.empty()) {
    report = MergeReports(inputs.reports, options.problems());
  }
  std::optional<SavedManifest> manifest =
      ReadMergedManifest(options, inputs, manifest_path);
  const CheckOptions checks = ReadChecks(
      options, report ? OwnThresholds(*report) : std::vector<std::string>());
  if (!report && !checks.thresholds.empty()) {
    options.Refuse("threshold", "requires reports as INPUT");
  }
  const std::array<NamedPath, 3> files = {
      {{"out", options.Text("out")},
       {"manifest", options.Text("manifest")},
       {"junit", checks.junit}}};
  RefuseSameFiles(files, options.problems());
  options.ThrowIfRefused();

  std::string text;
  if (manifest) {
    manifest->manifest.profile = &manifest->profile;
    text = manifest->manifest.Text();
  }
  Status status = Status::Ok();
  if (report) {
    report->facts.place.command = PlaceOfRun(argc, argv, {}).command;
    JudgeMerged(checks, !options.Has("quiet"), *report);
    if (manifest) status = WriteReport(manifest_path, text);
    text = LoadJson(report->result, report->plan, report->facts);
  }
  output.Open();
  output.Write(text);
  const Status written = output.Finish();
  if (status.ok()) status = written;
  if (!status.ok()) return EndWithFailure(status.message());
  if (!report) return kDone;
  return EndWithChecks(checks,
                       {"merge", report->facts.target,
                        RunSeconds(report->result), report->facts.checks},
                       report->facts.passed ? kDone : kJobFailed);
}

}  // namespace busyhour::internal
