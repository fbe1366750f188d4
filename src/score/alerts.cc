#include "score/alerts.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "base/nearest.h"
#include "read/csv.h"
#include "score/json_line.h"
#include "score/line_reader.h"
#include "text/problems.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kMostAlerts = 10'000'000;
constexpr std::array<std::string_view, 6> kAlertColumns = {
    "time", "from", "to", "cause", "incident", "resource"};

using Numbers = std::map<std::string, std::uint32_t, std::less<>>;

Numbers NumbersOf(const std::vector<std::string>& names) {
  Numbers numbers;
  std::uint32_t number = 0;
  for (const std::string& name : names) numbers.emplace(name, number++);
  return numbers;
}

std::uint32_t NumberOr(const Numbers& numbers, std::string_view name,
                       std::uint32_t otherwise) {
  const auto known = numbers.find(name);
  return known == numbers.end() ? otherwise : known->second;
}

class AlertList {
 public:
  AlertList(LineReader& reader, const Occurrences& occurrences)
      : reader_(reader),
        incidents_(NumbersOf(occurrences.incidents)),
        resources_(NumbersOf(occurrences.resources)) {}

  // `resource`: a name, or an id that ends with it.
  void Add(SimTime at, SimTime until, std::string_view cause,
           std::string_view resource) {
    if (alerts_.size() == kMostAlerts) {
      return reader_.Stop(reader_.number(),
                          "there are more than 10,000,000 alerts");
    }
    Alert alert{at, until};
    if (!cause.empty()) {
      alert.cause = NumberOr(incidents_, cause, Alert::kUnknownCause);
    }
    if (!resource.empty() && !resources_.empty()) {
      const std::string name =
          InLowerCase(resource.substr(resource.rfind('/') + 1));
      alert.resource = NumberOr(resources_, name, Alert::kUnknownResource);
    }
    alerts_.push_back(alert);
  }
  std::vector<Alert> Finish() { return std::move(alerts_); }

 private:
  LineReader& reader_;
  Numbers incidents_;
  Numbers resources_;  // empty if the labels name none
  std::vector<Alert> alerts_;
};

void TakeJson(const std::string& text, LineReader& reader, AlertList& list) {
  JsonLine line(text);
  if (line.is_object()) {
    const bool has_from = line.Has("from");
    if (has_from && line.Has("time")) {
      line.Refuse("time", "an alert has \"time\" or \"from\", not both");
    }
    const SimTime at =
        line.Time(has_from ? "from" : "time").value_or(SimTime{});
    SimTime until = at;
    if (has_from) {
      // An empty or missing end: the alert has not ended.
      const bool has_end = line.Has("to") && !line.Text("to").empty();
      until = has_end ? line.Time("to").value_or(kLatestTime) : kLatestTime;
    }
    if (until < at && !line.has_problems()) {
      line.Refuse("to", "\"to\" is before \"from\"");
    }
    const std::string cause =
        line.Text(line.Has("incident") ? "incident" : "cause");
    const std::string resource = line.Text("resource");
    if (!line.has_problems()) list.Add(at, until, cause, resource);
  }
  if (line.has_problems()) reader.Refuse(line.Problems());
}

// Splits CSV into cells; a cell may contain line ends.
class CsvReader {
 public:
  explicit CsvReader(LineReader& reader) : reader_(reader) {}

  // Reads the header, whose first line is `line`.
  void ReadHeader(std::string& line) {
    delimiter_ = ',';
    for (const char other : {';', '\t'}) {
      if (line.find(delimiter_) == std::string::npos) delimiter_ = other;
    }
    if (line.find(delimiter_) == std::string::npos) delimiter_ = ',';
    if (!Split(line)) return reader_.Stop(reader_.number(), kBrokenLine);
    names_.assign(cells_.begin(), cells_.end());
    for (const std::string_view name : kAlertColumns) {
      if (std::count(names_.begin(), names_.end(), name) > 1) {
        reader_.Stop(reader_.number(), "there are two columns " + Quoted(name));
      }
    }
    if (Has("time") == Has("from")) {
      reader_.Stop(reader_.number(), Has("time")
                                         ? "the header has both \"time\" and "
                                           "\"from\"; expected one of them"
                                         : NoTime());
    }
  }

