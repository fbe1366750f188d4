#include "report/page.h"

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>

#include "report/page_html.h"

namespace busyhour::internal {
namespace {

// Writes the parts of a page, and collects the data of its charts.
class PageWriter {
 public:
  void Add(const ReportPart& part, std::size_t number) {
    part_ = std::to_string(number);
    html_ += "<section aria-labelledby=\"part" + part_ + "\">\n";
    html_ += Element("h2", "id=\"part" + part_ + "\"", part.kind);
    html_ += Element("p", "class=\"quiet\"", part.subject);
    html_ += TilesHtml(part.tiles);
    for (const PageBlock& block : part.blocks) {
      std::visit([this](const auto& each) { AddBlock(each); }, block);
    }
    html_ += "</section>\n";
  }

  const std::string& html() const { return html_; }
  /// The data of all charts, as JSON.
  std::string Data() const { return data_.dump(); }

 private:
  void AddBlock(const Table& table) { html_ += TableHtml(table); }
  void AddBlock(const FactList& list) { html_ += FactsHtml(list); }
  void AddBlock(const ChartGroup& group) {
    html_ += "<div class=\"charts\">\n";
    for (const Chart& chart : group.charts) {
      const std::string id = "chart" + std::to_string(++charts_);
      const bool is_drawn = !kPageCharts.text.empty() && HasValues(chart);
      html_ += FigureHtml(chart, id, is_drawn);
      if (!is_drawn) continue;
      data_.push_back(ChartJson(
          chart, id, chart.axis == ChartAxis::kNines ? "" : "part" + part_));
    }
    html_ += "</div>\n";
  }

  std::string html_;
  nlohmann::ordered_json data_ = nlohmann::ordered_json::array();
  std::string part_;
  std::size_t charts_ = 0;
};

// The result of the whole page: that of its worst part.
const PageVerdict& WorstOf(const std::vector<ReportPart>& parts) {
  const auto rank = [](const ReportPart& part) {
    switch (part.verdict.meaning) {
      case Meaning::kBad:
        return 2;
      case Meaning::kGood:
        return 1;
      default:
        return 0;
    }
  };
  return std::max_element(
             parts.begin(), parts.end(),
             [&](const auto& a, const auto& b) { return rank(a) < rank(b); })
      ->verdict;
}

std::string HeaderOf(const std::vector<ReportPart>& parts) {
  const PageVerdict& worst = WorstOf(parts);
  std::string html = "<header>\n<p class=\"above\">busyhour report</p>\n";
  html += Element("h1", ClassOf(worst.meaning), worst.word);
  html += "<ul class=\"verdicts\">\n";
  for (const ReportPart& part : parts) {
    html += "<li>";
    if (parts.size() > 1) {
      html += EscapedHtml(part.kind) + ": <strong " +
              std::string(ClassOf(part.verdict.meaning)) + ">" +
              EscapedHtml(part.verdict.word) + "</strong>. ";
    }
    html += EscapedHtml(part.verdict.sentence) + "</li>\n";
  }
  html += "</ul>\n";
  if (parts.size() == 1) return html + "</header>\n";
  html += "<nav aria-label=\"Parts\">\n";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    html += "<a href=\"#part" + std::to_string(i + 1) + "\">" +
            EscapedHtml(parts[i].kind) + "</a>\n";
  }
  return html + "</nav>\n</header>\n";
}

}  // namespace

Cell Cell::Number(double value) { return Number(NumberText(value)); }

Cell Cell::Number(std::string words) {
  Cell cell(std::move(words));
  cell.is_number = true;
  return cell;
}

std::string PageHtml(const std::vector<ReportPart>& parts) {
  PageWriter writer;
  for (std::size_t i = 0; i < parts.size(); ++i) writer.Add(parts[i], i + 1);
  PageFrame frame;
  frame.title =
      WorstOf(parts).word + ": " + parts.front().subject + " - busyhour";
  frame.header = HeaderOf(parts);
  frame.main = writer.html();
  frame.data = writer.Data();
  return PageHtml(frame);
}

}  // namespace busyhour::internal
