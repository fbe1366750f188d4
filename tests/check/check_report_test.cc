#include "check/check_report.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace busyhour::internal {
namespace {

const std::vector<Check> kChecks = {
    {"failed=0", true, "0"},
    {"lateness.p99<50ms", false, "80 ms, 30 ms too much, <&\">"},
};
const CheckReport kReport = {"load", "tcp://a:1?x=1&y", 2.5, kChecks};

TEST(CheckReportTest, AllPassedIfNoneFailed) {
  EXPECT_FALSE(AllPassed(kChecks));
  EXPECT_TRUE(AllPassed({}));
  EXPECT_TRUE(AllPassed(std::vector<Check>{kChecks[0]}));
}

TEST(CheckReportTest, JUnitHasATestCaseForEachCheck) {
  const std::string xml = JUnitXml(kReport);
  EXPECT_NE(xml.find("tests=\"2\" failures=\"1\" errors=\"0\" time=\"2.500\""),
            xml.npos)
      << xml;
  EXPECT_NE(xml.find("<testcase classname=\"busyhour.load\" name=\"failed=0\" "
                     "time=\"0\"/>"),
            xml.npos)
      << xml;
  EXPECT_NE(xml.find("<failure message=\"80 ms, 30 ms too much, "
                     "&lt;&amp;&quot;&gt;\" type=\"threshold\">"
                     "tcp://a:1?x=1&amp;y: lateness.p99&lt;50ms: 80 ms"),
            xml.npos)
      << xml;
}

// Control characters are not allowed in XML.
TEST(CheckReportTest, HostileTextStaysXml) {
  const std::vector<Check> checks = {{"a\x01\n]]>", false, "\x1b[31m\xff"}};
  for (const unsigned char c : JUnitXml({"load", "\x02", 0, checks})) {
    EXPECT_TRUE(c >= 0x20 || c == '\n') << int{c};
  }
}

TEST(CheckReportTest, GitHubGetsALineForEachFailure) {
  EXPECT_EQ(GitHubAnnotations(kReport),
            "::error title=busyhour load%3A lateness.p99<50ms::tcp://a:1?x=1&y:"
            " 80 ms, 30 ms too much, <&\">\n");
  const std::vector<Check> checks = {{"a,b", false, "1 %\nx"}};
  EXPECT_EQ(GitHubAnnotations({"verify", "", 0, checks}),
            "::error title=busyhour verify%3A a%2Cb::: 1 %25%0Ax\n");
}

}  // namespace
}  // namespace busyhour::internal
