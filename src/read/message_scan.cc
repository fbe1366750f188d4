#include "read/message_scan.h"

#include <algorithm>
#include <iterator>

namespace busyhour::internal {
namespace {

using Key = Message::Key;

// Whether a JSON token may begin with `c`.
bool MayBeJson(char c) {
  return std::string_view("\"{}[],:-0123456789tfn").find(c) !=
         std::string_view::npos;
}

struct KeyName {
  std::string_view name;
  Key key;
};
constexpr KeyName kKeys[] = {
    {"records", Key::kMessage},    {"Records", Key::kMessage},
    {"logRecords", Key::kRecords}, {"hits", Key::kRecords},
    {"results", Key::kRecords},    {"value", Key::kRecords},
    {"events", Key::kRecords},     {"messages", Key::kRecords},
    {"items", Key::kRecords},      {"logs", Key::kRecords},
    {"entries", Key::kRecords},    {"data", Key::kRecords},
    {"rows", Key::kRecords},       {"Rows", Key::kRecords},
    {"datarows", Key::kRecords},   {"values", Key::kValues},
    {"columns", Key::kColumns},    {"Columns", Key::kColumns},
    {"fields", Key::kColumns},     {"meta", Key::kColumns},
    {"schema", Key::kColumns},
};

// The names in `["a","b"]` or `[{"name":"a","type":"string"},...]`, where the
// member with the name has one of these keys.
std::vector<std::string> ColumnNames(std::string_view text) {
  constexpr std::string_view kNames[] = {"name", "ColumnName", "field"};
  std::vector<std::string> names;
  bool is_name = text.find('{') == std::string_view::npos;
  for (std::size_t at = text.find('"'); at != std::string_view::npos;
       at = text.find('"', at + 1)) {
    const std::size_t end = text.find('"', at + 1);
    if (end == std::string_view::npos) break;
    const std::string_view word = text.substr(at + 1, end - at - 1);
    at = end;
    std::size_t next = end + 1;
    while (next < text.size() && IsBlank(text[next])) ++next;
    const bool is_key = next < text.size() && text[next] == ':';
    if (is_key) {
      is_name = std::find(std::begin(kNames), std::end(kNames), word) !=
                std::end(kNames);
    } else if (is_name) {
      names.emplace_back(word);
      is_name = text.find('{') == std::string_view::npos;
    }
  }
  return names;
}

// Tables that Kusto adds to an answer: about the query, not of its result.
bool IsAboutQuery(const std::vector<std::string>& columns) {
  const auto has = [&](std::string_view name) {
    return std::find(columns.begin(), columns.end(), name) != columns.end();
  };
  return (columns.size() == 1 && has("Value")) ||
         (has("Ordinal") && has("PrettyName")) ||
         (has("TableId") && has("Key") && has("Value")) ||
         (has("StatusCode") && (has("SeverityName") || has("LevelName")));
}

}  // namespace

MessageScan::MessageScan(InputWindow& window, Message& message)
    : window_(window),
      message_(message),
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
        Open(false);
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
  message_.key = Key::kOther;
  for (const KeyName& each : kKeys) {
    if (each.name == word) message_.key = each.key;
  }
}

void MessageScan::Open(bool is_array) {
  const std::uint64_t bit =
      message_.depth < 64 ? std::uint64_t{1} << message_.depth : 0;
  message_.arrays = is_array ? message_.arrays | bit : message_.arrays & ~bit;
  ++message_.depth;
}

// The next byte that is not blank; 0 if it cannot be read.
char MessageScan::Peek() {
  const std::size_t from = at_;
  char next = '\0';
  for (++at_; Ready(); ++at_) {
    if (IsBlank(window_[at_])) continue;
    next = window_[at_];
    break;
  }
  at_ = from;
  return next;
}

// Opens an array. True if it may contain records.
bool MessageScan::OpenArray() {
  const Key key = last_ == ':' ? message_.key : Key::kOther;
  if (key == Key::kColumns) {
    columns_begin_ = at_;
    columns_open_ = message_.depth;
  }
  const bool may_have_records = MayHaveRecords(key);
  Open(true);
  return may_have_records;
}

bool MessageScan::MayHaveRecords(Key key) {
  message_.is_rows = false;
  if (key == Key::kOther || key == Key::kColumns) return false;
  const char next = Peek();
  const bool has_columns = message_.columns_depth == message_.depth;
  if (next == '[' && !has_columns && key == Key::kValues) {
    // Loki's streams.
    message_.columns = {{"loki_time", "line", "metadata"}, 2};
    message_.columns_depth = message_.depth;
    message_.is_rows = true;
    return true;
  }
  if (has_columns && next != '{' && next != '"') {
    message_.is_rows = !IsAboutQuery(message_.columns.names);
    return message_.is_rows;
  }
  return key == Key::kMessage ||
         (key == Key::kRecords && (next == '{' || next == ']'));
}

void MessageScan::Close() {
  --message_.depth;
  if (columns_begin_ != 0 && message_.depth == columns_open_) {
    message_.columns.names = ColumnNames(
        window_.ahead().substr(columns_begin_, at_ - columns_begin_));
    message_.columns.least = message_.columns.names.size();
    message_.columns_depth = message_.depth;
    columns_begin_ = 0;
  }
  if (message_.depth < message_.columns_depth) message_.columns_depth = 0;
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

}  // namespace busyhour::internal
