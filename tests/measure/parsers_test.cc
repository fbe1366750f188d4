// Compares the parsers of bench/parsers/, and the parser in docs/bench.md, with
// the simulated calls.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/sanitized.h"
#include "base/test_files.h"
#include "encode/shape.h"
#include "measure/corpora.h"

namespace busyhour::internal {
namespace parsers {
ParserInfo find_text();
}  // namespace parsers
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kCalls = 60;

std::vector<ParserInfo> JsonParsers() {
  std::vector<ParserInfo> parsers = BuiltinParsers();
  std::erase_if(parsers,
                [](const ParserInfo& parser) { return !parser.reads_json; });
  return parsers;
}

std::unique_ptr<Parser> Make(std::string_view name) {
  for (const ParserInfo& parser : BuiltinParsers()) {
    if (parser.name == name) return parser.make();
  }
  return nullptr;
}

// Every shape in every JSON frame that fits, with the logs that it can contain.
std::vector<Job> AllJobs(const Runs& runs) {
  std::vector<Job> jobs;
  for (const ShapeInfo& shape : Shapes()) {
    for (const Frame frame : kMeasuredFrames) {
      if (frame == Frame::kCsv) continue;
      Job job = runs.JobOf(Extent::Kind::kCalls, kCalls);
      job.shape = shape.shape;
      job.frame = frame;
      job.message_bytes = 4096;
      if (ReasonAgainstFile(frame, shape.shape, 3).empty()) jobs.push_back(job);
      if (frame != Frame::kQuery) continue;
      for (const LogType log : kLogTypes) {
        job.logs = {log};
        if (ReasonAgainstFile(job.frame, job.shape, 1).empty())
          jobs.push_back(job);
      }
    }
  }
  return jobs;
}

TEST(ParsersTest, AreThoseThatThisBuildCanHave) {
  std::vector<std::string_view> names;
  for (const ParserInfo& parser : BuiltinParsers()) {
    names.push_back(parser.name);
    EXPECT_FALSE(parser.library.empty());
  }
  for (const MissingParser& parser : MissingParsers()) {
    names.push_back(parser.name);
  }
  EXPECT_THAT(names, testing::IsSupersetOf(
                         {"boost_json", "newline_scan", "nlohmann", "rapidjson",
                          "simdjson_dom", "simdjson_ondemand"}));
}

// For all parsers, shapes, JSON frames and tasks: the answer agrees with the
// simulated calls.
TEST(ParsersTest, FindWhatTheCallsSay) {
  const Profile profile = ShippedProfile("quickstart");
  const Runs runs(profile);
  const std::vector<Job> jobs = AllJobs(runs);
  // All shapes in 3 frames, and each log as the answer to a query in 2 shapes.
  EXPECT_EQ(jobs.size(), kShapeCount * 3 + 2 * kLogTypeCount);
  CaseFilter filter;
  for (const Job& job : jobs) {
    if (!filter.Selects()) continue;
    const SmallCorpus small(runs, job);
    for (const TaskInfo& task : Tasks()) {
      const Question question = small.Ask(task.task);
      const Answer truth = small.Truth(question);
      EXPECT_EQ(truth.records, small.corpus.records());
      for (const ParserInfo& info : JsonParsers()) {
        const auto parser = info.make();
        // Twice, because state left from the first reading must not matter.
        for (int i = 0; i < 2; ++i) {
          const Answer answer = parser->Read(small.corpus.text(), question);
          EXPECT_EQ(AnswerDifference(task.task, answer, truth), "")
              << info.name << ' ' << Info(job.shape).name << ' '
              << Info(job.frame).name << ' ' << task.name;
          EXPECT_TRUE(answer == truth);
        }
      }
    }
  }
}

TEST(ParsersTest, TheCallsSayEnoughToTellARightAnswer) {
  const Profile profile = ShippedProfile("contact-center");
  const Runs runs(profile);
  const SmallCorpus small(runs, runs.JobOf(Extent::Kind::kCalls, 300));
  EXPECT_GT(small.Truth(small.Ask(Task::kSum)).duration_ms, 100'000);
  EXPECT_LT(small.Truth(small.Ask(Task::kSum)).durations,
            small.corpus.records());
  EXPECT_GT(small.Truth(small.Ask(Task::kFailures)).failures.size(), 1u);
  const Answer extract = small.Truth(small.Ask(Task::kExtract));
  EXPECT_EQ(extract.extracted[0].count, small.corpus.records());
  EXPECT_GT(extract.extracted[2].count, 0u);
  EXPECT_LT(extract.extracted[2].count, small.corpus.records());
  const Answer all = small.Truth(small.Ask(Task::kAll));
  EXPECT_GT(all.numbers, 0u);
  EXPECT_GT(all.yes, 0u);
  EXPECT_GT(all.no, 0u);
}

// The correct answers are right for extents that end within a portion, for
// shards, and for fewer logs.
TEST(ParsersTest, TheTruthFollowsTheJob) {
  const Profile profile = ShippedProfile("quickstart");
  const Runs runs(profile);
  std::vector<Job> jobs = {runs.JobOf(Extent::Kind::kRecords, 777),
                           runs.JobOf(Extent::Kind::kBytes, 300'000),
                           runs.JobOf(Extent::Kind::kDuration, 90'000)};
  for (const Job& job : std::vector<Job>(jobs)) {
    jobs.push_back(job);
    jobs.back().shard = {1, 3};
    jobs.push_back(job);
    jobs.back().logs = {LogType::kMediaSummary};
  }
  const auto parser = Make("nlohmann");
  for (const Job& job : jobs) {
    const SmallCorpus small(runs, job);
    const Question question = small.Ask(Task::kAll);
    EXPECT_GT(small.corpus.records(), 0u);
    EXPECT_EQ(AnswerDifference(Task::kAll,
                               parser->Read(small.corpus.text(), question),
                               small.Truth(question)),
              "");
  }
}

TEST(ParsersTest, EachSeesADamagedValue) {
  const Profile profile = ShippedProfile("quickstart");
  const Runs runs(profile);
  const SmallCorpus small(runs, runs.JobOf(Extent::Kind::kCalls, 5));
  const Question question = small.Ask(Task::kExtract);
  std::string text(small.corpus.text());
  const std::size_t at = text.find("\"correlationId\":\"") + 20;
  text[at] = text[at] == '0' ? '1' : '0';
  const PaddedText damaged(text);
  for (const ParserInfo& info : JsonParsers()) {
    const Answer answer = info.make()->Read(damaged.text(), question);
    EXPECT_EQ(AnswerDifference(Task::kExtract, answer, small.Truth(question)),
              "other correlation ids")
        << info.name;
  }
}

// Lines that no parser can accept as a record, for any task.
constexpr std::string_view kGarbage[] = {
    "garbage",
    "{",
    "}",
    "[1,2]",
    "42",
    "\"text\"",
    "null",
    "{\"time\":\"x\"",
    "{\"time\":\"x",
    "{\"time\" \"x\"}",
    "{\"time\":\"x\"}}",
    "{\"time\":\"x\"} {\"time\":\"y\"}",
    "{\"time\":\"x\"} trailing",
    "{\"time\":\"\xff\xfe\"}",
    "{time:1}",
    "\xef\xbb",
};

TEST(ParsersTest, CountLinesThatCannotBeDecoded) {
  const std::string good = R"({"time":"t","durationMs":7})";
  std::string text;
  for (const std::string_view line : kGarbage) {
    text.append(line).append("\n").append(good).append("\n\n");
  }
  const PaddedText padded(text);
  for (const TaskInfo& task : Tasks()) {
    const Question question(task.task, Frame::kJsonl, Shape::kResourceLog,
                            LogSet::All());
    for (const ParserInfo& info : JsonParsers()) {
      const Answer answer = info.make()->Read(padded.text(), question);
      EXPECT_EQ(answer.records, std::size(kGarbage)) << info.name << task.name;
      EXPECT_EQ(answer.undecodable, std::size(kGarbage))
          << info.name << task.name;
    }
  }
}

TEST(ParsersTest, DropAWholeMessageThatBreaksOff) {
  const std::string record = R"({"time":"t","durationMs":7})";
  const PaddedText padded(
      "{\"records\":[" + record + "," + record + "]}\n" + "{\"records\":[" +
      record + "," + record + "\n" + "{\"record\":[" + record + "]}\n" +
      "{\"records\":" + record + "}\n" + "{\"records\":[1]}\n" +
      "{\"x\":1,\"records\":[" + record + "],\"y\":[{}]}\n");
  const Question question(Task::kSum, Frame::kEventHub, Shape::kResourceLog,
                          LogSet::All());
  for (const ParserInfo& info : JsonParsers()) {
    const Answer answer = info.make()->Read(padded.text(), question);
    EXPECT_EQ(answer.records, 3u) << info.name;
    EXPECT_EQ(answer.undecodable, 4u) << info.name;
    EXPECT_EQ(answer.duration_ms, 21) << info.name;
  }
}

TEST(ParsersTest, TakeAnArrayOrAnAnswerWholeOrNotAtAll) {
  const std::string record = R"({"time":"t"})";
  const struct {
    Frame frame;
    std::string text;
    std::uint64_t records;
  } cases[] = {
      {Frame::kArray, "[]", 0},
      {Frame::kArray, "[" + record + "]", 1},
      {Frame::kArray, "[" + record + ",", 0},
      {Frame::kArray, "[" + record + "]]", 0},
      {Frame::kArray, "[1]", 0},
      {Frame::kArray, record, 0},
      {Frame::kArray, "", 0},
      {Frame::kQuery, R"({"tables":[{"rows":[["a"],["b"]]},{"rows":[["c"]]}]})",
       2},
      {Frame::kQuery, R"({"tables":[{"rows":[["a"],["b"]]})", 0},
      {Frame::kQuery, R"({"tables":[{"rows":[{"a":1}]}]})", 0},
      {Frame::kQuery, R"({"tables":[]})", 0},
      {Frame::kQuery, R"({"tables":{"rows":[["a"]]}})", 0},
  };
  for (const auto& [frame, text, records] : cases) {
    const PaddedText padded(text);
    const Question question(Task::kExtract, frame, Shape::kTable,
                            LogSet::All());
    for (const ParserInfo& info : JsonParsers()) {
      const Answer answer = info.make()->Read(padded.text(), question);
      EXPECT_EQ(answer.records, records) << info.name << ' ' << text;
      EXPECT_EQ(answer.undecodable, records == 0 && text != "[]" ? 1u : 0u)
          << info.name << ' ' << text;
    }
  }
}

// Deep nesting must not overflow the stack.
TEST(ParsersTest, RefuseWhatIsNestedTooDeeply) {
  constexpr std::size_t kDepth = 1'000'000;
  const std::string open(kDepth, '[');
  std::string objects;
  for (std::size_t i = 0; i < kDepth; ++i) objects += "{\"a\":";
  const PaddedText padded(open + "\n{\"a\":" + open + "\n{\"a\":" + open +
                          std::string(kDepth, ']') + "}\n" + objects + "\n");
  const Question question(Task::kAll, Frame::kJsonl, Shape::kTable,
                          LogSet::All());
  for (const ParserInfo& info : JsonParsers()) {
    const Answer answer = info.make()->Read(padded.text(), question);
    EXPECT_EQ(answer.undecodable, 4u) << info.name;
    EXPECT_EQ(answer.records, 0u) << info.name;
  }
}

TEST(ParsersTest, AgreeHowDeepIsTooDeep) {
  const Question question(Task::kAll, Frame::kJsonl, Shape::kTable,
                          LogSet::All());
  for (const std::size_t depth : {kMaxDepth - 1, kMaxDepth, kMaxDepth + 1}) {
    // The record is the first level.
    const PaddedText padded("{\"a\":" + std::string(depth - 1, '[') +
                            std::string(depth - 1, ']') + "}\n");
    for (const ParserInfo& info : JsonParsers()) {
      EXPECT_EQ(info.make()->Read(padded.text(), question).undecodable,
                depth > kMaxDepth ? 1u : 0u)
          << info.name << ' ' << depth;
    }
  }
}

// For all damaged bytes and lengths: no parser crashes, hangs or reads out of
// bounds (under sanitizers), and all parsers that check everything agree.
TEST(ParsersTest, SurviveAnyDamage) {
  const Profile profile = ShippedProfile("quickstart");
  const Runs runs(profile);
  std::mt19937_64 random(1);
  for (const Frame frame :
       {Frame::kJsonl, Frame::kArray, Frame::kEventHub, Frame::kQuery}) {
    Job job = runs.JobOf(Extent::Kind::kCalls, 2);
    job.frame = frame;
    job.shape = Info(frame).default_shape;
    if (frame == Frame::kQuery) job.logs = {LogType::kOperational};
    const SmallCorpus small(runs, job);
    for (int i = 0; i < 150; ++i) {
      std::string text(small.corpus.text());
      for (int k = 0; k < 3; ++k) {
        text[random() % text.size()] = static_cast<char>(random());
      }
      if (i % 3 == 0) text.resize(random() % text.size());
      const PaddedText damaged(text);
      for (const Task task : {Task::kAll, Task::kExtract}) {
        const Question question = small.Ask(task);
        const Answer reference =
            Make("nlohmann")->Read(damaged.text(), question);
        for (const ParserInfo& info : JsonParsers()) {
          const Answer answer = info.make()->Read(damaged.text(), question);
          if (info.name == "simdjson_ondemand") continue;
          EXPECT_EQ(AnswerDifference(task, answer, reference), "")
              << info.name << ' ' << Info(frame).name << ' ' << text;
        }
      }
    }
  }
}

TEST(NewlineScanTest, CountsLineEnds) {
  const auto parser = Make("newline_scan");
  const Question question(Task::kSum, Frame::kCsv, Shape::kTable,
                          LogSet::All());
  EXPECT_EQ(parser->Read("", question).lines, 0u);
  EXPECT_EQ(parser->Read("a\n\nb\nc", question).lines, 3u);
}

TEST(ExampleParserTest, IsRightAboutWhatItCanDo) {
  const Profile profile = ShippedProfile("quickstart");
  const Runs runs(profile);
  const SmallCorpus small(runs, runs.JobOf(Extent::Kind::kCalls, kCalls));
  const auto parser = parsers::find_text().make();
  for (const TaskInfo& task : Tasks()) {
    const Question question = small.Ask(task.task);
    const bool is_right =
        parser->Read(small.corpus.text(), question) == small.Truth(question);
    EXPECT_EQ(is_right, task.task == Task::kCount || task.task == Task::kSum)
        << task.name;
  }
}

std::string ReadFile(const std::string& path) {
  return ContentOf(std::string(BUSYHOUR_SOURCE_DIR) + '/' + path);
}

TEST(ExampleParserTest, StandsInThePage) {
  const std::string code = ReadFile("tests/measure/find_text.cc");
  ASSERT_FALSE(code.empty());
  EXPECT_THAT(ReadFile("docs/bench.md"),
              HasSubstr("```cpp\n" + code + "```\n"));
}

}  // namespace
}  // namespace busyhour::internal
