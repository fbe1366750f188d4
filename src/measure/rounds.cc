#include "measure/rounds.h"

#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <exception>
#include <nlohmann/json.hpp>

#include "base/units.h"

namespace busyhour::internal {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxShownBytes = 60;

double ThreadSeconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_nsec) / 1e9;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle]
                                : (values[middle - 1] + values[middle]) / 2;
}

// The beginning of a text in quotes, without control characters.
std::string Shown(const std::string& text) {
  std::string shown = text.substr(0, kMaxShownBytes);
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  }
  while (!shown.empty() && shown.back() == ' ') shown.pop_back();
  return '"' + shown + (text.size() > kMaxShownBytes ? "\"..." : "\"");
}

}  // namespace

std::string ParserEntrant::Run(Sample& sample) {
  try {
    const double cpu_before = ThreadSeconds();
    const auto begin = std::chrono::steady_clock::now();
    const Answer answer = parser_->Read(text_, question_);
    const auto end = std::chrono::steady_clock::now();
    sample.cpu_s = ThreadSeconds() - cpu_before;
    sample.wall_s = std::chrono::duration<double>(end - begin).count();
    if (answer == truth_) return {};
    std::string difference = AnswerDifference(question_.task(), answer, truth_);
    // The difference is then in a member that the task does not require.
    if (difference.empty()) difference = "more than the task requires";
    return "found " + difference;
  } catch (const std::exception& error) {
    return std::string("failed: ") + error.what();
  }
}

std::string CommandEntrant::Run(Sample& sample) {
  const CommandRun run = launcher_.Run(command_, text_, limit_);
  sample = {run.wall_s, run.cpu_s, run.peak_bytes};
  if (!run.failure.empty() || !check_) return run.failure;
  return check_(run.output);
}

bool CanAnswer(Task task) {
  return task == Task::kCount || task == Task::kSum || task == Task::kFailures;
}

std::string OutputDifference(Task task, const std::string& output,
                             const Answer& truth) {
  const Json answer = Json::parse(output, nullptr, false);
  Json right;
  switch (task) {
    case Task::kCount:
      right = truth.records;
      break;
    case Task::kSum:
      right = truth.duration_ms;
      break;
    case Task::kFailures:
      right = Json(truth.failures);
      if (right.is_null()) right = Json::object();
      break;
    case Task::kExtract:
    case Task::kAll:
      return {};
  }
  if (answer == right) return {};
  const std::string wanted = right.dump();
  return "wrote " + Shown(output) + ", not " +
         (wanted.size() <= kMaxShownBytes ? wanted : Shown(wanted));
}

Spread SpreadOf(const std::vector<Sample>& samples, double Sample::*quantity) {
  std::vector<double> values;
  for (const Sample& sample : samples) values.push_back(sample.*quantity);
  Spread spread;
  spread.median = Median(values);
  spread.least = *std::min_element(values.begin(), values.end());
  spread.most = *std::max_element(values.begin(), values.end());
  for (double& value : values) value = std::abs(value - spread.median);
  if (spread.median > 0.0) spread.deviation = Median(values) / spread.median;
  return spread;
}

std::vector<Result> RunRounds(
    const std::vector<std::unique_ptr<Entrant>>& entrants, int rounds,
    const std::function<void(int round, std::size_t entrant)>& on_round) {
  std::vector<Result> results(entrants.size());
  for (int round = 0; round <= rounds; ++round) {
    for (std::size_t i = 0; i < entrants.size(); ++i) {
      const std::size_t next =
          (i + static_cast<std::size_t>(round)) % entrants.size();
      Result& result = results[next];
      if (!result.failure.empty()) continue;
      if (on_round) on_round(round, next);
      Sample sample;
      result.failure = entrants[next]->Run(sample);
      if (round > 0) result.samples.push_back(sample);
    }
  }
  return results;
}

}  // namespace busyhour::internal
