#include "busyhour/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "base/test_files.h"
#include "busyhour/error.h"
#include "busyhour/record.h"
#include "busyhour/write.h"

namespace busyhour {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(VerifyTest, PassesWhatArrivedWhole) {
  const Job job({.profile = Profile("contact-center"), .calls = 100});
  for (const int threads : {1, 2}) {
    const Verdict verdict = Verify(job, WriteText(job), {.threads = threads});
    EXPECT_TRUE(verdict.passed) << verdict.headline;
    EXPECT_EQ(verdict.total.lost, 0u);
    EXPECT_EQ(verdict.total.intact, verdict.total.sent);
    EXPECT_EQ(verdict.logs.size(), 4u);
    EXPECT_TRUE(nlohmann::json::accept(verdict.json));
  }
}

// Conservation: each record is left out, sent twice or altered, and found so.
TEST(VerifyTest, CountsWhatHappened) {
  const Job job({.calls = 100, .logs = "operational"});
  std::size_t number = 0;
  VerifyCounts expected;
  Verifier verifier(job);
  for (const Record& record : Records(job)) {
    std::string text = record.Text();
    ++expected.sent;
    switch (number++ % 4) {
      case 0:
        ++expected.lost;
        continue;
      case 1:
        ++expected.duplicated;
        verifier.Read(text);
        break;
      case 2: {
        ++expected.altered;
        const std::size_t at = text.find("\"durationMs\":");
        ASSERT_NE(at, std::string::npos);
        text.insert(at + 13, "9");
        break;
      }
      default:
        break;
    }
    verifier.Read(text);
  }
  verifier.Read("no record", "noise");
  const Verdict verdict = verifier.Finish();
  EXPECT_FALSE(verdict.passed);
  EXPECT_THAT(verdict.headline, StartsWith("FAILED"));
  EXPECT_EQ(verdict.total.sent, expected.sent);
  EXPECT_EQ(verdict.total.lost, expected.lost);
  EXPECT_EQ(verdict.total.duplicated, expected.duplicated);
  EXPECT_EQ(verdict.total.altered, expected.altered);
  EXPECT_EQ(verdict.total.undecodable, 1u);
}

TEST(VerifyTest, TakesItsOptions) {
  const Job job({.calls = 100, .logs = "usage"});
  const std::string text = WriteText(job);
  const std::string half = text.substr(0, text.find('\n', text.size() / 2));
  EXPECT_FALSE(Verify(job, half).passed);
  EXPECT_TRUE(Verify(job, half, {.allow = "lost=60%"}).passed);
  try {
    Verify(job, half,
           {.allow = "lots=60%",
            .fields = "Quantty",
            .map = "/nothere",
            .threads = -3});
    FAIL() << "did not refuse";
  } catch (const InputError& error) {
    EXPECT_EQ(error.problems().size(), 4u);
    EXPECT_THAT(error.what(), HasSubstr("threads: -3 is not"));
    EXPECT_THAT(error.what(), HasSubstr("did you mean \"Quantity\"?"));
  }
}

TEST(VerifyTest, AcceptsWhatToolsDoToValues) {
  const Job job({.calls = 50, .logs = "operational", .shape = "table"});
  std::string text = WriteText(job);
  const std::string empty = "\"\"";
  ASSERT_NE(text.find(empty), std::string::npos);
  for (std::size_t at = text.find(empty); at != std::string::npos;
       at = text.find(empty, at)) {
    text.replace(at, empty.size(), "null");
  }
  EXPECT_FALSE(Verify(job, text).passed);
  EXPECT_TRUE(Verify(job, text, {.treat = "empty-as-missing"}).passed);
  EXPECT_TRUE(Verify(job, text, {.as = "elastic"}).passed);
  try {
    Verify(job, text, {.strict = true, .as = "elastic", .zone = "Europe/Olso"});
    FAIL() << "did not refuse";
  } catch (const InputError& error) {
    EXPECT_EQ(error.problems().size(), 2u);
    EXPECT_THAT(error.what(), HasSubstr("cannot be combined with --as"));
  }
}

TEST(VerifyTest, KnowsRenamedFields) {
  const internal::Scratch scratch;
  const Job job({.calls = 50, .logs = "operational"});
  std::string text = WriteText(job);
  const std::string name = "\"durationMs\"";
  for (std::size_t at = text.find(name); at != std::string::npos;
       at = text.find(name, at)) {
    text.replace(at, name.size(), "\"took\"");
  }
  EXPECT_FALSE(Verify(job, text).passed);
  const std::string map =
      scratch.Write("map.json", R"({"took": "durationMs"})");
  EXPECT_TRUE(Verify(job, text, {.map = map}).passed);
  EXPECT_THROW(Verify(job, WriteText(job), {.map = map}), InputError);
}

TEST(VerifyTest, ExpectsTheFaultsOfTheJob) {
  const Job job({.calls = 300,
                 .logs = "operational",
                 .fault = {"drop=10%", "oversize=1%"}});
  const std::string text = WriteText(job);
  EXPECT_FALSE(Verify(job, text).passed);
  const Verdict verdict = Verify(job, text, {.expect_faults = true});
  EXPECT_TRUE(verdict.passed) << verdict.headline;
}

TEST(VerifyTest, TheVerdictEndsIt) {
  const Job job({.calls = 10});
  Verifier verifier(job);
  verifier.Read(WriteText(job));
  EXPECT_TRUE(verifier.Finish().passed);
  EXPECT_THROW(verifier.Finish(), std::logic_error);
  EXPECT_THROW(verifier.Read("{}"), std::logic_error);
  EXPECT_THROW(verifier.ReadFile("/dev/null"), std::logic_error);
}

TEST(VerifyTest, ReadsTheDataFilesOfADirectory) {
  const internal::Scratch scratch;
  const Job job({.calls = 50});
  EXPECT_THROW(Verifier(job).ReadDirectory(scratch.path()), InputError);
  scratch.Write("received.jsonl", WriteText(job));
  scratch.Write("received.jsonl.manifest.json", "{}");
  scratch.Write(".hidden", "x");
  scratch.Write("next.jsonl.part", "x");
  Verifier verifier(job);
  verifier.ReadDirectory(scratch.path());
  const Verdict verdict = verifier.Finish();
  EXPECT_TRUE(verdict.passed) << verdict.headline;
  EXPECT_THROW(Verifier(job).ReadDirectory(scratch.Path("nothere")),
               InputError);
}

TEST(VerifyTest, ReadsFilesAndPieces) {
  const internal::Scratch scratch;
  const Job job({.calls = 50});
  const std::string text = WriteText(job);
  const std::string path = scratch.Write("received.jsonl", text);
  Verifier of_file(job);
  of_file.ReadFile(path);
  EXPECT_TRUE(of_file.Finish().passed);
  EXPECT_THROW(Verifier(job).ReadFile(path + ".not-there"), InputError);
  EXPECT_THROW(Verifier(job).ReadFile("/"), InputError);

  Verifier of_pieces(job);
  std::size_t at = 0;
  of_pieces.Read([&](char* to, std::size_t size) {
    const std::size_t bytes = text.copy(to, std::min<std::size_t>(size, 7), at);
    at += bytes;
    return bytes;
  });
  EXPECT_TRUE(of_pieces.Finish().passed);
}

}  // namespace
}  // namespace busyhour
