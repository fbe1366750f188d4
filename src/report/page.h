#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "report/chart.h"

// A report as one self-contained HTML page. All texts are plain text: they are
// escaped when the page is written, whatever they contain.

namespace busyhour::internal {

enum class Meaning : unsigned char { kNeutral, kGood, kBad };

/// The result of a part of the page: `Passed`, and why.
struct PageVerdict {
  Meaning meaning = Meaning::kNeutral;
  std::string word;
  std::string sentence;
};

/// A figure that stands out.
struct Tile {
  std::string name;
  std::string value;
  std::string remark;
};

struct Cell {
  /// A text, to the left.
  Cell(std::string words, Meaning given = Meaning::kNeutral)  // NOLINT
      : text(std::move(words)), meaning(given) {}
  Cell(const char* words) : text(words) {}  // NOLINT
  /// A number, to the right.
  static Cell Number(double value);
  static Cell Number(std::string words);

  std::string text;
  Meaning meaning = Meaning::kNeutral;
  bool is_number = false;
};

struct Table {
  std::string title;
  std::string remark;
  std::vector<std::string> columns;
  /// A row has a cell for each column; the first one is its heading.
  std::vector<std::vector<Cell>> rows;
  /// Whether it is closed until a reader opens it.
  bool is_closed = false;
};

/// Names and values.
struct FactList {
  std::string title;
  struct Fact {
    std::string name;
    std::string value;
    bool is_code = false;
  };
  std::vector<Fact> facts;
};

/// Charts that stand together.
struct ChartGroup {
  std::vector<Chart> charts;
};

using PageBlock = std::variant<Table, FactList, ChartGroup>;

/// A part of the page, such as a load run.
struct ReportPart {
  std::string kind;     ///< `Load run`
  std::string subject;  ///< `quickstart to tcp://127.0.0.1:5140`
  PageVerdict verdict;
  std::vector<Tile> tiles;
  std::vector<PageBlock> blocks;
};

/// The page of these parts; at least one.
std::string PageHtml(const std::vector<ReportPart>& parts);

}  // namespace busyhour::internal
