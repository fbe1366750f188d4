#include "read/csv_splitter.h"

#include <algorithm>

#include "base/units.h"
#include "read/csv.h"
#include "read/log_detector.h"

namespace busyhour::internal {
namespace {

constexpr int kMostCellLines = 32;

// Lines that PowerShell and spreadsheets write before the header.
bool IsBeforeHeader(std::string_view line) {
  return line.starts_with("#TYPE ") || line.starts_with("sep=") ||
         line.starts_with("\"sep=");
}

}  // namespace

std::optional<CsvFormat> FindCsvFormat(std::string_view text) {
  std::size_t begin = 0;
  while (IsBeforeHeader(text.substr(begin))) {
    begin = text.find_first_of("\r\n", begin);
    if (begin == std::string_view::npos) return std::nullopt;
    begin = std::min(text.find_first_not_of("\r\n", begin), text.size());
  }
  text.remove_prefix(begin);
  const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
  const std::string_view behind = text.substr(end);
  CsvFormat format;
  if (behind.size() > 1 && behind[0] == '\r' && behind[1] != '\n') {
    format.line_end = '\r';
  }
  std::vector<std::string_view> cells;
  std::vector<std::string> store;
  for (const char delimiter : {',', ';', '\t', '|'}) {
    format.delimiter = delimiter;
    if (SplitCells(text.substr(0, end), delimiter, cells, store) ==
            CsvLine::kWhole &&
        LooksLikeHeader(cells)) {
      return format;
    }
  }
  return std::nullopt;
}

CsvSplitter::CsvSplitter(InputWindow& window, const CsvFormat& format,
                         SplitHandler& handler)
    : window_(window), format_(format), handler_(handler) {
  window_.set_line_end(format.line_end);
}

// `line` without the CR of a CRLF line end.
std::string_view CsvSplitter::WithoutEnd(std::string_view line) const {
  if (format_.line_end == '\n' && line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// The next line without its end; false at the end of the input.
bool CsvSplitter::NextLine(std::string_view& line, bool& too_long) {
  std::size_t seen = 0;
  too_long = false;
  for (;;) {
    const std::size_t end = window_.ahead().find(format_.line_end, seen);
    if (end != std::string_view::npos) {
      line = window_.ahead().substr(0, end);
      too_long = too_long || end > window_.max_record();
      return true;
    }
    seen = window_.available();
    if (seen > window_.max_record()) {
      // Only the end of the line is still needed.
      too_long = true;
      window_.PassInLine(seen, ByteClass::kBroken);
      seen = 0;
    }
    if (!window_.More()) {
      line = window_.ahead();
      return too_long || !line.empty();
    }
  }
}

// The end of the line that begins at `from`, both relative to the beginning of
// the window. Nothing if there is no such line, or if its end is too far away.
std::optional<std::size_t> CsvSplitter::LineEnd(std::size_t from) {
  std::size_t seen = from;
  for (;;) {
    if (seen < window_.available()) {
      const std::size_t end = window_.ahead().find(format_.line_end, seen);
      if (end != std::string_view::npos) return end;
      seen = window_.available();
    }
    if (window_.available() > window_.max_record()) return std::nullopt;
    if (!window_.More()) {
      if (window_.available() <= from) return std::nullopt;
      return window_.available();
    }
  }
}

// Whether the line of `bytes` bytes, which has an unclosed quote, and some of
// the lines after it are one record: a cell may contain line ends. Then `bytes`
// is set to the size of the record. A line that is a record by itself is never
// included, so a truncated line does not swallow valid records.
bool CsvSplitter::TakeMoreLines(std::size_t& bytes) {
  std::size_t all = bytes;
  for (int lines = 1; lines < kMostCellLines; ++lines) {
    const std::size_t from = all + 1;
    const std::optional<std::size_t> end = LineEnd(from);
    if (!end || *end > window_.max_record()) return false;
    if (SplitCells(WithoutEnd(window_.ahead().substr(from, *end - from)),
                   format_.delimiter, cells_, cell_texts_) == CsvLine::kWhole &&
        cells_.size() == columns_.size()) {
      return false;
    }
    all = *end;
    const CsvLine line = SplitCells(WithoutEnd(window_.ahead().substr(0, all)),
                                    format_.delimiter, cells_, cell_texts_);
    if (line == CsvLine::kOpen) continue;
    bytes = all;
    return line == CsvLine::kWhole && cells_.size() == columns_.size();
  }
  return false;
}

// Handles the line of `bytes` bytes. Increases `bytes` if the record continues
// over several lines.
ByteClass CsvSplitter::TakeLine(std::size_t& bytes) {
  std::string_view text = WithoutEnd(window_.ahead().substr(0, bytes));
  if (text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
  }
  if (std::all_of(text.begin(), text.end(), [&](char c) {
        return IsBlank(c) && c != format_.delimiter;
      })) {
    return ByteClass::kBlank;
  }
  // Concatenated files repeat their header.
  if (text == header_ || IsBeforeHeader(text)) return ByteClass::kFrame;
  switch (SplitCells(text, format_.delimiter, cells_, cell_texts_)) {
    case CsvLine::kBroken:
      return Break(bytes, "has text after the closing quote of a cell");
    case CsvLine::kOpen: {
      std::size_t all = bytes;
      if (!TakeMoreLines(all))
        return Break(bytes, "has a quote that is not closed");
      bytes = all;
      text = WithoutEnd(window_.ahead().substr(0, bytes));
      break;
    }
    case CsvLine::kWhole:
      if ((cells_.size() != columns_.size() || IsColumnName(cells_[0])) &&
          LooksLikeHeader(cells_)) {
        columns_.assign(cells_.begin(), cells_.end());
        header_ = text;
        return ByteClass::kFrame;
      }
      if (cells_.size() != columns_.size()) {
        return Break(bytes, "has " + std::to_string(cells_.size()) +
                                " cells where the header has " +
                                std::to_string(columns_.size()));
      }
      break;
  }
  return handler_.TakeCells(text, cells_, columns_, window_.line());
}

// Reports a broken line. Finds its text in the window again, because reading
// ahead may have moved it.
ByteClass CsvSplitter::Break(std::size_t bytes, const std::string& why) {
  handler_.TakeBroken(WithoutEnd(window_.ahead().substr(0, bytes)),
                      window_.line(), why);
  return ByteClass::kBroken;
}

void CsvSplitter::Run() {
  std::string_view line;
  bool too_long = false;
  while (NextLine(line, too_long)) {
    std::size_t bytes = line.size();
    ByteClass what = ByteClass::kRecord;
    if (too_long) {
      handler_.TakeBroken(
          {}, window_.line(),
          "is longer than " +
              FormatSize(static_cast<double>(window_.max_record())) +
              "; --max-record sets the limit");
      what = ByteClass::kBroken;
    } else if (!handler_.knows_lines() ||
               !handler_.TakeLine(WithoutEnd(line), window_.line())) {
      what = TakeLine(bytes);
    }
    window_.Pass(std::min(bytes + 1, window_.available()), what);
  }
}

}  // namespace busyhour::internal
