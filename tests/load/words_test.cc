// Parsing the arguments of `load`: rates, receivers and their settings.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "deliver/uri.h"
#include "load/rate_words.h"
#include "load/target.h"

namespace busyhour::internal {
namespace {

using testing::HasSubstr;

RateWords Rate(const std::string& text) {
  std::vector<Problem> problems;
  const RateWords rate = ReadRate({}, text, problems);
  EXPECT_TRUE(problems.empty()) << text;
  return rate;
}

std::string RateTrouble(const std::string& text) {
  std::vector<Problem> problems;
  ReadRate({}, text, problems);
  return problems.empty() ? "" : problems.front().Text();
}

TEST(RateWordsTest, UnitsAreRecordsCallsMessagesAndBytes) {
  EXPECT_EQ(Rate("20000/s").unit, PaceUnit::kRecords);
  EXPECT_EQ(Rate("20000/s").per_second, 20'000);
  EXPECT_EQ(Rate("6k records/min").per_second, 100);
  EXPECT_EQ(Rate("100calls/s").unit, PaceUnit::kCalls);
  EXPECT_EQ(Rate("10messages/s").unit, PaceUnit::kMessages);
  EXPECT_EQ(Rate("50MB/s").unit, PaceUnit::kBytes);
  EXPECT_EQ(Rate("50MB/s").per_second, 5e7);
  EXPECT_EQ(Rate("max").per_second, 0);
  std::vector<Problem> problems;
  const RateWords real = ReadRate({}, {}, problems);
  EXPECT_EQ(real.unit, PaceUnit::kSimulatedSeconds);
  EXPECT_EQ(real.per_second, 1);
}

TEST(RateWordsTest, WhatIsNoRateIsRefused) {
  for (const char* text :
       {"0/s", "-5/s", "1e12/s", "1000GB/s", "nan/s", "5recordscalls/s",
        "records/s", "5records", "recordscalls5/s"}) {
    EXPECT_NE(RateTrouble(text), "") << text;
  }
  EXPECT_THAT(RateTrouble("1e12/s"), HasSubstr("to 100M/s"));
  EXPECT_THAT(RateTrouble("1/d"), HasSubstr("from 0.0001/s"));
  EXPECT_THAT(RateTrouble("fast"), HasSubstr("such as 20000/s"));
  std::vector<Problem> problems;
  ReadRate("2", "10/s", problems);
  ReadRate("0", {}, problems);
  ReadRate("1e9", {}, problems);
  EXPECT_EQ(problems.size(), 3u);
}

TEST(UriTest, PartsAreFound) {
  const auto uri = ParseUri("HTTPS://[::1]:8443/a/b?x=1&y={category}");
  ASSERT_TRUE(uri);
  EXPECT_EQ(uri->scheme, "https");
  EXPECT_EQ(uri->host, "::1");
  EXPECT_EQ(uri->port, 8443);
  EXPECT_EQ(uri->path, "/a/b");
  EXPECT_EQ(uri->query, "x=1&y={category}");
  EXPECT_EQ(ParseUri("unix:/run/log")->path, "/run/log");
  EXPECT_EQ(ParseUri("tcp://host")->port, 0);
}

TEST(UriTest, WhatIsNoAddressIsNothing) {
  for (const char* text : {"", "host", ":x", "tcp://h:0", "tcp://h:65536",
                           "tcp://h:x", "tcp://u:secret@h:1", "tcp://[::1",
                           "tcp://h:1/a b", "tc p://h", "http://h/#f"}) {
    EXPECT_FALSE(ParseUri(text)) << text;
  }
}

std::vector<std::string> Troubles(const std::string& to,
                                  const std::vector<std::string>& with = {}) {
  std::vector<Problem> problems;
  ReadTarget(to, with, problems);
  std::vector<std::string> texts;
  for (const Problem& problem : problems) texts.push_back(problem.Text());
  return texts;
}

TEST(TargetTest, SettingsChangeHowBatchesAreMade) {
  std::vector<Problem> problems;
  const Target target =
      ReadTarget("tcp://127.0.0.1:514",
                 {"frame=octets", "syslog=rfc5424", "batch_bytes=1MB",
                  "batch_records=10", "linger=5ms", "connections=3"},
                 problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(target.frame, Frame::kOctets);
  EXPECT_TRUE(target.rules.syslog);
  EXPECT_EQ(target.rules.limits.max_bytes, 1'000'000u);
  EXPECT_EQ(target.rules.limits.max_records, 10u);
  EXPECT_EQ(target.rules.limits.linger, 5'000'000);
}

// All errors are reported at once, with the nearest valid name.
TEST(TargetTest, AllThatIsWrongIsSaid) {
  EXPECT_THAT(Troubles("tpc://h:1"),
              testing::ElementsAre(HasSubstr("did you mean \"tcp\"?")));
  EXPECT_THAT(Troubles("tcp://h"),
              testing::ElementsAre(HasSubstr("tcp://HOST:PORT")));
  EXPECT_THAT(
      Troubles("tcp://h:1",
               {"fram=jsonl", "linger=soon", "x", "connections=0"}),
      testing::UnorderedElementsAre(HasSubstr("did you mean \"frame\"?"),
                                    HasSubstr("\"soon\" is not a duration"),
                                    HasSubstr("\"x\" is not NAME=VALUE"),
                                    HasSubstr("from 1 to 256")));
  EXPECT_THAT(Troubles("udp://h:1", {"frame=array"}),
              testing::ElementsAre(HasSubstr("record")));
}

TEST(TargetTest, SecretsComeFromTheEnvironmentAlone) {
  ::setenv("BUSYHOUR_TEST_SECRET", "hunter2", 1);
  std::vector<Problem> problems;
  Settings settings(
      {"password_env=BUSYHOUR_TEST_SECRET", "token_env=BUSYHOUR_NO_SUCH"},
      problems);
  EXPECT_EQ(settings.Secret("password_env"), "hunter2");
  EXPECT_EQ(settings.Secret("token_env"), "");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_THAT(problems[0].Text(), HasSubstr("BUSYHOUR_NO_SUCH"));
}

}  // namespace
}  // namespace busyhour::internal
