#include "report/page.h"

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/ascii.h"
#include "base/printable.h"
#include "busyhour/version.h"
#include "report/page_assets.h"
#include "text/base64.h"

namespace busyhour {
namespace {

// Tables of more rows than this are closed until a reader opens them.
constexpr std::size_t kMostOpenRows = 15;

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : ForPerson(text)) {
    switch (c) {
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '&':
        escaped += "&amp;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

// `<p class="quiet">text</p>`; nothing without a text.
std::string Element(std::string_view name, std::string_view attributes,
                    std::string_view text) {
  if (text.empty()) return "";
  std::string html = "<" + std::string(name);
  if (!attributes.empty()) html.append(" ").append(attributes);
  return html + ">" + Escaped(text) + "</" + std::string(name) + ">\n";
}

// Both sentences.
std::string Joined(const std::string& first, const std::string& second) {
  return first + (first.empty() || second.empty() ? "" : " ") + second;
}

std::string_view ClassOf(Meaning meaning) {
  switch (meaning) {
    case Meaning::kNeutral:
      return "";
    case Meaning::kGood:
      return "class=\"good\"";
    case Meaning::kBad:
      return "class=\"bad\"";
  }
  return "";
}

// JSON inside of a script element: nothing in it can end the element.
std::string EscapedJson(const std::string& json) {
  std::string escaped;
  for (const char c : json) {
    switch (c) {
      case '<':
        escaped += "\\u003c";
        break;
      case '>':
        escaped += "\\u003e";
        break;
      case '&':
        escaped += "\\u0026";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

// `'sha256-...'`, the source of a part in a content security policy.
std::string SourceOf(const PageAsset& part) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < part.sha256.size(); i += 2) {
    bytes += static_cast<char>(HexDigit(part.sha256[i]) * 16 +
                               HexDigit(part.sha256[i + 1]));
  }
  return "'sha256-" + Base64(bytes) + "'";
}

std::string PolicyOf() {
  std::string policy = "default-src 'none'; style-src " + SourceOf(kPageStyle);
  if (!kPageCharts.text.empty()) {
    policy +=
        "; script-src " + SourceOf(kPageCharts) + ' ' + SourceOf(kPageScript);
  }
  return policy + "; base-uri 'none'; form-action 'none'";
}

// The rows of a table in a box that scrolls.
std::string Grid(const std::string& caption,
                 const std::vector<std::string>& columns,
                 const std::vector<std::vector<Cell>>& rows) {
  std::string html =
      "<div class=\"scroll\" tabindex=\"0\" role=\"group\" "
      "aria-label=\"" +
      Escaped(caption) + "\">\n<table>\n" + Element("caption", "", caption) +
      "<thead><tr>";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const bool is_number = !rows.empty() && rows.front()[i].is_number;
    html += is_number ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">";
    html += Escaped(columns[i]) + "</th>";
  }
  html += "</tr></thead>\n<tbody>\n";
  for (const std::vector<Cell>& row : rows) {
    html += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string_view name = i == 0 ? "th" : "td";
      html += '<';
      html += name;
      if (i == 0) html += " scope=\"row\"";
      if (row[i].is_number) {
        html += " class=\"n\"";
      } else if (row[i].meaning != Meaning::kNeutral) {
        html.append(" ").append(ClassOf(row[i].meaning));
      }
      html += '>' + Escaped(row[i].text);
      if (i == 0) html += "</th>";
    }
    html += "\n";
  }
  return html + "</tbody>\n</table>\n</div>\n";
}

// Writes the parts of a page, and collects the data of its charts.
class PageWriter {
 public:
  void Add(const ReportPart& part, std::size_t number) {
    part_ = std::to_string(number);
    html_ += "<section aria-labelledby=\"part" + part_ + "\">\n";
    html_ += Element("h2", "id=\"part" + part_ + "\"", part.kind);
    html_ += Element("p", "class=\"quiet\"", part.subject);
    AddTiles(part.tiles);
    for (const PageBlock& block : part.blocks) {
      std::visit([this](const auto& each) { AddBlock(each); }, block);
    }
    html_ += "</section>\n";
  }

  const std::string& html() const { return html_; }
  /// The data of all charts, as JSON.
  std::string Data() const { return data_.dump(); }

 private:
  void AddTiles(const std::vector<Tile>& tiles) {
    if (tiles.empty()) return;
    html_ += "<dl class=\"tiles\">\n";
    for (const Tile& tile : tiles) {
      html_ += "<div>" + Element("dt", "", tile.name) +
               Element("dd", "", tile.value) + Element("dd", "", tile.remark) +
               "</div>\n";
    }
    html_ += "</dl>\n";
  }

  void AddBlock(const Table& table) {
    html_ += "<div class=\"block\">\n" + Element("h3", "", table.title) +
             Element("p", "class=\"quiet\"", table.remark);
    if (!table.rows.empty()) {
      AddGrid(table.title, table.columns, table.rows, table.is_closed);
    }
    html_ += "</div>\n";
  }

  void AddBlock(const FactList& list) {
    html_ += "<div class=\"block\">\n" + Element("h3", "", list.title) +
             "<dl class=\"facts\">\n";
    for (const FactList::Fact& fact : list.facts) {
      html_ += Element("dt", "", fact.name) + "<dd>" +
               (fact.is_code ? Element("code", "", fact.value)
                             : Escaped(fact.value)) +
               "</dd>\n";
    }
    html_ += "</dl>\n</div>\n";
  }

  void AddBlock(const ChartGroup& group) {
    html_ += "<div class=\"charts\">\n";
    for (const Chart& chart : group.charts) AddChart(chart);
    html_ += "</div>\n";
  }

  void AddChart(const Chart& chart) {
    const std::string id = "chart" + std::to_string(++charts_);
    html_ += "<figure aria-labelledby=\"" + id + "title\">\n<figcaption>" +
             "<h3 id=\"" + id + "title\">" + Escaped(chart.title) +
             Element("small", "", chart.unit) + "</h3>" +
             Element("p", "", Joined(chart.remark, HighestWords(chart))) +
             "</figcaption>\n";
    if (!kPageCharts.text.empty() && HasValues(chart)) {
      html_ += "<div class=\"plot\" id=\"" + id + "\"></div>\n";
      const std::string group =
          chart.axis == ChartAxis::kNines ? "" : "part" + part_;
      data_.push_back(ChartJson(chart, id, group));
    }
    std::vector<std::string> columns = {chart.x_name};
    for (const ChartSeries& series : chart.series) {
      columns.push_back(chart.unit.empty() ? series.name
                                           : series.name + ", " + chart.unit);
    }
    std::vector<std::vector<Cell>> rows;
    for (std::size_t i = 0; i < chart.x.size(); ++i) {
      std::vector<Cell>& row =
          rows.emplace_back(1, Cell::Number(chart.x_texts[i]));
      for (const ChartSeries& series : chart.series) {
        row.push_back(Cell::Number(series.values[i]));
      }
    }
    AddGrid(chart.title, columns, rows, true);
    html_ += "</figure>\n";
  }

  void AddGrid(const std::string& title,
               const std::vector<std::string>& columns,
               const std::vector<std::vector<Cell>>& rows, bool is_closed) {
    if (!is_closed && rows.size() <= kMostOpenRows) {
      html_ += Grid(title, columns, rows);
      return;
    }
    html_ += "<details>\n<summary>Table: " + Escaped(title) + ", " +
             std::to_string(rows.size()) +
             (rows.size() == 1 ? " row" : " rows") + "</summary>\n" +
             Grid(title, columns, rows) + "</details>\n";
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
      html += Escaped(part.kind) + ": <strong " +
              std::string(ClassOf(part.verdict.meaning)) + ">" +
              Escaped(part.verdict.word) + "</strong>. ";
    }
    html += Escaped(part.verdict.sentence) + "</li>\n";
  }
  html += "</ul>\n";
  if (parts.size() == 1) return html + "</header>\n";
  html += "<nav aria-label=\"Parts\">\n";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    html += "<a href=\"#part" + std::to_string(i + 1) + "\">" +
            Escaped(parts[i].kind) + "</a>\n";
  }
  return html + "</nav>\n</header>\n";
}

