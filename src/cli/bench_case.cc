#include "cli/bench_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "encode/shape.h"
#include "logs/cast.h"
#include "measure/truth.h"

namespace busyhour::internal {
namespace {

// The parser whose answers are the reference for files. It is strict, and part
// of every build.
constexpr std::string_view kReference = "nlohmann";

// Removes the parsers that cannot read CSV. An explicit request for one of them
// is an error.
void CheckParsers(OptionReader& options, Frame frame, BenchOptions& wanted) {
  if (frame != Frame::kCsv) return;
  for (const ParserInfo& parser : wanted.parsers) {
    if (parser.reads_json && options.Has("parsers")) {
      options.Refuse(
          "parsers",
          fmt::format(
              "{} reads JSON, not frame csv; use newline_scan or commands",
              parser.name));
    }
  }
  std::erase_if(wanted.parsers,
                [](const ParserInfo& parser) { return parser.reads_json; });
}

void CheckQuestions(OptionReader& options, const BenchCase& bench) {
  for (const Question& question : bench.questions) {
    if (!question.has_answer()) {
      options.Refuse("task",
                     fmt::format("{} requires a field that no record of these "
                                 "logs has in shape {}",
                                 Info(question.task()).name, bench.info.shape));
    }
  }
}

// Counts byte by byte, independently of the measured parsers.
Answer CountLines(std::string_view text) {
  Answer answer;
  for (const char c : text) answer.lines += c == '\n';
  return answer;
}

// Takes the answers of the reference parser, which must find records with the
// expected fields.
void AskReference(OptionReader& options, const BenchOptions& wanted,
                  Shape shape, BenchCase& bench) {
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
    throw InputError(
        bench.info.source,
        fmt::format(
            "contains no record in frame {}; select the frame with --frame",
            Info(frame).name));
  }
  if (first.extracted[0].count == 0) {
    throw InputError(bench.info.source,
                     fmt::format("contains no record with a time in shape {}; "
                                 "select the shape with --shape",
                                 Info(shape).name));
  }
  bench.info.records = first.records;
  bench.info.undecodable = first.undecodable;
  bench.info.truth =
      std::string(kReference) + ", with which the others must agree";
  for (const Task task : wanted.tasks) {
    bench.questions.push_back(ask(task));
    bench.truths.push_back(
        parser->Read(bench.corpus.text(), bench.questions.back()));
  }
  CheckQuestions(options, bench);
}

// Sets the answers for a text that does not come directly from simulated
// records: files, or records with faults.
void AskOthers(OptionReader& options, const BenchOptions& wanted, Shape shape,
               BenchCase& bench) {
  const Frame frame = bench.corpus.frame();
  bench.info.shape = Info(shape).name;
  if (frame != Frame::kCsv) {
    AskReference(options, wanted, shape, bench);
    return;
  }
  if (wanted.expects_answers) {
    options.Refuse("expect",
                   "cannot be combined with files or faults in frame csv: "
                   "there is no reference answer");
    options.ThrowIfRefused();
  }
  // Without the header line.
  const std::uint64_t lines = CountLines(bench.corpus.text()).lines;
  bench.info.records = lines - std::min<std::uint64_t>(lines, 1);
  bench.info.truth = "none";
  for (const Task task : wanted.tasks) {
    bench.questions.emplace_back(task, frame, shape, LogSet::All());
    bench.truths.emplace_back();
  }
}

BenchCase GenerateBench(OptionReader& options, const BenchOptions& wanted,
                        const Profile& profile, const Job& job, int threads) {
  const Worlds worlds(profile, job.seed, job.start);
  BenchCase bench{
      Corpus::Generate(worlds, job, threads, MaxCorpusBytes()), {}, {}, {}, {}};
  bench.info.source = fmt::format("{}, seed {}", profile.name, job.seed);
  if (!job.faults.empty()) {
    bench.info.source += ", with faults";
    AskOthers(options, wanted, job.shape, bench);
    return bench;
  }
  bench.info.shape = Info(job.shape).name;
  bench.info.records = bench.corpus.records();
  bench.info.truth = "the simulated calls";
  for (const Task task : wanted.tasks) {
    bench.questions.emplace_back(task, job.frame, job.shape, job.logs);
    bench.truths.push_back(
        TrueAnswer(worlds, job, bench.corpus.calls(), bench.questions.back()));
  }
  return bench;
}

BenchCase ReadBench(OptionReader& options, BenchOptions& wanted,
                    std::optional<Frame> frame, std::optional<Shape> shape) {
  BenchCase bench{
      Corpus::Read(options.words(), frame, MaxCorpusBytes()), {}, {}, {}, {}};
  const Frame used = bench.corpus.frame();
  bench.info.source = fmt::format("{}", fmt::join(options.words(), ", "));
  CheckParsers(options, used, wanted);
  options.ThrowIfRefused();
  AskOthers(options, wanted, shape ? *shape : Info(used).default_shape, bench);
  return bench;
}

}  // namespace

BenchCase MakeBenchCase(OptionReader& options, BenchOptions& wanted,
                        std::optional<Launcher>& launcher) {
  const bool has_files = !options.words().empty();
  JobSpec spec = options.ReadJobSpec();
  if (!spec.extent) {
    ReadJobOption(FindJobOption("bytes"), options.Text("bytes"), spec, {});
  }
  const Profile profile = ReadProfile(options, spec);
  const Job job = ResolveJob(spec, profile, options.problems());
  if (std::find(kMeasuredFrames.begin(), kMeasuredFrames.end(), job.frame) ==
      kMeasuredFrames.end()) {
    options.Refuse("frame", fmt::format("parsers do not read frame {}",
                                        Info(job.frame).name));
  }
  if (has_files) {
    // These options define a generated corpus, so they do not apply to files.
    options.RefuseJob("cannot be combined with files", {"frame", "shape"});
  } else {
    CheckFrame(job, job.logs.size(), options.problems());
    CheckParsers(options, job.frame, wanted);
    for (const Task task : wanted.tasks) {
      if (!Question(task, job.frame, job.shape, job.logs).has_answer()) {
        options.Refuse("task",
                       fmt::format("{} requires a field that no record of "
                                   "these logs has in shape {}",
                                   Info(task).name, Info(job.shape).name));
      }
    }
  }
  options.ThrowIfRefused();
  // The launcher must start before any large allocation: see `Launcher`.
  if (!wanted.commands.empty()) launcher.emplace();
  BenchCase bench =
      has_files
          ? ReadBench(options, wanted, spec.frame, spec.shape)
          : GenerateBench(options, wanted, profile, job, DefaultThreads());
  bench.info.frame = Info(bench.corpus.frame()).name;
  bench.info.bytes = bench.corpus.text().size();
  bench.floor_truth = CountLines(bench.corpus.text());
  return bench;
}

}  // namespace busyhour::internal
