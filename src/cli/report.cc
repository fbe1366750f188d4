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
#include "report/search_part.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kMostReportInputs = 100;

constexpr Option kReportOptions[] = {
    {"against", "PATH",
     "Earlier results to compare with: a file like an INPUT, or a directory "
     "with one of each kind"},
    kQuietOutput,
};

// Pairs the earlier results of one kind with those of now.
template <class Result>
void CheckPairs(const std::vector<Result>& now, const std::vector<Result>& old,
                const std::string& one, OptionReader& options) {
  if (old.size() > 1) {
    options.Refuse("against", "has more than " + one);
  } else if (old.size() == 1 && now.size() != 1) {
    options.Refuse("against", "requires " + one + " as INPUT");
  }
}

// The results to compare with, if there are any.
ReportInputs ReadAgainst(OptionReader& options, const ReportInputs& inputs) {
  ReportInputs old;
  if (!options.Has("against")) return old;
  AddInput(options.Text("against"), old, options.problems());
  CheckPairs(inputs.runs, old.runs, "the report of one load run", options);
  CheckPairs(inputs.searches, old.searches, "the report of one search",
             options);
  CheckPairs(inputs.verifications, old.verifications,
             "the result of one verification", options);
  CheckPairs(inputs.data_sets, old.data_sets, "the manifest of one data set",
             options);
  return old;
}

template <class Result>
void AddParts(const std::vector<Result>& now, const std::vector<Result>& old,
              std::vector<ReportPart>& parts) {
  for (const Result& each : now) {
    parts.push_back(PartOf(each, old.empty() ? nullptr : &old.front()));
  }
}

}  // namespace

int RunReportCommand(int argc, const char* const* argv) {
  OptionReader options(
      {"report", "INPUT ... [OPTIONS]",
       "Shows load runs, searches for the highest rate, verifications and data "
       "sets\nas one HTML page. An INPUT is a report of load, a result of "
       "verify --json,\na manifest, or a directory of these.",
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
  const ReportInputs old = ReadAgainst(options, inputs);
  options.ThrowIfRefused();

  std::vector<ReportPart> parts;
  AddParts(inputs.runs, old.runs, parts);
  AddParts(inputs.searches, old.searches, parts);
  AddParts(inputs.verifications, old.verifications, parts);
  AddParts(inputs.data_sets, old.data_sets, parts);
  output.Open();
  output.Write(PageHtml(parts));
  const Status status = output.Finish();
  return status.ok() ? kDone : EndWithFailure(status.message());
}

}  // namespace busyhour::internal