std::string NoteOnCharts() {
  if (kPageCharts.text.empty()) {
    return "<p class=\"quiet\">This page has no charts, because this busyhour "
           "was built without uPlot: install npm and configure again. The "
           "tables have all figures.</p>\n";
  }
  return "<noscript><p class=\"quiet\">Charts need scripts, which are blocked "
         "here. The tables have all figures.</p></noscript>\n";
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
  const std::string title =
      WorstOf(parts).word + ": " + parts.front().subject + " - busyhour";
  const std::string version(kVersion);
  std::string html =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n"
      "<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"" +
      PolicyOf() +
      "\">\n<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light "
      "dark\">\n"
      "<meta name=\"generator\" content=\"busyhour " +
      version + "\">\n" + Element("title", "", title) + "<style>" +
      std::string(kPageStyle.text) + "</style>\n</head>\n<body>\n" +
      HeaderOf(parts) + "<main>\n" + NoteOnCharts() + writer.html() +
      "</main>\n<footer>\n" +
      Element("p", "", "Made by busyhour " + version + ".") + "</footer>\n";
  if (!kPageCharts.text.empty()) {
    html += "<script type=\"application/json\" id=\"data\">" +
            EscapedJson(writer.Data()) + "</script>\n<script>" +
            std::string(kPageCharts.text) + "</script>\n<script>" +
            std::string(kPageScript.text) + "</script>\n";
  }
  return html + "</body>\n</html>\n";
}

}  // namespace busyhour
