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

// The line without what is left of its end.
std::string_view RecordReader::WithoutEnd(std::string_view line) const {
  if (line_end_ == '\n' && line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// Whether the text begins with a header of CSV. Sets what is between its cells,
// and what ends its lines: old programs for the Macintosh write CR alone.
bool RecordReader::IsHeader(std::string_view text) {
  const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
  const std::string_view behind = text.substr(end);
  line_end_ =
      behind.size() > 1 && behind[0] == '\r' && behind[1] != '\n' ? '\r' : '\n';
  for (const char delimiter : kDelimiters) {
    delimiter_ = delimiter;
    if (SplitCells(text.substr(0, end), delimiter_, cells_, cell_texts_) ==
            CsvLine::kWhole &&
        LooksLikeHeader(cells_)) {
      return true;
    }
  }
  line_end_ = '\n';
  return false;
}

// The next line without its end; false at the end of the input.
bool RecordReader::TakeLine(std::string_view& line, bool& too_long) {
  std::size_t seen = 0;
  too_long = false;
  for (;;) {
    const std::size_t end = ahead().find(line_end_, seen);
    if (end != std::string_view::npos) {
      line = ahead().substr(0, end);
      too_long = too_long || end > max_record_;
      return true;
    }
    seen = available();
    if (seen > max_record_) {
      // Only the end of it is still wanted.
      too_long = true;
      PassInLine(seen, ByteClass::kBroken);
      seen = 0;
    }
    if (!More()) {
      line = ahead();
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
      const std::size_t end = ahead().find(line_end_, seen);
      if (end != std::string_view::npos) return end;
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
bool RecordReader::TakeMoreLines(std::size_t& bytes) {
  std::size_t all = bytes;
  for (int lines = 1; lines < kMostCellLines; ++lines) {
    const std::size_t from = all + 1;
    const std::optional<std::size_t> end = LineEnd(from);
    if (!end || *end > max_record_) return false;
    if (SplitCells(WithoutEnd(ahead().substr(from, *end - from)), delimiter_,
                   cells_, cell_texts_) == CsvLine::kWhole &&
        cells_.size() == columns_.size()) {
      return false;
    }
    all = *end;
    const CsvLine line = SplitCells(WithoutEnd(ahead().substr(0, all)),
                                    delimiter_, cells_, cell_texts_);
    if (line == CsvLine::kOpen) continue;
    bytes = all;
    return line == CsvLine::kWhole && cells_.size() == columns_.size();
  }
  return false;
}

// Takes the line of that many bytes, which may be those of several lines
// afterwards.
ByteClass RecordReader::TakeCsvLine(std::size_t& bytes) {
  std::string_view text = WithoutEnd(ahead().substr(0, bytes));
  if (text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
  }
  if (std::all_of(text.begin(), text.end(),
                  [&](char c) { return IsBlank(c) && c != delimiter_; })) {
    return ByteClass::kBlank;
  }
  // Files put together repeat their header.
  if (text == header_) return ByteClass::kFrame;
  const auto broken = [&](const std::string& why) {
    // Looking further may have moved what was read.
    taker_.TakeBroken(
        WithoutEnd(ahead().substr(0, std::min(bytes, kShownBytes))), line_,
        why);
    return ByteClass::kBroken;
  };
  switch (SplitCells(text, delimiter_, cells_, cell_texts_)) {
    case CsvLine::kBroken:
      return broken("has text behind a quote that closes a cell");
    case CsvLine::kOpen: {
      std::size_t all = bytes;
      if (!TakeMoreLines(all)) return broken("has a quote that is not closed");
      bytes = all;
      text = WithoutEnd(ahead().substr(0, bytes));
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
        return broken("has " + std::to_string(cells_.size()) +
                      " cells where the header has " +
                      std::to_string(columns_.size()));
      }
      break;
  }
  return taker_.TakeCells(text, cells_, columns_, line_) ? ByteClass::kRecord
                                                         : ByteClass::kBroken;
}

void RecordReader::RunCsv() {
  std::string_view line;
  bool too_long = false;
  while (TakeLine(line, too_long)) {
    std::size_t bytes = line.size();
    ByteClass what = ByteClass::kRecord;
    if (too_long) {
      taker_.TakeBroken({}, line_,
                        "is longer than " +
                            FormatSize(static_cast<double>(max_record_)) +
                            "; --max-record sets the limit");
      what = ByteClass::kBroken;
    } else if (!taker_.knows_lines() ||
               !taker_.TakeLine(WithoutEnd(line), line_)) {
      what = TakeCsvLine(bytes);
    }
    Pass(std::min(bytes + 1, available()), what);
  }
}

}  // namespace busyhour
