#include "measure/corpus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/test_files.h"
#include "busyhour/error.h"
#include "measure/corpora.h"

namespace busyhour::internal {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kMuch = 1 << 20;

// Uses files that are removed after the test.
class CorpusTest : public testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& text) {
    return scratch_.Write(name, text);
  }
  const std::string& folder() const { return scratch_.path(); }

 private:
  Scratch scratch_;
};

template <class Run>
std::string ErrorOf(Run run) {
  try {
    run();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST_F(CorpusTest, PutsFilesTogether) {
  const Corpus corpus = Corpus::Read(
      {Write("a.jsonl", "{\"a\":1}"), Write("b.jsonl", "{\"b\":2}\n")},
      std::nullopt, kMuch);
  EXPECT_EQ(corpus.text(), "{\"a\":1}\n{\"b\":2}\n");
  EXPECT_EQ(corpus.frame(), Frame::kJsonl);
  // The padding exists and contains zeros.
  for (std::size_t i = 0; i < kPaddingBytes; ++i) {
    EXPECT_EQ(corpus.text().data()[corpus.text().size() + i], '\0');
  }
}

TEST_F(CorpusTest, TakesTheFrameFromTheBeginning) {
  EXPECT_EQ(GuessFrame(" [\n{"), Frame::kArray);
  EXPECT_EQ(GuessFrame("{ \"records\" : [ {"), Frame::kEventHub);
  EXPECT_EQ(GuessFrame("{\"tables\":[{\"name\":"), Frame::kQuery);
  EXPECT_EQ(GuessFrame("{\"time\":1}"), Frame::kJsonl);
  EXPECT_EQ(GuessFrame(""), Frame::kJsonl);
  const Corpus csv =
      Corpus::Read({Write("a.csv", "a,b\n")}, std::nullopt, kMuch);
  EXPECT_EQ(csv.frame(), Frame::kCsv);
  const Corpus told =
      Corpus::Read({Write("a.json", "[]")}, Frame::kJsonl, kMuch);
  EXPECT_EQ(told.frame(), Frame::kJsonl);
}

TEST_F(CorpusTest, SaysWhatIsWrongWithAFile) {
  EXPECT_THAT(
      ErrorOf([&] { Corpus::Read({folder() + "/none"}, std::nullopt, kMuch); }),
      HasSubstr("/none: cannot be read: No such file"));
  EXPECT_THAT(ErrorOf([&] { Corpus::Read({folder()}, std::nullopt, kMuch); }),
              HasSubstr("cannot be read: Is a directory"));
  const std::string array = Write("a.json", "[]");
  EXPECT_THAT(ErrorOf([&] {
                Corpus::Read({array, array}, std::nullopt, kMuch);
              }),
              HasSubstr("is unexpected: in frame array"));
}

TEST_F(CorpusTest, RefusesWhatIsTooLarge) {
  const std::string path = Write("a.jsonl", std::string(1000, ' '));
  EXPECT_EQ(Corpus::Read({path}, std::nullopt, 1000).text().size(), 1000u);
  EXPECT_THAT(ErrorOf([&] { Corpus::Read({path}, std::nullopt, 999); }),
              HasSubstr("is more than 999 B, the limit for this machine"));
  EXPECT_THAT(ErrorOf([&] {
                Corpus::Read({path, path}, std::nullopt, 1500);
              }),
              HasSubstr("is more than"));
  // A file that does not report its size.
  EXPECT_THAT(ErrorOf([&] { Corpus::Read({"/dev/zero"}, std::nullopt, 1500); }),
              HasSubstr("/dev/zero: is more than"));
}

TEST_F(CorpusTest, IsWhatAJobWrites) {
  const Profile profile = ShippedProfile("quickstart");
  const Runs runs(profile);
  const Job job = runs.JobOf(Extent::Kind::kCalls, 20);
  const Corpus corpus = Corpus::Generate(runs.worlds, job, 2, kMuch);
  const RunOutcome outcome = runs.Run(job);
  EXPECT_EQ(corpus.text(), outcome.bytes);
  EXPECT_EQ(corpus.records(), outcome.tally.all_records());
  EXPECT_EQ(corpus.calls(), 20u);
  EXPECT_THAT(ErrorOf([&] { Corpus::Generate(runs.worlds, job, 1, 5000); }),
              HasSubstr("the corpus: is more than"));
}

TEST_F(CorpusTest, ReadsTheColumnsOfAnAnswer) {
  const auto columns = [&](const std::string& text) {
    return Corpus::Read({Write("a.json", text)}, Frame::kQuery, kMuch)
        .QueryColumns();
  };
  EXPECT_EQ(columns(R"({"tables":[{"name":"x","columns":[{"name":"A"},)"
                    R"({"name":"B","type":"int"}, 5],"rows":[[1,2]]}]})"),
            (std::vector<std::string>{"A", "B", ""}));
  EXPECT_TRUE(columns(R"({"tables":[]})").empty());
  EXPECT_TRUE(columns("garbage").empty());
  EXPECT_TRUE(columns(R"({"tables":[{"columns":5}]})").empty() ||
              columns(R"({"tables":[{"columns":5}]})").front().empty());
}

}  // namespace
}  // namespace busyhour::internal
