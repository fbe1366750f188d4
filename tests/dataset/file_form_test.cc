#include "dataset/file_form.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "job/read_job.h"

namespace busyhour::internal {
namespace {

std::string ProblemsOf(const std::string& out, const Options& options) {
  std::vector<Problem> problems;
  JobSpec spec = SpecOf(options, problems);
  ChooseForm(out, spec, problems);
  return TextOf(problems);
}

TEST(FileFormTest, AnEndingChoosesWhatIsLeftOpen) {
  const struct {
    const char* out;
    std::optional<Frame> frame;
    Compression compression;
  } kCases[] = {
      {"a.jsonl", Frame::kJsonl, Compression::kNone},
      {"a.ndjson", Frame::kJsonl, Compression::kNone},
      {"a.csv", Frame::kCsv, Compression::kNone},
      {"a.CSV.gz", Frame::kCsv, Compression::kGzip},
      {"a.jsonl.zst", Frame::kJsonl, Compression::kZstd},
      {"a.lz4", std::nullopt, Compression::kLz4},
  };
  for (const auto& [out, frame, compression] : kCases) {
    JobSpec spec;
    std::vector<Problem> problems;
    ChooseForm(out, spec, problems);
    EXPECT_TRUE(problems.empty()) << out;
    EXPECT_EQ(spec.frame, frame) << out;
    EXPECT_EQ(spec.compression, compression) << out;
  }
}

TEST(FileFormTest, NothingIsWrittenUnderAnEndingOfAnother) {
  EXPECT_EQ(
      ProblemsOf("a.csv", {{"frame", "jsonl"}}),
      "--frame: jsonl cannot be written to a.csv: the ending must be .jsonl\n");
  EXPECT_EQ(
      ProblemsOf("a.csv", {{"compress", "gzip"}}),
      "--compress: gzip cannot be written to a.csv: the ending must be .gz\n");
  EXPECT_EQ(
      ProblemsOf("a.csv.gz", {{"compress", "none"}}),
      "--compress: none cannot be written to a.csv.gz: its ending selects "
      "gzip\n");
  EXPECT_NE(
      ProblemsOf("a.avro", {}).find("--out: a.avro: .avro is not the ending"),
      std::string::npos);
}

}  // namespace
}  // namespace busyhour::internal
