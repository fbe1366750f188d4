#include "read/message_scan.h"

#include <algorithm>

namespace busyhour {
namespace {

using Key = Message::Key;

// Whether a JSON token may begin with `c`.
bool MayBeJson(char c) {
  return std::string_view("\"{}[],:-0123456789tfn").find(c) !=
         std::string_view::npos;
}

// The names in `[{"name":"a","type":"string"},...]`.
std::vector<std::string> ColumnNames(std::string_view text) {
  std::vector<std::string> names;
  constexpr std::string_view kName = "\"name\"";
  for (std::size_t at = text.find(kName); at != std::string_view::npos;
       at = text.find(kName, at)) {
    at += kName.size();
    while (at < text.size() && (IsBlank(text[at]) || text[at] == ':')) ++at;
    if (at >= text.size() || text[at] != '"') continue;
    const std::size_t end = text.find('"', at + 1);
    if (end == std::string_view::npos) break;
    names.emplace_back(text.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return names;
}

}  // namespace

MessageScan::MessageScan(InputWindow& window, Message& message)
    : window_(window),
      message_(message),
      in_table_(message.in_tables && message.depth >= 3),
      is_spread_(window.Ensure(2) && (window[1] == '\n' || window[1] == '\r')) {
}

// Whether there is a byte at `at_`, within the maximum size of a record.
bool MessageScan::Ready() {
  while (at_ >= window_.available()) {
    if (at_ > window_.max_record() || !window_.More()) return false;
  }
  return at_ <= window_.max_record();
}

ScanEnd MessageScan::Exhausted() const {
  return at_ > window_.max_record() ? ScanEnd::kTooLong : ScanEnd::kUnfinished;
}

bool MessageScan::InArray() const {
  return message_.depth > 0 && message_.depth <= 64 &&
         (message_.arrays >> (message_.depth - 1) & 1) != 0;
}

ScanEnd MessageScan::Run(bool stops_at_records) {
  while (Ready()) {
    const char c = window_[at_];
    switch (c) {
      case '"':
        if (const auto end = ScanString()) return *end;
        continue;
      case '{':
        OpenObject();
        break;
      case '[':
        if (OpenArray() && stops_at_records) {
          ++at_;
          return ScanEnd::kRecords;
        }
        break;
      case '}':
      case ']':
        Close();
        if (message_.depth <= 0) {
          ++at_;
          return ScanEnd::kWhole;
        }
        break;
      case ',':
        if (message_.depth == 1 || (in_table_ && message_.depth == 3)) {
          message_.key = Key::kOther;
        }
        break;
      case '\n':
        if (!ScanLineEnd()) return ScanEnd::kCut;
        continue;
      default:
        break;
    }
    if (!IsBlank(c)) last_ = c;
    ++at_;
  }
  return Exhausted();
}

// Scans to the end of the string that begins here. If the string has no end,
// returns how the scan ends.
std::optional<ScanEnd> MessageScan::ScanString() {
  const std::size_t from = ++at_;
  for (;;) {
    if (!Ready()) return Exhausted();
    const char* const begin = window_.data();
    const char* const stop =
        begin + std::min(window_.available(), window_.max_record());
    const char* p = begin + at_;
    while (p < stop && *p != '"' && *p != '\\' && *p != '\n') ++p;
    at_ = static_cast<std::size_t>(p - begin);
    if (p == stop) {
      if (at_ >= window_.max_record()) return ScanEnd::kTooLong;
      continue;
    }
    if (*p == '\n') return ScanEnd::kCut;
    if (*p == '"') break;
    ++at_;
    // Do not skip a line end: the line may have been truncated here.
    if (Ready() && window_[at_] != '\n') ++at_;
  }
  NoteKey(window_.ahead().substr(from, at_ - from));
  ++at_;
  last_ = '"';
  return std::nullopt;
}

// Notes a string that may be a key.
void MessageScan::NoteKey(std::string_view word) {
  if (message_.depth == 1) {
    message_.key = word == "records"  ? Key::kRecords
                   : word == "tables" ? Key::kTables
                                      : Key::kOther;
  } else if (in_table_ && message_.depth == 3) {
    message_.key = word == "columns" ? Key::kColumns
                   : word == "rows"  ? Key::kRows
                                     : Key::kOther;
  }
}

void MessageScan::Open(bool is_array) {
  const std::uint64_t bit =
      message_.depth < 64 ? std::uint64_t{1} << message_.depth : 0;
  message_.arrays = is_array ? message_.arrays | bit : message_.arrays & ~bit;
  ++message_.depth;
}

void MessageScan::OpenObject() {
  Open(false);
  if (message_.depth == 3 && message_.in_tables) {
    in_table_ = true;
    message_.key = Key::kOther;
    message_.columns.clear();
  }
}

// Opens an array. True if it may contain records.
bool MessageScan::OpenArray() {
  Open(true);
  if (message_.depth == 2 && message_.key == Key::kTables) {
    message_.in_tables = true;
  }
  if (message_.depth == 2 && message_.key == Key::kRecords) return true;
  if (!in_table_ || message_.depth != 4) return false;
  if (message_.key == Key::kColumns) columns_begin_ = at_;
  message_.is_rows = message_.key == Key::kRows;
  return message_.is_rows;
}

void MessageScan::Close() {
  --message_.depth;
  if (in_table_ && message_.depth == 3 && columns_begin_ != 0) {
    message_.columns = ColumnNames(
        window_.ahead().substr(columns_begin_, at_ - columns_begin_));
    columns_begin_ = 0;
    message_.key = Key::kOther;
  }
  if (message_.depth < 3) in_table_ = false;
  if (message_.depth < 2) message_.in_tables = false;
}

// Continues after a line end. False, with `at_` after the line end, if the
// value cannot continue there: the line begins with a brace that is not
// expected, or with a byte that is not JSON.
bool MessageScan::ScanLineEnd() {
  const std::size_t begin = ++at_;
  while (Ready() && IsBlank(window_[at_])) ++at_;
  if (!Ready()) return true;
  const char next = window_[at_];
  const bool begins_line = window_[at_ - 1] == '\n';
  const bool has_place =
      is_spread_ && InArray() && (last_ == ',' || last_ == '[');
  if ((next != '{' || !begins_line || has_place) && MayBeJson(next)) {
    return true;
  }
  at_ = begin;
  return false;
}

}  // namespace busyhour
