#include "report/page_html.h"

#include <cstddef>
#include <string>

#include "base/ascii.h"
#include "base/printable.h"
#include "busyhour/version.h"
#include "text/base64.h"

namespace busyhour::internal {
namespace {

// Tables of more rows than this are closed until a reader opens them.
constexpr std::size_t kMostOpenRows = 15;

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

std::string PolicyOf(const PageFrame& frame) {
  std::string policy = "default-src 'none'; style-src " + SourceOf(kPageStyle);
  std::string scripts;
  if (!kPageCharts.text.empty()) {
    scripts = ' ' + SourceOf(kPageCharts) + ' ' + SourceOf(kPageScript);
  }
  if (frame.script != nullptr) scripts += ' ' + SourceOf(*frame.script);
  if (!scripts.empty()) policy += "; script-src" + scripts;
  if (frame.script != nullptr) policy += "; connect-src 'self'; img-src 'self'";
  return policy + "; base-uri 'none'; form-action 'none'";
}

// The rows of a table in a box that scrolls.
std::string Grid(const std::string& caption,
                 const std::vector<std::string>& columns,
                 const std::vector<std::vector<Cell>>& rows) {
  std::string html =
      "<div class=\"scroll\" tabindex=\"0\" role=\"group\" "
      "aria-label=\"" +
      EscapedHtml(caption) + "\">\n<table>\n" +
      Element("caption", "", caption) + "<thead><tr>";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const bool is_number = !rows.empty() && rows.front()[i].is_number;
    html += is_number ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">";
    html += EscapedHtml(columns[i]) + "</th>";
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
      html += '>' + EscapedHtml(row[i].text);
      if (i == 0) html += "</th>";
    }
    html += "\n";
  }
  return html + "</tbody>\n</table>\n</div>\n";
}

std::string FoldedGrid(const std::string& title,
                       const std::vector<std::string>& columns,
                       const std::vector<std::vector<Cell>>& rows,
                       bool is_closed) {
  if (!is_closed && rows.size() <= kMostOpenRows) {
    return Grid(title, columns, rows);
  }
  return "<details>\n<summary>Table: " + EscapedHtml(title) + ", " +
         std::to_string(rows.size()) + (rows.size() == 1 ? " row" : " rows") +
         "</summary>\n" + Grid(title, columns, rows) + "</details>\n";
}

std::string ScriptHtml(const PageAsset& script) {
  return "<script>" + std::string(script.text) + "</script>\n";
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

std::string EscapedHtml(std::string_view text) {
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

std::string Element(std::string_view name, std::string_view attributes,
                    std::string_view text) {
  if (text.empty()) return "";
  std::string html = "<" + std::string(name);
  if (!attributes.empty()) html.append(" ").append(attributes);
  return html + ">" + EscapedHtml(text) + "</" + std::string(name) + ">\n";
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

std::string TilesHtml(const std::vector<Tile>& tiles) {
  if (tiles.empty()) return "";
  std::string html = "<dl class=\"tiles\">\n";
  for (const Tile& tile : tiles) {
    html += "<div>" + Element("dt", "", tile.name) +
            Element("dd", "", tile.value) + Element("dd", "", tile.remark) +
            "</div>\n";
  }
  return html + "</dl>\n";
}

std::string TableHtml(const Table& table) {
  std::string html = "<div class=\"block\">\n" +
                     Element("h3", "", table.title) +
                     Element("p", "class=\"quiet\"", table.remark);
  if (!table.rows.empty()) {
    html += FoldedGrid(table.title, table.columns, table.rows, table.is_closed);
  }
  return html + "</div>\n";
}

std::string FactsHtml(const FactList& list) {
  std::string html = "<div class=\"block\">\n" + Element("h3", "", list.title) +
                     "<dl class=\"facts\">\n";
  for (const FactList::Fact& fact : list.facts) {
    html += Element("dt", "", fact.name) + "<dd>" +
            (fact.is_code ? Element("code", "", fact.value)
                          : EscapedHtml(fact.value)) +
            "</dd>\n";
  }
  return html + "</dl>\n</div>\n";
}

std::string RemarkOn(const Chart& chart) {
  const std::string highest = HighestWords(chart);
  return chart.remark + (chart.remark.empty() || highest.empty() ? "" : " ") +
         highest;
}

std::string FigureHtml(const Chart& chart, const std::string& id,
                       bool is_drawn) {
  std::string html = "<figure aria-labelledby=\"" + id +
                     "title\">\n<figcaption>" + "<h3 id=\"" + id + "title\">" +
                     EscapedHtml(chart.title) +
                     Element("small", "", chart.unit) + "</h3>" +
                     Element("p", "", RemarkOn(chart)) + "</figcaption>\n";
  if (is_drawn) html += "<div class=\"plot\" id=\"" + id + "\"></div>\n";
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
  return html + FoldedGrid(chart.title, columns, rows, true) + "</figure>\n";
}

std::string PageHtml(const PageFrame& frame) {
  const std::string version(kVersion);
  std::string html =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n"
      "<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"" +
      PolicyOf(frame) +
      "\">\n<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light "
      "dark\">\n"
      "<meta name=\"generator\" content=\"busyhour " +
      version + "\">\n" + Element("title", "", frame.title) + "<style>" +
      std::string(kPageStyle.text) + "</style>\n</head>\n<body>\n" +
      frame.header + "<main>\n" + NoteOnCharts() + frame.main +
      "</main>\n<footer>\n" +
      Element("p", "", "Made by busyhour " + version + ".") + "</footer>\n";
  if (!kPageCharts.text.empty()) {
    html += "<script type=\"application/json\" id=\"data\">" +
            EscapedJson(frame.data) + "</script>\n" + ScriptHtml(kPageCharts) +
            ScriptHtml(kPageScript);
  }
  if (frame.script != nullptr) html += ScriptHtml(*frame.script);
  return html + "</body>\n</html>\n";
}

}  // namespace busyhour::internal
