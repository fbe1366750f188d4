// busyhour report: shows data sets, load runs and verifications as a page.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/options.h"
#include "cli/text_output.h"
#include "report/data_part.h"
#include "report/inputs.h"
#include "report/page.h"
#include "report/run_part.h"

namespace busyhour {
namespace {

constexpr std::size_t kMostReportInputs = 100;

constexpr Option kReportOptions[] = {
    {"against", "FILE",
     "Report of an earlier load run: show both, and what has changed"},
};

// The run to compare with, if there is one.
std::vector<RunReport> ReadAgainst(OptionReader& options,
                                   const ReportInputs& inputs) {
  if (!options.Has("against")) return {};
  ReportInputs old;
  const std::size_t before = options.problems().size();
  AddInput(options.Text("against"), old, options.problems());
  if (options.problems().size() > before) return {};
  if (old.runs.size() != 1) {
    options.Refuse("against", "is not the report of one load run");
  } else if (inputs.runs.size() != 1) {
    options.Refuse("against", "requires the report of one load run as INPUT");
  }
  return std::move(old.runs);
}

}  // namespace

int RunReportCommand(int argc, const char* const* argv) {
  OptionReader options(
      {"report", "INPUT ... [OPTIONS]",
       "Shows load runs, verifications and data sets as one HTML page.\nAn "
       "INPUT is a report of load, a result of verify --json, a manifest, or a "
       "directory\nof these.",
       "busyhour report run.json --out page.html"});
  options.Declare(kTextOutputOptions);
  options.Declare(kReportOptions);
  options.AllowWords(kMostReportInputs);
  if (options.Parse(argc, argv)) return kDone;
  TextOutput output(options);
  if (options.words().empty()) {
    options.Refuse("", "INPUT is missing, such as run.json");
  }
  ReportInputs inputs;
  for (const std::string& path : options.words()) {
    AddInput(path, inputs, options.problems());
  }
  const std::vector<RunReport> old = ReadAgainst(options, inputs);
  options.ThrowIfRefused();

  std::vector<ReportPart> parts;
  for (const RunReport& run : inputs.runs) {
    parts.push_back(PartOf(run, old.empty() ? nullptr : &old.front()));
  }
  for (ReportPart& part : inputs.verifications) {
    parts.push_back(std::move(part));
  }
  for (const SavedManifest& saved : inputs.data_sets) {
    parts.push_back(PartOf(saved));
  }
  output.Open();
  output.Write(PageHtml(parts));
  const Status status = output.Finish();
  return status.ok() ? kDone : EndWithFailure(status.message());
}

}  // namespace busyhour
