// busyhour bench: how fast parsers read the logs, and whether they get them
// right.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "base/nearest.h"
#include "base/units.h"
#include "cli/bench_text.h"
#include "cli/command.h"
#include "cli/options.h"
#include "encode/shape.h"
#include "logs/cast.h"
#include "measure/command.h"
#include "measure/corpus.h"
#include "measure/report.h"
#include "measure/rounds.h"
#include "measure/truth.h"
#include "run/job.h"

namespace busyhour {
namespace {

// Beyond any cache, so that memory is part of what is measured.
constexpr const char* kDefaultBytes = "64MB";
constexpr const char* kDefaultTask = "extract";
constexpr std::uint64_t kMostRounds = 1000;
constexpr std::int64_t kMostLimitMs = 24 * 3'600'000;
// Who says what is right about files: strict, and always there.
constexpr std::string_view kReference = "nlohmann";
// What makes up a corpus and does not go with files, which are there already.
constexpr const char* kOnlyGenerated[] = {
    "profile", "seed",  "start", "duration",    "calls", "records",
    "bytes",   "shard", "logs",  "batch-bytes", "fault"};

// What is to be done, as it was asked for.
struct Wish {
  std::vector<Task> tasks;
  std::vector<ParserInfo> parsers;  // the floor first
  std::vector<std::string> commands;
  bool expects_answers = false;
  int rounds = 5;
  std::chrono::milliseconds limit{0};
};

// What the parsers read, and what it is asked.
struct Bench {
  Corpus corpus;
  CorpusInfo info;
  std::vector<Question> questions;  // by the wish's tasks
  std::vector<Answer> truths;
  Answer floor_truth;
};

// The rows of `table` that an option names, each once.
template <class Table>
auto ReadNames(OptionReader& options, const std::string& option,
               const std::string& fallback, const Table& table) {
  std::vector<std::size_t> rows;
  std::vector<std::string_view> names;
  for (const auto& row : table) names.push_back(row.name);
  for (const std::string& name :
       SplitAtCommas(options.Text(option, fallback))) {
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
      std::string hint = DidYouMean(name, names);
      if (hint.empty()) {
        hint = fmt::format("; it is one of {}", fmt::join(names, ", "));
      }
      options.Refuse(option, fmt::format("\"{}\" is not known{}", name, hint));
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
  // The floor first: the others are compared with it.
  std::stable_partition(all.begin(), all.end(), [](const ParserInfo& parser) {
    return parser.name == "newline_scan";
  });
  if (!options.Has("parsers")) return all;
  std::vector<std::size_t> rows = ReadNames(options, "parsers", "", all);
  std::erase(rows, 0);
  std::vector<ParserInfo> parsers = {all[0]};
  for (const std::size_t row : rows) parsers.push_back(all[row]);
  return parsers;
}

Wish ReadWish(OptionReader& options) {
  Wish wish;
  for (const std::size_t row :
       ReadNames(options, "task", kDefaultTask, Tasks())) {
    wish.tasks.push_back(Tasks()[row].task);
  }
  wish.parsers = ReadParsers(options);
  wish.commands = options.Texts("command");
  for (const std::string& command : wish.commands) {
    if (command.find_first_not_of(" \t\n") == std::string::npos) {
      options.Refuse("command", "\"" + command + "\" names nothing to run");
    }
    if (command.size() > Launcher::kMaxCommandBytes) {
      options.Refuse("command", "is longer than 64 KiB");
    }
  }
  wish.expects_answers = options.Has("expect");
  if (wish.expects_answers && wish.commands.empty()) {
    options.Refuse("expect", "only goes with --command");
  }
  for (const Task task : wish.tasks) {
    if (wish.expects_answers && !CanAnswer(task)) {
      options.Refuse("expect",
                     fmt::format("does not go with --task {}: a command can "
                                 "answer count, sum or failures",
                                 Info(task).name));
    }
  }
  const std::string rounds = options.Text("rounds", "5");
  const auto count = ParseUnsigned(rounds);
  if (!count || *count < 1 || *count > kMostRounds) {
    options.Refuse("rounds", fmt::format("\"{}\" is not a whole number from 1 "
                                         "to {}",
                                         rounds, kMostRounds));
  } else {
    wish.rounds = static_cast<int>(*count);
  }
  const std::string limit = options.Text("limit", "10m");
  const auto limit_ms = ParseDuration(limit);
  if (!limit_ms || *limit_ms <= 0 || *limit_ms > kMostLimitMs) {
    options.Refuse("limit", fmt::format("\"{}\" is not a duration above 0, up "
                                        "to 24h, such as 30s or 10m",
                                        limit));
  } else {
    wish.limit = std::chrono::milliseconds(*limit_ms);
  }
  if (options.Has("json") && options.Has("csv")) {
    options.Refuse("csv", "does not go with --json");
  }
  return wish;
}

// Takes out the parsers that can make nothing of CSV; to have asked for one is
// a mistake.
void CheckParsers(OptionReader& options, Frame frame, Wish& wish) {
  if (frame != Frame::kCsv) return;
  for (const ParserInfo& parser : wish.parsers) {
    if (parser.reads_json && options.Has("parsers")) {
      options.Refuse("parsers",
                     fmt::format("{} reads JSON, and frame csv is none; "
                                 "newline_scan and commands read it",
                                 parser.name));
    }
  }
  std::erase_if(wish.parsers,
                [](const ParserInfo& parser) { return parser.reads_json; });
}

void CheckQuestions(OptionReader& options, const Bench& bench) {
  for (const Question& question : bench.questions) {
    if (!question.has_answer()) {
      options.Refuse("task",
                     fmt::format("{} asks for what no record of these logs has "
                                 "in shape {}",
                                 Info(question.task()).name, bench.info.shape));
    }
  }
}

// Byte by byte, as nothing that is measured does it.
Answer CountLines(std::string_view text) {
  Answer answer;
  for (const char c : text) answer.lines += c == '\n';
  return answer;
}

// Answers by the reference, which must find records that look like ours.
void AskReference(OptionReader& options, const Wish& wish, Shape shape,
                  Bench& bench) {
  const Frame frame = bench.corpus.frame();
  std::vector<std::string> columns;
  if (frame == Frame::kQuery) columns = bench.corpus.QueryColumns();
  const auto ask = [&](Task task) {
    Question question(task, frame, shape, LogSet::All());
    if (frame == Frame::kQuery) question.SetColumns(columns);
    return question;
  };
  const std::vector<ParserInfo> all = BuiltinParsers();
  const auto reference = std::find_if(
      all.begin(), all.end(),
      [](const ParserInfo& parser) { return parser.name == kReference; });
  const std::unique_ptr<Parser> parser = reference->make();
  const Answer first = parser->Read(bench.corpus.text(), ask(Task::kExtract));
  if (first.records == 0) {
    throw InputError(bench.info.source,
                     fmt::format("holds no record in frame {}; --frame says "
                                 "how its records are put together",
                                 Info(frame).name));
  }
  if (first.extracted[0].count == 0) {
    throw InputError(bench.info.source,
                     fmt::format("has no record with a time as shape {} spells "
                                 "it; --shape says how its records are spelled",
                                 Info(shape).name));
  }
  bench.info.records = first.records;
  bench.info.undecodable = first.undecodable;
  bench.info.truth = std::string(kReference) +
                     ", which the others must agree "
                     "with";
  for (const Task task : wish.tasks) {
    bench.questions.push_back(ask(task));
    bench.truths.push_back(
        parser->Read(bench.corpus.text(), bench.questions.back()));
  }
  CheckQuestions(options, bench);
}

// Asks whoever can say what is right about a text of which no simulation tells.
void AskOthers(OptionReader& options, const Wish& wish, Shape shape,
               Bench& bench) {
  const Frame frame = bench.corpus.frame();
  bench.info.shape = Info(shape).name;
  if (frame != Frame::kCsv) {
    AskReference(options, wish, shape, bench);
    return;
  }
  if (wish.expects_answers) {
    options.Refuse("expect",
                   "does not go with files or faults in frame csv: nothing "
                   "here can say what is right");
    options.ThrowIfRefused();
  }
  // Below a header.
  const std::uint64_t lines = CountLines(bench.corpus.text()).lines;
  bench.info.records = lines - std::min<std::uint64_t>(lines, 1);
  bench.info.truth = "nobody";
  for (const Task task : wish.tasks) {
    bench.questions.emplace_back(task, frame, shape, LogSet::All());
    bench.truths.emplace_back();
  }
}

Bench GenerateBench(OptionReader& options, const Wish& wish,
                    const Profile& profile, const Job& job, int threads) {
  const Plan plan(profile);
  const Cast cast(plan, job.seed);
  Bench bench{Corpus::Generate(plan, cast, job, threads, MaxCorpusBytes()),
              {},
              {},
              {},
              {}};
  bench.info.source = fmt::format("{}, seed {}", profile.name, job.seed);
  if (!job.faults.empty()) {
    bench.info.source += ", with faults";
    AskOthers(options, wish, job.shape, bench);
    return bench;
  }
  bench.info.shape = Info(job.shape).name;
  bench.info.records = bench.corpus.records();
  bench.info.truth = "the simulated calls";
  for (const Task task : wish.tasks) {
    bench.questions.emplace_back(task, job.frame, job.shape, job.logs);
    bench.truths.push_back(TrueAnswer(plan, cast, job, bench.corpus.calls(),
                                      bench.questions.back()));
  }
  return bench;
}

Bench ReadBench(OptionReader& options, Wish& wish, std::optional<Frame> frame,
                std::optional<Shape> shape) {
  Bench bench{
      Corpus::Read(options.words(), frame, MaxCorpusBytes()), {}, {}, {}, {}};
  const Frame used = bench.corpus.frame();
  bench.info.source = fmt::format("{}", fmt::join(options.words(), ", "));
  CheckParsers(options, used, wish);
  options.ThrowIfRefused();
  AskOthers(options, wish, shape ? *shape : Info(used).default_shape, bench);
  return bench;
}

TaskReport Measure(const Wish& wish, const Bench& bench, std::size_t number,
                   Launcher* launcher) {
  const Task task = wish.tasks[number];
  const Answer& truth = bench.truths[number];
  TaskReport report;
  report.task = task;
  std::vector<std::unique_ptr<Entrant>> entrants;
  for (const ParserInfo& parser : wish.parsers) {
    entrants.push_back(std::make_unique<ParserEntrant>(
        parser.make(), bench.corpus.text(), bench.questions[number],
        parser.reads_json ? truth : bench.floor_truth));
    report.rows.push_back({std::string(parser.name),
                           report.rows.empty() ? "floor" : "parser",
                           parser.library,
                           {}});
  }
  std::function<std::string(const std::string&)> check;
  if (wish.expects_answers) {
    check = [task, &truth](const std::string& output) {
      return OutputDifference(task, output, truth);
    };
  }
  for (const std::string& command : wish.commands) {
    entrants.push_back(std::make_unique<CommandEntrant>(
        *launcher, command, bench.corpus.text(), wish.limit, check));
    report.rows.push_back({command, "command", "", {}});
  }
  std::function<void(int, std::size_t)> on_round;
  if (isatty(STDERR_FILENO) != 0) {
    on_round = [&](int round, std::size_t entrant) {
      fmt::print(stderr, "\r\033[K{}, round {} of {}: {:.40}", Info(task).name,
                 round, wish.rounds, report.rows[entrant].name);
    };
  }
  std::vector<Result> results = RunRounds(entrants, wish.rounds, on_round);
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

void DeclareBench(OptionReader& options) {
  options.Declare("task",
                  "count, sum, failures, extract, all: those wanted, with "
                  "commas between (extract)",
                  "LIST");
  options.Declare("parsers", "Those wanted, with commas between (all)", "LIST");
  options.DeclareRepeatable(
      "command", "Measure this, fed on standard input; may be repeated",
      "COMMAND");
  options.Declare("expect",
                  "A command's output must be the answer to the task");
  options.Declare("rounds", "How often each runs (5)", "N");
  options.Declare("limit", "The longest a command may take (10m)", "D");
  options.Declare("json", "As JSON");
  options.Declare("csv", "As CSV");
  options.Declare("list", "List parsers and tasks, and stop");
}

// The corpus that the options name. What is wrong with them has been said by
// then.
Bench MakeBench(OptionReader& options, Wish& wish,
                std::optional<Launcher>& launcher) {
  const bool has_files = !options.words().empty();
  JobWords words = JobWordsOf(options);
  if (!words.duration && !words.calls && !words.records && !words.bytes) {
    words.bytes = kDefaultBytes;
  }
  const Profile profile = ReadProfile(options);
  const Job job = ReadJob(words, profile, options.problems());
  if (std::find(kMeasuredFrames.begin(), kMeasuredFrames.end(), job.frame) ==
      kMeasuredFrames.end()) {
    options.Refuse("frame", fmt::format("parsers do not read frame {}",
                                        Info(job.frame).name));
  }
  if (has_files) {
    for (const char* const option : kOnlyGenerated) {
      if (options.Has(option)) {
        options.Refuse(option, "does not go with files");
      }
    }
  } else {
    CheckFrame(job, job.logs.size(), options.problems());
    CheckParsers(options, job.frame, wish);
    for (const Task task : wish.tasks) {
      if (!Question(task, job.frame, job.shape, job.logs).has_answer()) {
        options.Refuse("task",
                       fmt::format("{} asks for what no record of "
                                   "these logs has in shape {}",
                                   Info(task).name, Info(job.shape).name));
      }
    }
  }
  options.ThrowIfRefused();
  // Before anything large: see `Launcher`.
  if (!wish.commands.empty()) launcher.emplace();
  Bench bench =
      has_files
          ? ReadBench(
                options, wish,
                options.Has("frame") ? std::optional(job.frame) : std::nullopt,
                options.Has("shape") ? std::optional(job.shape) : std::nullopt)
          : GenerateBench(options, wish, profile, job, DefaultThreads());
  bench.info.frame = Info(bench.corpus.frame()).name;
  bench.info.bytes = bench.corpus.text().size();
  bench.floor_truth = CountLines(bench.corpus.text());
  return bench;
}

}  // namespace

int RunBench(int argc, const char* const* argv) {
  OptionReader options(
      "bench", "[OPTIONS] [FILE...]",
      "Measures how fast parsers and commands read a profile's logs, or "
      "files,\n"
      "held in memory, and checks that they get them right.",
      "busyhour bench --task sum --command 'jq -c .durationMs'");
  DeclareJob(options);
  DeclareFaults(options);
  DeclareBench(options);
  options.AllowWords(1000);
  if (options.Parse(argc, argv)) return kDone;
  if (options.Has("list")) {
    options.ThrowIfRefused();
    return PrintList();
  }
  Wish wish = ReadWish(options);
  std::optional<Launcher> launcher;
  const Bench bench = MakeBench(options, wish, launcher);

  const bool for_person = !options.Has("json") && !options.Has("csv");
  if (for_person) ShowCorpus(bench.info);
  std::vector<TaskReport> reports;
  bool has_failed = false;
  for (std::size_t i = 0; i < wish.tasks.size(); ++i) {
    reports.push_back(Measure(wish, bench, i, launcher ? &*launcher : nullptr));
    if (for_person) ShowTask(bench.info, wish.rounds, reports.back());
    for (const Row& row : reports.back().rows) {
      if (row.result.failure.empty()) continue;
      has_failed = true;
      // A table says it itself.
      if (for_person) continue;
      fmt::print(stderr, "busyhour: {}: {} {}\n", Info(wish.tasks[i]).name,
                 row.name, row.result.failure);
    }
  }
  if (options.Has("json")) {
    std::fputs(ReportJson(bench.info, wish.rounds, reports).c_str(), stdout);
  }
  if (options.Has("csv")) {
    std::fputs(ReportCsv(bench.info, reports).c_str(), stdout);
  }
  return has_failed ? kJobFailed : kDone;
}

}  // namespace busyhour
