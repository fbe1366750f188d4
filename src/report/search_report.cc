#include "report/search_report.h"

#include <nlohmann/json.hpp>

namespace busyhour::internal {
namespace {

using Json = nlohmann::json;

SearchTrial ReadTrial(const JsonMembers& members) {
  SearchTrial trial;
  const std::string started = members.Text("started");
  if (const auto time = ParseTime(started)) {
    trial.started = *time;
  } else if (!started.empty()) {
    members.Refuse("started", "is not a time");
  }
  trial.rate = members.Number("rate");
  trial.seconds = members.Number("seconds");
  trial.confirms = members.Flag("confirms");
  trial.held = members.Flag("held");
  trial.achieved_rate = members.Number("achieved_rate");
  trial.lateness_p99_ms = members.Number("lateness_p99_ms");
  trial.taken_rate = members.Number("taken_rate");
  trial.buffered = members.Number("buffered");
  trial.verdict = members.Text("verdict");
  return trial;
}

}  // namespace

SearchReport ReadSearchReport(const Json& json, const AddProblem& add) {
  const JsonMembers members(json, "", add);
  SearchReport report;
  report.version = members.Text("busyhour");
  report.command = members.Text("command");
  report.host = members.Text("host");
  report.profile = members.Text("profile");
  report.target = members.Text("target");
  report.slo_ms = members.Number("slo_ms");
  report.rate = members.Number("rate");
  report.verdict = members.Text("verdict");
  report.finished = members.Flag("finished");
  report.confirmed = members.Flag("confirmed");
  report.refusal = members.Text("refusal");
  report.failure = members.Text("failure");
  for (const Json& trial : members.Array("trials")) {
    report.trials.push_back(ReadTrial(JsonMembers(
        trial, "/trials/" + std::to_string(report.trials.size()), add)));
  }
  return report;
}

}  // namespace busyhour::internal
