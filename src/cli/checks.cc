#include "cli/checks.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/candidates.h"
#include "cli/command.h"
#include "cli/text_output.h"
#include "deliver/output_path.h"

namespace busyhour::internal {
namespace {

constexpr Option kCheckOptions[] = {
    {"threshold", "TEXT", "", "", nullptr, true},
    {"thresholds", "FILE", "Thresholds from a file, one in a line"},
    {"junit", "FILE", "Write whether the thresholds are met as JUnit XML"},
};

void AddDefaults(std::span<const FigureName> figures,
                 const std::vector<std::string>& defaults,
                 std::vector<Threshold>& thresholds) {
  const std::size_t given = thresholds.size();
  for (const std::string& text : defaults) {
    std::string problem;
    std::optional<Threshold> threshold =
        Threshold::Parse(text, figures, problem);
    const auto end = thresholds.begin() + static_cast<std::ptrdiff_t>(given);
    const bool is_replaced = std::any_of(
        thresholds.begin(), end, [&threshold](const Threshold& each) {
          return each.figure() == threshold->figure();
        });
    if (!is_replaced) thresholds.push_back(std::move(*threshold));
  }
}

}  // namespace

void DeclareChecks(OptionReader& options, std::vector<FigureName> figures,
                   std::string_view help) {
  options.Declare(kCheckOptions);
  options.ReplaceHelp("threshold", help);
  options.SetFigures(std::move(figures));
  options.Offer("threshold", [&options](const TypedWords&) {
    std::vector<Candidate> candidates;
    for (const FigureName& figure : options.figures()) {
      candidates.push_back({std::string(figure.name)});
    }
    return candidates;
  });
}

CheckOptions ReadChecks(OptionReader& options,
                        const std::vector<std::string>& defaults) {
  const std::vector<FigureName>& figures = options.figures();
  CheckOptions checks;
  checks.junit = options.Text("junit");
  // There, the command prints its result.
  std::string objection = ObjectionToStandardOutput(checks.junit);
  if (!objection.empty()) options.Refuse("junit", std::move(objection));
  for (const std::string& text : options.Texts("threshold")) {
    std::string problem;
    if (auto threshold = Threshold::Parse(text, figures, problem)) {
      checks.thresholds.push_back(std::move(*threshold));
    } else {
      options.Refuse("threshold", std::move(problem));
    }
  }
  if (options.Has("thresholds")) {
    for (Threshold& threshold : ReadThresholds(options.Text("thresholds"),
                                               figures, options.problems())) {
      checks.thresholds.push_back(std::move(threshold));
    }
  }
  AddDefaults(figures, defaults, checks.thresholds);
  if (options.Has("junit") && checks.thresholds.empty() &&
      options.problems().empty()) {
    options.Refuse("junit", "requires --threshold or --thresholds");
  }
  return checks;
}

Status TellChecks(const CheckOptions& checks, const CheckReport& report) {
  const char* const in_workflow = std::getenv("GITHUB_ACTIONS");
  if (in_workflow != nullptr && std::string_view(in_workflow) == "true") {
    std::fputs(GitHubAnnotations(report).c_str(), stderr);
  }
  return WriteReport(checks.junit, JUnitXml(report));
}

int EndWithChecks(const CheckOptions& checks, const CheckReport& report,
                  int otherwise) {
  if (Status status = TellChecks(checks, report); !status.ok()) {
    return EndWithFailure(status.message());
  }
  return AllPassed(report.checks) ? otherwise : kJobFailed;
}

}  // namespace busyhour::internal
