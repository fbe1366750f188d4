// What a `RecordReader` makes of JSON.

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/units.h"
#include "verify/json_check.h"
#include "verify/record_reader.h"

namespace busyhour {
namespace {

constexpr std::size_t kMaxLevels = 4;

// Whether a piece of JSON may begin so.
bool MayBeJson(char c) {
  return std::string_view("\"{}[],:-0123456789tfn").find(c) !=
         std::string_view::npos;
}

bool MayBeScalar(char c) {
  return std::string_view("\"-0123456789tfn").find(c) != std::string_view::npos;
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

void RecordReader::RunJson() {
  const bool knows_lines = taker_.knows_lines();
  for (;;) {
    if (knows_lines && TakeKnownLine()) {
      TakenValue(false);
      continue;
    }
    const int c = SkipSpace();
    if (c < 0) break;
    const bool in_rows = !levels_.empty() && levels_.back().message.is_rows;
    if (c == ',') {
      TakeComma();
    } else if (c == '{' || (c == '[' && in_rows)) {
      TakeValue();
    } else if (c == '[' && levels_.size() < kMaxLevels) {
      ExpectValue();
      levels_.push_back({});
      levels_.back().line = line_;
      PassInLine(1, ByteClass::kFrame);
    } else if (c == ']' && !levels_.empty()) {
      EndRecords();
    } else if (!levels_.empty() && MayBeScalar(static_cast<char>(c))) {
      TakeScalar();
    } else {
      SkipLine(c == '"' || (c >= '0' && c <= '9')
                   ? "a value that is no record"
                   : "neither JSON nor CSV with a known header");
      TakenValue(false);
    }
  }
  while (!levels_.empty()) BreakLevel();
}

// Between records of an array there is one comma. One may also be between those
// that are in none: lines of an array may come by themselves.
void RecordReader::TakeComma() {
  using Expects = Level::Expects;
  bool is_expected = !std::exchange(had_comma_, true);
  if (!levels_.empty()) {
    Level& level = levels_.back();
    is_expected = level.expects == Expects::kComma ||
                  level.expects == Expects::kAnything || level.has_broken_comma;
    if (!is_expected) level.has_broken_comma = true;
    level.expects = Expects::kValue;
  }
  if (is_expected) {
    PassInLine(1, ByteClass::kFrame);
  } else {
    Break("a comma with no record before it", 1);
  }
}

// Before a value of an array, and before its end.
void RecordReader::ExpectValue() {
  if (levels_.empty()) return;
  Level& level = levels_.back();
  if (level.expects != Level::Expects::kComma || level.has_broken_comma) return;
  level.has_broken_comma = true;
  taker_.TakeBroken(ahead().substr(0, kShownBytes), line_,
                    "has no comma before it in its array");
}

// After a value; what follows one that is not whole may be anything.
void RecordReader::TakenValue(bool is_whole) {
  had_comma_ = false;
  if (levels_.empty()) return;
  levels_.back().expects =
      is_whole ? Level::Expects::kComma : Level::Expects::kAnything;
}

// A value in an array of records that is none, as far as it goes.
void RecordReader::TakeScalar() {
  ExpectValue();
  std::size_t at = 0;
  const bool is_string = buffer_[begin_] == '"';
  for (++at;; ++at) {
    if (at >= available() && (at > max_record_ || !More())) break;
    const char c = buffer_[begin_ + at];
    if (c == '\n' || (!is_string && (IsBlank(c) || c == ',' || c == ']' ||
                                     c == '}' || c == '{' || c == '['))) {
      break;
    }
    if (is_string && c == '"') {
      ++at;
      break;
    }
    // A line that was cut off there ends all the same.
    if (is_string && c == '\\' && (at + 1 < available() || More()) &&
        buffer_[begin_ + at + 1] != '\n') {
      ++at;
    }
  }
  Break("a value that is no record", at);
  TakenValue(true);
}

void RecordReader::TakeValue() {
  Ensure(kWindowBytes);
  ExpectValue();
  const char* const begin = buffer_.data() + begin_;
  const std::size_t bytes =
      taker_.TakeExact(begin, buffer_.data() + end_, line_);
  if (bytes > 0) {
    // Of several lines if the first ends behind the brace.
    if (begin[1] == '\n') {
      Pass(bytes, ByteClass::kRecord);
    } else {
      PassInLine(bytes, ByteClass::kRecord);
    }
    TakenValue(true);
    return;
  }
  const bool is_row = !levels_.empty() && levels_.back().message.is_rows &&
                      buffer_[begin_] == '[';
  std::size_t at = 0;
  Message message;
  Scan end = ScanValue(at, message, true);
  if (end == Scan::kRecords) {
    if (TakeFirstRecord(at, message)) return;
    if (!IsRecord(at)) {
      BeginRecords(at, std::move(message));
      return;
    }
    end = Scan::kEnd;
  }
  switch (end) {
    case Scan::kRecords:
    case Scan::kEnd: {
      const std::string_view text = ahead().substr(0, at);
      const bool is_taken =
          is_row ? taker_.TakeRow(text, levels_.back().message.columns, line_)
                 : taker_.TakeObject(text, line_);
      Pass(at, is_taken ? ByteClass::kRecord : ByteClass::kBroken);
      TakenValue(true);
      return;
    }
    case Scan::kCut:
      Break("is cut off, or has a line's end inside a string", at);
      break;
    case Scan::kUnfinished:
      Break("is cut off at the end of the input", at);
      break;
    case Scan::kTooLong:
      SkipLine("is longer than " +
               FormatSize(static_cast<double>(max_record_)) +
               "; --max-record sets the limit");
      break;
  }
  TakenValue(false);
}

// Whether what looks like a message is one record, which has a field that is
// called so. Then `bytes` is its length.
bool RecordReader::IsRecord(std::size_t& bytes) {
  // Messages in messages in messages may be cut off: time stays linear.
  if (scanned_again_ > 2 * (bytes_ - available()) + max_record_) return false;
  std::size_t whole = 0;
  Message ignored;
  const bool ends = ScanValue(whole, ignored, false) == Scan::kEnd;
  if (ends && taker_.IsRecord(ahead().substr(0, whole))) {
    bytes = whole;
    return true;
  }
  scanned_again_ += whole;
  return false;
}

// Takes the first record of what may be a message, whose records begin `at`, if
// it is one as it was sent. Then it is a message.
bool RecordReader::TakeFirstRecord(std::size_t at, Message& message) {
  std::size_t first = at;
  while (Ensure(first + 1) && IsBlank(buffer_[begin_ + first])) {
    if (++first - at > kWindowBytes) return false;
  }
  if (!Ensure(first + 1) || buffer_[begin_ + first] != '{') return false;
  Ensure(first + kWindowBytes);
  const std::uint64_t line =
      line_ +
      static_cast<std::uint64_t>(std::count(
          buffer_.data() + begin_, buffer_.data() + begin_ + first, '\n'));
  const std::size_t bytes = taker_.TakeExact(buffer_.data() + begin_ + first,
                                             buffer_.data() + end_, line);
  if (bytes == 0) return false;
  BeginRecords(at, std::move(message));
  Pass(first - at, ByteClass::kBlank);
  Pass(bytes, ByteClass::kRecord);
  TakenValue(true);
  return true;
}

// Enters the array of a message that begins here; its records begin `at`.
void RecordReader::BeginRecords(std::size_t at, Message message) {
  // A message that begins inside another: that one was cut off.
  while (!message.is_known && !levels_.empty() && levels_.back().is_message) {
    BreakLevel();
  }
  Level& level = levels_.emplace_back();
  level.is_message = true;
  level.line = line_;
  level.message = std::move(message);
  level.message.is_known = true;
  level.message.text.append(ahead().substr(0, at));
  Pass(at, ByteClass::kFrame);
}

// At the `]` of an array of records.
void RecordReader::EndRecords() {
  Level level = std::move(levels_.back());
  levels_.pop_back();
  if (level.expects == Level::Expects::kValue && !level.has_broken_comma) {
    taker_.TakeBroken("]", line_, "has a comma behind the last of its records");
  }
  if (level.is_message) {
    GoOnInMessage(std::move(level.message), level.line);
  } else {
    PassInLine(1, ByteClass::kFrame);
    TakenValue(true);
  }
}

// From behind an array of records to the next one, or to the message's end.
void RecordReader::GoOnInMessage(Message message, std::uint64_t line) {
  std::size_t at = 0;
  message.is_rows = false;
  const Scan end = ScanValue(at, message, true);
  const bool is_too_long = message.text.size() + at > max_record_;
  if (end == Scan::kRecords && !is_too_long) {
    BeginRecords(at, std::move(message));
    levels_.back().line = line;
    return;
  }
  at = std::min(at, available());
  message.text.append(ahead().substr(0, at));
  Pass(at, ByteClass::kFrame);
  if (end == Scan::kEnd && !is_too_long) {
    EndMessage(message, line);
    TakenValue(true);
    return;
  }
  TakeBack(message.text.size());
  taker_.TakeBroken(std::string_view(message.text).substr(0, kShownBytes), line,
                    is_too_long ? "a message that is too long without its "
                                  "records; --max-record sets the limit"
                                : "a message that does not end");
  TakenValue(false);
}

void RecordReader::EndMessage(const Message& message, std::uint64_t line) {
  if (IsJson(message.text)) return;
  TakeBack(message.text.size());
  taker_.TakeBroken(std::string_view(message.text).substr(0, kShownBytes), line,
                    "a message that is not JSON around its records");
}

// The innermost array does not end.
void RecordReader::BreakLevel() {
  const Level level = std::move(levels_.back());
  levels_.pop_back();
  const std::string_view text =
      level.is_message ? std::string_view(level.message.text) : "[";
  TakeBack(text.size());
  // What was cut off in it, or another mistake of it, has been told.
  if (level.expects == Level::Expects::kAnything || level.has_broken_comma) {
    return;
  }
  taker_.TakeBroken(text.substr(0, kShownBytes), level.line,
                    level.is_message ? "a message that does not end"
                                     : "an array that does not end");
}

// Goes on in the value at `begin_` to behind its end, and sets `at` to how far
// that is. Where it comes to an array that may be one of records, `at` is the
// first of them.
RecordReader::Scan RecordReader::ScanValue(std::size_t& at, Message& message,
                                           bool stops_at_records) {
  using Key = Message::Key;
  int& depth = message.depth;
  Key& key = message.key;
  bool in_table = message.in_tables && depth >= 3;
  char last = '\0';  // byte that is no blank
  // Whatever writes an array in a record over several lines begins so.
  const bool is_spread =
      Ensure(2) && (buffer_[begin_ + 1] == '\n' || buffer_[begin_ + 1] == '\r');
  const auto open = [&](bool is_array) {
    const std::uint64_t bit = depth < 64 ? std::uint64_t{1} << depth : 0;
    message.arrays = is_array ? message.arrays | bit : message.arrays & ~bit;
    ++depth;
  };
  const auto in_array = [&] {
    return depth > 0 && depth <= 64 && (message.arrays >> (depth - 1) & 1) != 0;
  };
  std::size_t columns_begin = 0;
  at = 0;
  const auto limit = [this] { return std::min(available(), max_record_); };
  // False when there is nothing at `at`.
  const auto ready = [&] {
    while (at >= available()) {
      if (at > max_record_ || !More()) return false;
    }
    return at <= max_record_;
  };
  for (;;) {
    if (!ready()) {
      return at > max_record_ ? Scan::kTooLong : Scan::kUnfinished;
    }
    const char c = buffer_[begin_ + at];
    switch (c) {
      case '"': {
        const std::size_t from = ++at;
        for (;;) {
          if (!ready()) {
            return at > max_record_ ? Scan::kTooLong : Scan::kUnfinished;
          }
          const char* p = buffer_.data() + begin_ + at;
          const char* const stop = buffer_.data() + begin_ + limit();
          while (p < stop && *p != '"' && *p != '\\' && *p != '\n') ++p;
          at = static_cast<std::size_t>(p - buffer_.data()) - begin_;
          if (p == stop) {
            if (at >= max_record_) return Scan::kTooLong;
            continue;
          }
          if (*p == '\n') return Scan::kCut;
          if (*p == '"') break;
          ++at;
          // A line that was cut off there ends all the same.
          if (ready() && buffer_[begin_ + at] != '\n') ++at;
        }
        const std::string_view word(buffer_.data() + begin_ + from, at - from);
        ++at;
        last = '"';
        if (depth == 1) {
          key = word == "records"  ? Key::kRecords
                : word == "tables" ? Key::kTables
                                   : Key::kOther;
        } else if (in_table && depth == 3) {
          key = word == "columns" ? Key::kColumns
                : word == "rows"  ? Key::kRows
                                  : Key::kOther;
        }
        continue;
      }
      case '{':
        open(false);
        if (depth == 3 && message.in_tables) {
          in_table = true;
          key = Key::kOther;
          message.columns.clear();
        }
        break;
      case '[':
        open(true);
        if (depth == 2 && key == Key::kTables) message.in_tables = true;
        if (depth == 2 && key == Key::kRecords && stops_at_records) {
          ++at;
          return Scan::kRecords;
        }
        if (in_table && depth == 4 && key == Key::kRows && stops_at_records) {
          ++at;
          message.is_rows = true;
          return Scan::kRecords;
        }
        if (in_table && depth == 4 && key == Key::kColumns) columns_begin = at;
        break;
      case '}':
      case ']':
        --depth;
        if (in_table && depth == 3 && columns_begin != 0) {
          message.columns = ColumnNames(
              {buffer_.data() + begin_ + columns_begin, at - columns_begin});
          columns_begin = 0;
          key = Key::kOther;
        }
        if (depth < 3) in_table = false;
        if (depth < 2) message.in_tables = false;
        if (depth <= 0) {
          ++at;
          return Scan::kEnd;
        }
        break;
      case ',':
        if (depth == 1 || (in_table && depth == 3)) key = Key::kOther;
        break;
      case '\n': {
        // Where none has a place, a line that begins with a brace begins the
        // next record.
        ++at;
        const std::size_t begin = at;
        while (ready() && IsBlank(buffer_[begin_ + at])) ++at;
        if (!ready()) continue;  // says how it ends
        const char next = buffer_[begin_ + at];
        const bool begins_line = buffer_[begin_ + at - 1] == '\n';
        const bool has_place =
            is_spread && in_array() && (last == ',' || last == '[');
        if ((next == '{' && begins_line && !has_place) || !MayBeJson(next)) {
          at = begin;
          return Scan::kCut;
        }
        continue;
      }
      default:
        break;
    }
    if (!IsBlank(c)) last = c;
    ++at;
  }
}

}  // namespace busyhour
