// What a `RecordReader` makes of CSV.

#include <algorithm>
#include <cstring>

#include "base/units.h"
#include "verify/csv.h"
#include "verify/fields.h"
#include "verify/record_reader.h"

namespace busyhour {
namespace {

constexpr int kMostCellLines = 32;
// What spreadsheets put between cells, by country and menu.
constexpr std::string_view kDelimiters = ",;\t";

}  // namespace

// The line without the blanks at its end, which empty cells are not.
std::string_view RecordReader::WithoutEnd(std::string_view line) const {
  while (!line.empty() && IsBlank(line.back()) && line.back() != delimiter_) {
    line.remove_suffix(1);
  }
  return line;
}

// Whether the line is a header of CSV. Sets what is between its cells.
bool RecordReader::IsHeader(std::string_view line) {
  std::vector<std::string_view> names;
  std::vector<std::string> store;
  for (const char delimiter : kDelimiters) {
    delimiter_ = delimiter;
    if (SplitCells(WithoutEnd(line), delimiter_, names, store) ==
            CsvLine::kWhole &&
        LooksLikeHeader(names)) {
      return true;
    }
  }
  return false;
}

// The next line without its end; false at the end of the input.
bool RecordReader::TakeLine(std::string_view& line, bool& too_long) {
  std::size_t seen = 0;
  too_long = false;
  for (;;) {
    const char* const from = buffer_.data() + begin_;
    const void* const end = std::memchr(from + seen, '\n', available() - seen);
    if (end != nullptr) {
      const auto bytes =
          static_cast<std::size_t>(static_cast<const char*>(end) - from);
      line = {from, bytes};
      too_long = too_long || bytes > max_record_;
      return true;
    }
    seen = available();
    if (seen > max_record_) {
      // Only the end of it is still wanted.
      too_long = true;
      begin_ = end_;
      seen = 0;
    }
    if (!More()) {
      line = {buffer_.data() + begin_, available()};
      return too_long || !line.empty();
    }
  }
}

// Where the line that begins at `from` ends, both counted from `begin_`;
// nothing when there is no such line, or it ends too far away.
std::optional<std::size_t> RecordReader::LineEnd(std::size_t from) {
  std::size_t seen = from;
  for (;;) {
    if (seen < available()) {
      const char* const text = buffer_.data() + begin_;
      const void* const end =
          std::memchr(text + seen, '\n', available() - seen);
      if (end != nullptr) {
        return static_cast<std::size_t>(static_cast<const char*>(end) - text);
      }
      seen = available();
    }
    if (available() > max_record_) return std::nullopt;
    if (!More()) {
      if (available() <= from) return std::nullopt;
      return available();
    }
  }
}

// Whether the line of that many bytes, in which a quote is not closed, is one
// record with some lines after it: a cell in it goes on over their ends. Then
// `bytes` is that of all. A line that is a record by itself belongs to no
// other, so that what was cut off takes nothing with it.
bool RecordReader::TakeMoreLines(std::size_t columns, std::size_t& bytes,
                                 std::vector<std::string_view>& cells,
                                 std::vector<std::string>& store) {
  std::size_t all = bytes;
  for (int lines = 1; lines < kMostCellLines; ++lines) {
    const std::size_t from = all + 1;
    const std::optional<std::size_t> end = LineEnd(from);
    if (!end || *end > max_record_) return false;
    const char* const text = buffer_.data() + begin_;
    if (SplitCells(WithoutEnd({text + from, *end - from}), delimiter_, cells,
                   store) == CsvLine::kWhole &&
        cells.size() == columns) {
      return false;
    }
    all = *end;
    const CsvLine line =
        SplitCells(WithoutEnd({text, all}), delimiter_, cells, store);
    if (line == CsvLine::kOpen) continue;
    bytes = all;
    return line == CsvLine::kWhole && cells.size() == columns;
  }
  return false;
}

void RecordReader::RunCsv(std::string_view header) {
  std::vector<std::string_view> cells;
  std::vector<std::string> store;
  std::vector<std::string> columns;
  SplitCells(WithoutEnd(header), delimiter_, cells, store);
  columns.assign(cells.begin(), cells.end());
  std::string header_text(WithoutEnd(header));
  Advance(std::min(header.size() + 1, available()));
  std::string_view line;
  bool too_long = false;
  while (TakeLine(line, too_long)) {
    std::size_t bytes = line.size();
    std::string_view text = WithoutEnd(line);
    if (text.starts_with(kByteOrderMark)) {
      text.remove_prefix(kByteOrderMark.size());
    }
    std::size_t more_lines = 0;
    if (too_long) {
      taker_.TakeBroken({}, line_,
                        "is longer than " +
                            FormatSize(static_cast<double>(max_record_)) +
                            "; --max-record sets the limit");
    } else if (taker_.knows_lines() &&
               taker_.TakeLine(
                   line.substr(0, line.size() - (line.ends_with('\r') ? 1 : 0)),
                   line_)) {
      // That is all.
    } else if (text.empty() || text == header_text) {
      // Files put together repeat their header.
    } else if (const CsvLine found = SplitCells(text, delimiter_, cells, store);
               found == CsvLine::kBroken) {
      taker_.TakeBroken(text.substr(0, kShownBytes), line_,
                        "has text behind a quote that closes a cell");
    } else if (found == CsvLine::kOpen) {
      std::size_t all = bytes;
      if (TakeMoreLines(columns.size(), all, cells, store)) {
        bytes = all;
        const std::string_view lines(buffer_.data() + begin_, bytes);
        more_lines = static_cast<std::size_t>(
            std::count(lines.begin(), lines.end(), '\n'));
        taker_.TakeCells(WithoutEnd(lines), cells, columns, line_);
      } else {
        // Looking further may have moved what was read.
        taker_.TakeBroken(
            WithoutEnd({buffer_.data() + begin_, std::min(bytes, kShownBytes)}),
            line_, "has a quote that is not closed");
      }
    } else if (cells.size() != columns.size()) {
      if (LooksLikeHeader(cells)) {
        columns.assign(cells.begin(), cells.end());
        header_text = text;
      } else {
        taker_.TakeBroken(text.substr(0, kShownBytes), line_,
                          "has " + std::to_string(cells.size()) +
                              " cells where the header has " +
                              std::to_string(columns.size()));
      }
    } else if (IsColumnName(cells[0]) && LooksLikeHeader(cells)) {
      columns.assign(cells.begin(), cells.end());
      header_text = text;
    } else {
      taker_.TakeCells(text, cells, columns, line_);
    }
    begin_ += std::min(bytes + 1, available());
    line_ += 1 + more_lines;
  }
}

}  // namespace busyhour
