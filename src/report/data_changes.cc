#include "report/data_changes.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/units.h"
#include "logs/log.h"
#include "report/comparison.h"

namespace busyhour::internal {
namespace {

double CallsIn(const JobSpan& span) { return span.calls; }
double ConnectedIn(const JobSpan& span) { return span.connected; }
double RequestsIn(const JobSpan& span) {
  return span.requests[0] + span.requests[1] + span.requests[2];
}
double RefusedIn(const JobSpan& span) {
  return span.requests[1] + span.requests[2];
}
double MediaIn(const JobSpan& span) {
  return span.media[0] + span.media[1] + span.media[2];
}
double FailedIn(const JobSpan& span) {
  return span.media[static_cast<std::size_t>(ResultType::kFailed)];
}

std::vector<double> BySpan(const JobFigures& figures,
                           double (*value)(const JobSpan& span)) {
  std::vector<double> values;
  for (const JobSpan& span : figures.spans) values.push_back(value(span));
  return values;
}

double SumOf(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

std::string DifferencesOf(const SavedManifest& saved,
                          const SavedManifest& old) {
  const Job& job = saved.manifest.job;
  const Job& before = old.manifest.job;
  DifferenceList differences("data sets");
  differences.Add("profile", old.profile.name, saved.profile.name);
  differences.Add("seed", std::to_string(before.seed),
                  std::to_string(job.seed));
  differences.Add("start", FormatTime(before.start), FormatTime(job.start));
  return differences.Text();
}

}  // namespace

bool AreOfSameTime(const JobFigures& a, const JobFigures& b) {
  return a.first == b.first && a.span_ms == b.span_ms &&
         a.spans.size() == b.spans.size();
}

Table ChangesOf(const ShownData& data, const ShownData& old) {
  const bool are_of_same_time = AreOfSameTime(data.figures, old.figures);
  std::vector<ComparedFigure> figures;
  const auto add = [&](const char* name, double (*value)(const JobSpan& span),
                       bool is_mean = false) {
    std::vector<double> before = BySpan(old.figures, value);
    std::vector<double> now = BySpan(data.figures, value);
    const auto whole = [&](const std::vector<double>& values) {
      return is_mean && !values.empty()
                 ? SumOf(values) / static_cast<double>(values.size())
                 : SumOf(values);
    };
    ComparedFigure figure{name, whole(before), whole(now)};
    if (are_of_same_time) {
      figure.values_before = std::move(before);
      figure.values_now = std::move(now);
    }
    figures.push_back(std::move(figure));
  };
  add("call attempts", CallsIn);
  add("concurrent calls, mean", ConnectedIn, true);
  add("requests", RequestsIn);
  add("requests with status 4xx or 5xx", RefusedIn);
  add("plays and recognizes", MediaIn);
  add("failed plays and recognizes", FailedIn);
  for (const double share : {0.5, 0.99}) {
    const auto seconds = [share](const JobFigures& each) {
      return static_cast<double>(each.connected_ms.Quantile(share)) /
             kMsPerSecond;
    };
    figures.push_back(
        {share == 0.5 ? "duration of calls p50, s" : "duration of calls p99, s",
         seconds(old.figures), seconds(data.figures)});
  }
  const PerLog<std::uint64_t>& before = old.saved.manifest.tally.records;
  const PerLog<std::uint64_t>& now = data.saved.manifest.tally.records;
  for (const LogType log : kLogTypes) {
    if (before[log] + now[log] == 0) continue;
    figures.push_back({"records of " + std::string(Info(log).name),
                       static_cast<double>(before[log]),
                       static_cast<double>(now[log])});
  }
  return ComparisonOf(
      figures, Periods::kOfSameTime,
      std::string("Compared with an earlier data set. ") +
          (are_of_same_time
               ? "More than noise: beyond three standard errors of the "
                 "differences between the same times. "
               : "They are not of the same time, so changes are not judged. ") +
          DifferencesOf(data.saved, old.saved));
}

}  // namespace busyhour::internal