  // Whether the line, and those that continue it, are as wide as the header.
  bool Take(std::string& line) {
    first_line_ = reader_.number();
    if (!Split(line)) {
      reader_.Refuse(first_line_, kBrokenLine);
      return false;
    }
    if (cells_.size() == names_.size()) return true;
    reader_.Refuse(first_line_, "the line has " +
                                    std::to_string(cells_.size()) +
                                    " cells, the header has " +
                                    std::to_string(names_.size()));
    return false;
  }

  bool Has(std::string_view name) const {
    return std::find(names_.begin(), names_.end(), name) != names_.end();
  }
  // The cell in that column; empty if there is no such column.
  std::string_view Cell(std::string_view name) const {
    const auto at = std::find(names_.begin(), names_.end(), name);
    return at == names_.end()
               ? std::string_view()
               : cells_[static_cast<std::size_t>(at - names_.begin())];
  }
  std::optional<SimTime> Time(std::string_view name) {
    const auto time = ParseTime(Cell(name));
    if (!time) {
      reader_.Refuse(first_line_, std::string(name) + ": " +
                                      Quoted(Cell(name)) + " is not " +
                                      std::string(kTimeForm));
    }
    return time;
  }
  void Refuse(std::string message) {
    reader_.Refuse(first_line_, std::move(message));
  }

 private:
  static constexpr const char* kBrokenLine =
      "the line is not CSV: a quoted cell does not end, or is followed by text";

  bool Split(std::string& line) {
    CsvLine state = SplitCells(line, delimiter_, cells_, store_);
    std::string next;
    bool is_open = state == CsvLine::kOpen;
    while (is_open && line.size() <= kMostCellBytes && reader_.Next(next)) {
      line += '\n';
      line += next;
      // A line with an odd number of quotes closes the cell.
      is_open = std::count(next.begin(), next.end(), '"') % 2 == 0;
    }
    if (state == CsvLine::kOpen && !is_open) {
      state = SplitCells(line, delimiter_, cells_, store_);
    }
    return state == CsvLine::kWhole;
  }

  std::string NoTime() const {
    for (const std::string& name : names_) {
      const std::string hint = DidYouMean(name, kAlertColumns);
      if (!hint.empty()) {
        return "the header has no column \"time\" or \"from\", but " +
               Quoted(name) + hint;
      }
    }
    return "expected JSON Lines, or CSV whose header has a column \"time\" or "
           "\"from\"";
  }

  static constexpr std::size_t kMostCellBytes = 1 << 20;

  LineReader& reader_;
  char delimiter_ = ',';
  std::uint64_t first_line_ = 1;
  std::vector<std::string> names_;
  std::vector<std::string_view> cells_;
  std::vector<std::string> store_;
};

void TakeCells(CsvReader& csv, AlertList& list) {
  const bool has_from = csv.Has("from");
  const auto at = csv.Time(has_from ? "from" : "time");
  std::optional<SimTime> until = at;
  if (has_from) {
    until = csv.Cell("to").empty() ? kLatestTime : csv.Time("to");
  }
  if (!at || !until) return;
  if (*until < *at) return csv.Refuse("\"to\" is before \"from\"");
  list.Add(*at, *until, csv.Cell(csv.Has("incident") ? "incident" : "cause"),
           csv.Cell("resource"));
}

}  // namespace

std::vector<Alert> ReadAlerts(const std::string& path,
                              const Occurrences& occurrences,
                              std::vector<Problem>& problems) {
  LineReader reader(path, problems);
  AlertList list(reader, occurrences);
  std::string line;
  while (line.empty() && reader.Next(line)) {
  }
  if (line.starts_with('{')) {
    do {
      if (!line.empty()) TakeJson(line, reader, list);
    } while (reader.Next(line));
  } else if (!line.empty()) {
    CsvReader csv(reader);
    csv.ReadHeader(line);
    while (reader.Next(line)) {
      if (!line.empty() && csv.Take(line)) TakeCells(csv, list);
    }
  }
  reader.Finish();
  return list.Finish();
}

}  // namespace busyhour::internal
