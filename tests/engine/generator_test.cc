#include "busyhour/generator.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/base_profiles.h"
#include "base/test_files.h"
#include "busyhour/error.h"
#include "engine/run_job.h"
#include "profile/load.h"

namespace busyhour::internal {
namespace {

// All bytes of a generation, and its summary.
std::pair<std::string, GeneratorSummary> BytesOf(
    const GeneratorOptions& options) {
  std::string bytes;
  const GeneratorSummary summary =
      Generate(options, [&bytes](std::string_view piece) {
        bytes += piece;
        return true;
      });
  return {bytes, summary};
}

TEST(GeneratorTest, HandsOverWhatTheProgramWouldWrite) {
  const Runs runs(ShippedProfile("voice-bot"), 9);
  Job job = runs.JobOf(Extent::Kind::kCalls, 100);
  job.start = {1'700'000'000'000};
  const RunOutcome expected = runs.Run(job);
  for (const int threads : {1, 3}) {
    GeneratorOptions options;
    options.profile = "voice-bot";
    options.seed = 9;
    options.start = "2023-11-14T22:13:20Z";
    options.calls = 100;
    options.threads = threads;
    const auto [bytes, summary] = BytesOf(options);
    EXPECT_TRUE(bytes == expected.bytes);
    EXPECT_EQ(summary.calls, 100u);
    EXPECT_EQ(summary.records, expected.tally.all_records());
    EXPECT_EQ(summary.bytes, expected.tally.all_bytes());
  }
}

// For all shipped profiles p: Bytes(Write(p)) == Bytes(p).
TEST(GeneratorTest, AProfileThatWasWrittenMakesTheSameBytes) {
  const Scratch scratch;
  for (const BuiltinProfile& builtin : BaseProfiles()) {
    const std::string name(builtin.name);
    const std::string path =
        scratch.Write("written.json", WriteProfile(LoadProfile(name)));
    GeneratorOptions options;
    options.calls = 50;
    options.profile = name;
    const std::string bytes = BytesOf(options).first;
    options.profile = path;
    EXPECT_TRUE(BytesOf(options).first == bytes) << name;
  }
}

TEST(GeneratorTest, TakesEachOption) {
  GeneratorOptions options;
  options.duration = "30s";
  options.logs = "usage";
  options.shape = "table";
  options.frame = "array";
  const auto [bytes, summary] = BytesOf(options);
  EXPECT_TRUE(bytes.starts_with("[")) << bytes.substr(0, 10);
  EXPECT_NE(bytes.find("\"Type\":\"ACSBillingUsage\""), std::string::npos);
  EXPECT_EQ(bytes.find("ACSCallAutomation"), std::string::npos);
  EXPECT_GT(summary.calls, 20u);
}

TEST(GeneratorTest, EndsWhenNoMoreIsTaken) {
  GeneratorOptions options;
  options.calls = 2000;
  int pieces = 0;
  const GeneratorSummary summary =
      Generate(options, [&pieces](std::string_view) { return ++pieces < 3; });
  EXPECT_EQ(pieces, 3);
  EXPECT_LT(summary.records, 2000u);
}

TEST(GeneratorTest, SaysEverythingThatIsWrongAtOnce) {
  GeneratorOptions options;
  options.start = "never";
  options.duration = "long";
  options.logs = "none";
  options.threads = 0;
  bool called = false;
  try {
    Generate(options, [&called](std::string_view) { return called = true; });
    FAIL() << "did not refuse";
  } catch (const InputError& error) {
    EXPECT_EQ(error.problems().size(), 4u) << error.what();
  }
  EXPECT_FALSE(called);
}

TEST(GeneratorTest, RefusesAProfileThatIsNotThere) {
  GeneratorOptions options;
  options.profile = "quikstart";
  try {
    Generate(options, [](std::string_view) { return true; });
    FAIL() << "did not refuse";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean \"quickstart\"?"),
              std::string::npos)
        << error.what();
  }
}

TEST(GeneratorTest, RefusesLogsThatDoNotGoIntoOneStream) {
  GeneratorOptions options;
  options.frame = "csv";
  options.shape = "portal";
  EXPECT_THROW(Generate(options, [](std::string_view) { return true; }),
               InputError);
}

}  // namespace
}  // namespace busyhour::internal
