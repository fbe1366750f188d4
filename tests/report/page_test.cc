#include "report/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "report/page_assets.h"

namespace busyhour::internal {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::size_t CountOf(std::string_view part, std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != text.npos;
       at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

Chart SmallChart(const std::string& name) {
  Chart chart;
  chart.title = name;
  chart.x_name = "second";
  chart.x = {0, 1, 2};
  chart.x_texts = {"0", "1", "2"};
  chart.unit = "ms";
  chart.series = {{name, "main", {1234.0, 0.05678, 3.0}}};
  return chart;
}

ReportPart PartWith(const std::string& text) {
  ReportPart part;
  part.kind = part.subject = text;
  part.verdict = {Meaning::kBad, text, text};
  part.tiles = {{text, text, text}};
  Table table;
  table.title = table.remark = text;
  table.columns = {text};
  table.rows = {{Cell(text)}};
  part.blocks.push_back(table);
  part.blocks.push_back(FactList{text, {{text, text, true}}});
  Chart chart = SmallChart(text);
  chart.bands = {{0, 1, text}};
  chart.limits = {{2, text}};
  part.blocks.push_back(ChartGroup{{chart}});
  return part;
}

// The data of the charts in a page; empty if this build has no charts.
nlohmann::json DataIn(const std::string& html) {
  const std::string_view begin =
      "<script type=\"application/json\" id=\"data\">";
  const std::size_t at = html.find(begin);
  if (at == html.npos) return nlohmann::json::array();
  const std::size_t end = html.find("</script>", at);
  return nlohmann::json::parse(
      html.substr(at + begin.size(), end - at - begin.size()));
}

TEST(PageTest, HostileTextsCannotBreakOut) {
  const std::string hostile =
      "</script><script>alert(1)</script><!-- \"'><img src=x onerror=alert(1)> "
      "</style></title>&amp;\x1b[31m";
  const std::string html = PageHtml({PartWith(hostile), PartWith(hostile)});
  const bool has_charts = !kPageCharts.text.empty();
  EXPECT_EQ(CountOf("<script", html), has_charts ? 3u : 0u);
  EXPECT_EQ(CountOf("</style>", html), 1u);
  EXPECT_EQ(CountOf("</title>", html), 1u);
  EXPECT_THAT(html, Not(HasSubstr("<img")));
  EXPECT_THAT(html, Not(HasSubstr("<!--")));
  EXPECT_THAT(html, Not(HasSubstr("\x1b")));
  EXPECT_THAT(html, HasSubstr("&lt;/script&gt;&lt;script&gt;alert(1)"));
  if (!has_charts) return;
  const nlohmann::json data = DataIn(html);
  ASSERT_EQ(data.size(), 2u);
  const auto name = data[0]["series"][0]["name"].get<std::string>();
  EXPECT_THAT(name, HasSubstr("</script><script>alert(1)</script><!--"));
}

TEST(PageTest, ATableHasTheFiguresOfItsChart) {
  ReportPart part;
  part.verdict.word = "Complete";
  part.blocks.push_back(ChartGroup{{SmallChart("latency")}});
  const std::string html = PageHtml({part});
  for (const char* const cell : {"class=\"n\">0</th>", "class=\"n\">1,234",
                                 "class=\"n\">0.05678", "class=\"n\">3"}) {
    EXPECT_THAT(html, HasSubstr(cell));
  }
  EXPECT_THAT(html, HasSubstr("<caption>latency</caption>"));
  EXPECT_THAT(html, HasSubstr("latency, ms"));
  EXPECT_THAT(html, HasSubstr("Highest latency: 1,234 ms, at 0 s."));
  if (kPageCharts.text.empty()) return;
  EXPECT_EQ(DataIn(html)[0]["data"],
            (nlohmann::json{{0, 1, 2}, {1234, 0.05678, 3}}));
}

TEST(PageTest, AChartWithoutValuesHasOnlyItsTable) {
  ReportPart part;
  part.verdict.word = "Complete";
  Chart chart = SmallChart("latency");
  chart.series[0].values = {0, 0, 0};
  part.blocks.push_back(ChartGroup{{chart}});
  const std::string html = PageHtml({part});
  EXPECT_TRUE(DataIn(html).empty());
  EXPECT_THAT(html, HasSubstr("<caption>latency</caption>"));
}

TEST(PageTest, TheWorstPartIsTheVerdict) {
  ReportPart good;
  good.kind = "Load run";
  good.verdict = {Meaning::kGood, "Passed", "All is well."};
  ReportPart bad;
  bad.kind = "Verification";
  bad.verdict = {Meaning::kBad, "Failed", "3 lost."};
  const std::string html = PageHtml({good, bad});
  EXPECT_THAT(html, HasSubstr("<h1 class=\"bad\">Failed</h1>"));
  EXPECT_LT(html.find("3 lost."), html.find("<section"));
  EXPECT_THAT(PageHtml({good}), HasSubstr("<h1 class=\"good\">Passed</h1>"));
}

TEST(PageTest, AnEmptyPageIsSmall) {
  EXPECT_LT(PageHtml({ReportPart()}).size(), 120'000u);
}

TEST(PageTest, NumbersAreForPeople) {
  EXPECT_EQ(NumberText(0), "0");
  EXPECT_EQ(NumberText(1'234'567), "1,234,567");
  EXPECT_EQ(NumberText(1234.5), "1,235");
  EXPECT_EQ(NumberText(12.3456), "12.35");
  EXPECT_EQ(NumberText(0.000123456), "0.0001235");
  EXPECT_EQ(NumberText(-2.5), "-2.5");
  EXPECT_EQ(NumberText(99.99999), "100");
  EXPECT_EQ(NumberText(std::numeric_limits<double>::quiet_NaN()), "–");
}

}  // namespace
}  // namespace busyhour::internal
