// Tests of a parser that counts failed prompts, and of a pipeline that keeps
// the lines of one log.

#include <busyhour/testing.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <sstream>
#include <string>
#include <string_view>

namespace {

using busyhour::testing::ArrivedWhole;
using busyhour::testing::CallWhere;
using busyhour::testing::LinesOf;

// The parser under test.
std::size_t CountOf(std::string_view code, const std::string& lines) {
  std::size_t count = 0;
  for (std::size_t at = lines.find(code); at != std::string::npos;
       at = lines.find(code, at + 1)) {
    ++count;
  }
  return count;
}

// The pipeline under test.
std::string OnlyOperational(const std::string& lines) {
  std::istringstream in(lines);
  std::string out;
  for (std::string line; std::getline(in, line);) {
    if (line.find("CallAutomationOperational") != std::string::npos) {
      out += line + '\n';
    }
  }
  return out;
}

TEST(ParserTest, FindsASilentCaller) {
  const busyhour::Call call = CallWhere("initial_silence = 1");
  EXPECT_EQ(CountOf("\"ResultSubcode\":8510", LinesOf(call, "table")), 1u);
}

TEST(ParserTest, FindsNothingInACallWithoutSilence) {
  const busyhour::Call call = CallWhere("not initial_silence");
  EXPECT_EQ(CountOf("\"ResultSubcode\":8510", LinesOf(call, "table")), 0u);
}

TEST(PipelineTest, KeepsOneLog) {
  const busyhour::Job all({.calls = 100});
  const busyhour::Job kept({.calls = 100, .logs = "operational"});
  EXPECT_THAT(OnlyOperational(busyhour::WriteText(all)), ArrivedWhole(kept));
}

}  // namespace
