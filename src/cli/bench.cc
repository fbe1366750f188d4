// busyhour bench: measures how fast parsers read the logs, and checks their
// answers.

#include <fmt/format.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/bench_case.h"
#include "cli/bench_options.h"
#include "cli/bench_text.h"
#include "cli/command.h"
#include "job/job.h"
#include "measure/rounds.h"
#include "measure/truth.h"

namespace busyhour::internal {
namespace {

TaskReport Measure(const BenchOptions& wanted, const BenchCase& bench,
                   std::size_t number, Launcher* launcher) {
  const Task task = wanted.tasks[number];
  const Answer& truth = bench.truths[number];
  TaskReport report;
  report.task = task;
  std::vector<std::unique_ptr<Entrant>> entrants;
  for (const ParserInfo& parser : wanted.parsers) {
    entrants.push_back(std::make_unique<ParserEntrant>(
        parser.make(), bench.corpus.text(), bench.questions[number],
        parser.reads_json ? truth : bench.floor_truth));
    report.rows.push_back({std::string(parser.name),
                           report.rows.empty() ? "floor" : "parser",
                           parser.library,
                           {}});
  }
  std::function<std::string(const std::string&)> check;
  if (wanted.expects_answers) {
    check = [task, &truth](const std::string& output) {
      return OutputDifference(task, output, truth);
    };
  }
  for (const std::string& command : wanted.commands) {
    entrants.push_back(std::make_unique<CommandEntrant>(
        *launcher, command, bench.corpus.text(), wanted.limit, check));
    report.rows.push_back({command, "command", "", {}});
  }
  std::function<void(int, std::size_t)> on_round;
  if (wanted.shows_progress && isatty(STDERR_FILENO) != 0) {
    on_round = [&](int round, std::size_t entrant) {
      fmt::print(stderr, "\r\033[K{}, round {} of {}: {:.40}", Info(task).name,
                 round, wanted.rounds, report.rows[entrant].name);
    };
  }
  std::vector<Result> results = RunRounds(entrants, wanted.rounds, on_round);
  if (on_round) std::fputs("\r\033[K", stderr);
  for (std::size_t i = 0; i < results.size(); ++i) {
    report.rows[i].result = std::move(results[i]);
  }
  return report;
}

int PrintList() {
  std::string text = "parsers\n";
  auto out = std::back_inserter(text);
  for (const ParserInfo& parser : BuiltinParsers()) {
    fmt::format_to(out, "  {:<18} {}\n", parser.name, parser.library);
  }
  for (const MissingParser& parser : MissingParsers()) {
    fmt::format_to(out, "  {:<18} not in this build: made without {}\n",
                   parser.name, parser.library);
  }
  fmt::format_to(out, "tasks\n");
  for (const TaskInfo& task : Tasks()) {
    fmt::format_to(out, "  {:<18} {}\n", task.name, task.summary);
  }
  std::fputs(text.c_str(), stdout);
  return kDone;
}

}  // namespace

int RunBench(int argc, const char* const* argv) {
  OptionReader options(
      {"bench", "[OPTIONS] [FILE...]",
       "Measures how fast parsers and commands read a profile's logs, or "
       "files,\nheld in memory, and checks that they get them right.",
       "busyhour bench --task sum --command 'jq -c .durationMs'"});
  // Larger than any cache, so that the measurement includes memory access.
  options.DeclareJob(kBenchJob, {{"duration", ""}, {"bytes", "64MB"}});
  DeclareBench(options);
  options.AllowWords(1000);
  if (options.Parse(argc, argv)) return kDone;
  if (options.Has("list")) {
    options.ThrowIfRefused();
    return PrintList();
  }
  BenchOptions wanted = ReadBenchOptions(options);
  std::optional<Launcher> launcher;
  const BenchCase bench = MakeBenchCase(options, wanted, launcher);

  const bool for_person = !options.Has("json") && !options.Has("csv");
  if (for_person) ShowCorpus(bench.info);
  std::vector<TaskReport> reports;
  bool has_failed = false;
  for (std::size_t i = 0; i < wanted.tasks.size(); ++i) {
    reports.push_back(
        Measure(wanted, bench, i, launcher ? &*launcher : nullptr));
    if (for_person) ShowTask(bench.info, wanted.rounds, reports.back());
    for (const Row& row : reports.back().rows) {
      if (row.result.failure.empty()) continue;
      has_failed = true;
      // The table already contains the failure.
      if (for_person) continue;
      fmt::print(stderr, "busyhour: {}: {} {}\n", Info(wanted.tasks[i]).name,
                 row.name, row.result.failure);
    }
  }
  if (options.Has("json")) {
    std::fputs(ReportJson(bench.info, wanted.rounds, reports).c_str(), stdout);
  }
  if (options.Has("csv")) {
    std::fputs(ReportCsv(bench.info, reports).c_str(), stdout);
  }
  return has_failed ? kJobFailed : kDone;
}

}  // namespace busyhour::internal
