#include "cli/bench_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "measure/command.h"
#include "measure/rounds.h"

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kMostRounds = 1000;
constexpr std::int64_t kMostLimitMs = 24 * kMsPerHour;

constexpr Option kBenchOptions[] = {
    {"task", "LIST", "Tasks, comma-separated", "extract",
     [] { return NamesOf(Tasks()); }},
    {"parsers", "LIST", "Parsers, comma-separated; see --list", "all"},
    {"command", "COMMAND",
     "Also measure this command, fed on standard input; may be repeated", "",
     nullptr, true},
    {"expect", "", "A command's output must be the answer to the task"},
    {"rounds", "N", "How often each runs", "5"},
    {"limit", "D", "Longest time that a command may take", "10m"},
    {"json", "", "Print as JSON"},
    {"csv", "", "Print as CSV"},
    {"list", "", "List the parsers and tasks"},
    Short('q', {"quiet", "", "Do not show progress"}),
};

// The indices of the rows of `table` that an option names, without duplicates.
template <class Table>
auto ReadNames(OptionReader& options, std::string_view option,
               const Table& table) {
  std::vector<std::size_t> rows;
  const std::vector<std::string_view> names = NamesOf(table);
  for (const std::string& name : SplitAtCommas(options.Text(option))) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      const auto missing = MissingParsers();
      const auto left_out = std::find_if(
          missing.begin(), missing.end(),
          [&](const MissingParser& parser) { return parser.name == name; });
      if (option == "parsers" && left_out != missing.end()) {
        options.Refuse(option, fmt::format("\"{}\" is not in this build: it "
                                           "was made without {}",
                                           name, left_out->library));
        continue;
      }
      options.Refuse(option, NotAmong(name, names));
      continue;
    }
    const auto row = static_cast<std::size_t>(found - names.begin());
    if (std::find(rows.begin(), rows.end(), row) == rows.end()) {
      rows.push_back(row);
    }
  }
  return rows;
}

std::vector<ParserInfo> ReadParsers(OptionReader& options) {
  std::vector<ParserInfo> all = BuiltinParsers();
  // The floor must be first, because the others are compared with it.
  std::stable_partition(all.begin(), all.end(), [](const ParserInfo& parser) {
    return parser.name == "newline_scan";
  });
  if (!options.Has("parsers")) return all;
  std::vector<std::size_t> rows = ReadNames(options, "parsers", all);
  std::erase(rows, 0);
  std::vector<ParserInfo> parsers = {all[0]};
  for (const std::size_t row : rows) parsers.push_back(all[row]);
  return parsers;
}

}  // namespace

void DeclareBench(OptionReader& options) { options.Declare(kBenchOptions); }

BenchOptions ReadBenchOptions(OptionReader& options) {
  BenchOptions bench;
  for (const std::size_t row : ReadNames(options, "task", Tasks())) {
    bench.tasks.push_back(Tasks()[row].task);
  }
  bench.parsers = ReadParsers(options);
  bench.commands = options.Texts("command");
  for (const std::string& command : bench.commands) {
    if (command.find_first_not_of(" \t\n") == std::string::npos) {
      options.Refuse("command", "\"" + command + "\" is an empty command");
    }
    if (command.size() > Launcher::kMaxCommandBytes) {
      options.Refuse("command", "is longer than 64 KiB");
    }
  }
  bench.expects_answers = options.Has("expect");
  if (bench.expects_answers && bench.commands.empty()) {
    options.Refuse("expect", "requires --command");
  }
  for (const Task task : bench.tasks) {
    if (bench.expects_answers && !CanAnswer(task)) {
      options.Refuse("expect", fmt::format("cannot be combined with --task {}; "
                                           "it requires count, sum or failures",
                                           Info(task).name));
    }
  }
  bench.rounds =
      static_cast<int>(options.Count("rounds", 1, kMostRounds).value_or(1));
  bench.limit = std::chrono::milliseconds(
      options.Duration("limit", kMostLimitMs).value_or(1));
  bench.shows_progress = !options.Has("quiet");
  if (options.Has("json") && options.Has("csv")) {
    options.Refuse("csv", "cannot be combined with --json");
  }
  return bench;
}

}  // namespace busyhour::internal
