#include "read/json_splitter.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/units.h"
#include "read/json_check.h"
#include "read/line_header.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kMaxLevels = 4;

bool MayBeScalar(char c) {
  return std::string_view("\"-0123456789tfn").find(c) != std::string_view::npos;
}

std::string_view WithoutBlanks(std::string_view text) {
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

void JsonSplitter::Run() {
  const bool knows_lines = handler_.knows_lines();
  for (;;) {
    if (knows_lines && TakeKnownLine()) {
      TakenValue(false);
      continue;
    }
    const int c = window_.SkipBlanks();
    if (c < 0) break;
    const bool in_rows = !levels_.empty() && levels_.back().message.is_rows;
    if (c == ',') {
      TakeComma();
    } else if (c == '{' || (c == '[' && in_rows)) {
      TakeValue();
    } else if (c == '[' && levels_.size() < kMaxLevels) {
      ExpectValue();
      levels_.push_back({});
      levels_.back().line = window_.line();
      window_.PassInLine(1, ByteClass::kFrame);
    } else if (c == ']' && !levels_.empty()) {
      EndRecords();
    } else if (!levels_.empty() && MayBeScalar(static_cast<char>(c))) {
      TakeScalar();
    } else if (levels_.empty() && TakeLineWithRecords()) {
      TakenValue(true);
    } else {
      SkipLine(c == '"' || (c >= '0' && c <= '9')
                   ? "a value that is not a record"
                   : "neither JSON nor CSV with a known header");
      TakenValue(false);
    }
  }
  while (!levels_.empty()) BreakLevel();
}

// The records of an array are separated by one comma. One comma is also allowed
// between records outside of arrays, because lines of an array may arrive
// separately.
void JsonSplitter::TakeComma() {
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
    window_.PassInLine(1, ByteClass::kFrame);
  } else {
    Break("a comma without a record before it", 1);
  }
}

// Called before each value of an array. Reports the first missing comma.
void JsonSplitter::ExpectValue() {
  if (levels_.empty()) return;
  Level& level = levels_.back();
  if (level.expects != Level::Expects::kComma || level.has_broken_comma) return;
  level.has_broken_comma = true;
  handler_.TakeBroken(window_.ahead().substr(0, kShownBytes), window_.line(),
                      "has no comma before it in its array");
}

// Called after each value. After an incomplete value, anything may follow.
void JsonSplitter::TakenValue(bool is_whole) {
  had_comma_ = false;
  if (levels_.empty()) return;
  levels_.back().expects =
      is_whole ? Level::Expects::kComma : Level::Expects::kAnything;
}

// Handles a value in an array of records that is not a record.
void JsonSplitter::TakeScalar() {
  ExpectValue();
  std::size_t at = 0;
  const bool is_string = window_[0] == '"';
  for (++at;; ++at) {
    if (at >= window_.available() &&
        (at > window_.max_record() || !window_.More()))
      break;
    const char c = window_[at];
    if (c == '\n' || (!is_string && (IsBlank(c) || c == ',' || c == ']' ||
                                     c == '}' || c == '{' || c == '['))) {
      break;
    }
    if (is_string && c == '"') {
      ++at;
      break;
    }
    // Do not skip a line end: the line may have been truncated here.
    if (is_string && c == '\\' &&
        (at + 1 < window_.available() || window_.More()) &&
        window_[at + 1] != '\n') {
      ++at;
    }
  }
  const std::string_view text =
      window_.ahead().substr(0, std::min(at, window_.available()));
  if (is_string && handler_.TakeString(text, window_.line())) {
    window_.PassInLine(text.size(), ByteClass::kRecord);
  } else {
    Break("a value that is not a record", at);
  }
  TakenValue(true);
}

// The rest of the line, with its blanks at the end, or its first `most` bytes.
std::string_view JsonSplitter::RestOfLine(std::size_t most) {
  std::size_t seen = 0;
  for (;;) {
    const std::string_view ahead = window_.ahead().substr(0, most);
    const std::size_t end = ahead.find('\n', seen);
    if (end != std::string_view::npos) return ahead.substr(0, end);
    seen = ahead.size();
    if (seen == most || !window_.More()) return ahead;
  }
}

// Handles a line that is a JSON string with records, or consumes the header
// that a log daemon has put before a record.
bool JsonSplitter::TakeLineWithRecords() {
  if (window_[0] == '"') {
    const std::string_view text =
        WithoutBlanks(RestOfLine(window_.max_record()));
    if (!handler_.TakeString(text, window_.line())) return false;
    window_.PassInLine(text.size(), ByteClass::kRecord);
    return true;
  }
  // Messages with their sizes need no line ends.
  const std::size_t header = LineHeaderBytes(RestOfLine(kWindowBytes));
  window_.PassInLine(header, ByteClass::kFrame);
  return header > 0;
}

void JsonSplitter::TakeValue() {
  window_.Ensure(kWindowBytes);
  ExpectValue();
  if (TakeExactValue()) return;
  Message message;
  MessageScan scan(window_, message);
  const ScanEnd end = scan.Run(true);
  switch (end) {
    case ScanEnd::kRecords: {
      std::size_t bytes = scan.at();
      if (TakeFirstRecord(scan.at(), message)) return;
      if (!IsRecord(bytes)) return BeginRecords(scan.at(), std::move(message));
      return TakeWhole(bytes);
    }
    case ScanEnd::kWhole:
      return TakeWhole(scan.at());
    case ScanEnd::kCut:
      Break("is truncated, or has a line end inside a string", scan.at());
      break;
    case ScanEnd::kUnfinished:
      Break("is truncated at the end of the input", scan.at());
      break;
    case ScanEnd::kTooLong:
      SkipLine("is longer than " +
               FormatSize(static_cast<double>(window_.max_record())) +
               "; --max-record sets the limit");
      break;
  }
  TakenValue(false);
}

bool JsonSplitter::TakeExactValue() {
  const char* const begin = window_.data();
  const std::size_t bytes = handler_.TakeExact(window_.StartAt(0));
  if (bytes == 0) return false;
  // The record has several lines if the first one ends after the brace.
  if (begin[1] == '\n') {
    window_.Pass(bytes, ByteClass::kRecord);
  } else {
    window_.PassInLine(bytes, ByteClass::kRecord);
  }
  TakenValue(true);
  return true;
}

// Handles an object or a row of `bytes` bytes.
void JsonSplitter::TakeWhole(std::size_t bytes) {
  const std::string_view text = window_.ahead().substr(0, bytes);
  const bool is_row =
      !levels_.empty() && levels_.back().message.is_rows && text.front() == '[';
  window_.Pass(bytes,
               is_row ? handler_.TakeRow(text, levels_.back().message.columns,
                                         window_.line())
                      : handler_.TakeObject(text, window_.line()));
  TakenValue(true);
}

// Whether a text that looks like a message is one record with a field called
// `records` or `tables`. Then `bytes` is set to its size.
bool JsonSplitter::IsRecord(std::size_t& bytes) {
  // Nested messages may be truncated. Limit repeated scans, so that the time
  // stays linear.
  if (scanned_again_ > 2 * window_.consumed() + window_.max_record())
    return false;
  Message ignored;
  MessageScan scan(window_, ignored);
  if (scan.Run(false) == ScanEnd::kWhole &&
      handler_.IsRecord(window_.ahead().substr(0, scan.at()))) {
    bytes = scan.at();
    return true;
  }
  scanned_again_ += scan.at();
  return false;
}

// Consumes the first record of a possible message if it is recognized directly;
// this proves that the text is a message. Its records begin at `at`.
bool JsonSplitter::TakeFirstRecord(std::size_t at, Message& message) {
  std::size_t first = at;
  while (window_.Ensure(first + 1) && IsBlank(window_[first])) {
    if (++first - at > kWindowBytes) return false;
  }
  if (!window_.Ensure(first + 1) || window_[first] != '{') return false;
  window_.Ensure(first + kWindowBytes);
  RecordStart start = window_.StartAt(first);
  start.line +=
      static_cast<std::uint64_t>(std::count(window_.data(), start.text, '\n'));
  const std::size_t bytes = handler_.TakeExact(start);
  if (bytes == 0) return false;
  BeginRecords(at, std::move(message));
  window_.Pass(first - at, ByteClass::kBlank);
  window_.Pass(bytes, ByteClass::kRecord);
  TakenValue(true);
  return true;
}

// Enters the array of the message that begins here. Its records begin at `at`.
void JsonSplitter::BeginRecords(std::size_t at, Message message) {
  // If a message begins a line inside another one, the outer one was truncated.
  const bool begins_line = window_.AtLineBegin();
  while (!message.is_known && !levels_.empty() && levels_.back().is_message &&
         (begins_line || levels_.size() >= kMaxLevels)) {
    BreakLevel();
  }
  Level& level = levels_.emplace_back();
  level.is_message = true;
  level.line = window_.line();
  level.message = std::move(message);
  level.message.is_known = true;
  level.message.text.append(window_.ahead().substr(0, at));
  window_.Pass(at, ByteClass::kFrame);
}

// Handles the `]` of an array of records.
void JsonSplitter::EndRecords() {
  Level level = std::move(levels_.back());
  levels_.pop_back();
  if (level.expects == Level::Expects::kValue && !level.has_broken_comma) {
    handler_.TakeBroken("]", window_.line(),
                        "has a comma after its last record");
  }
  if (level.is_message) {
    GoOnInMessage(std::move(level.message), level.line);
  } else {
    window_.PassInLine(1, ByteClass::kFrame);
    TakenValue(true);
  }
}

// Continues after an array of records, up to the next one or to the end of the
// message.
void JsonSplitter::GoOnInMessage(Message message, std::uint64_t line) {
  message.is_rows = false;
  MessageScan scan(window_, message);
  const ScanEnd end = scan.Run(true);
  std::size_t at = scan.at();
  const bool is_too_long = message.text.size() + at > window_.max_record();
  if (end == ScanEnd::kRecords && !is_too_long) {
    BeginRecords(at, std::move(message));
    levels_.back().line = line;
    return;
  }
  at = std::min(at, window_.available());
  message.text.append(window_.ahead().substr(0, at));
  window_.Pass(at, ByteClass::kFrame);
  if (end == ScanEnd::kWhole && !is_too_long) {
    EndMessage(message, line);
    TakenValue(true);
    return;
  }
  window_.TakeBack(message.text.size());
  handler_.TakeBroken(std::string_view(message.text).substr(0, kShownBytes),
                      line,
                      is_too_long ? "a message that is too long without its "
                                    "records; --max-record sets the limit"
                                  : "a message that does not end");
  TakenValue(false);
}

void JsonSplitter::EndMessage(const Message& message, std::uint64_t line) {
  if (IsJson(message.text)) return;
  window_.TakeBack(message.text.size());
  handler_.TakeBroken(std::string_view(message.text).substr(0, kShownBytes),
                      line,
                      "a message whose text around the records is not JSON");
}

// Handles an innermost array that does not end.
void JsonSplitter::BreakLevel() {
  const Level level = std::move(levels_.back());
  levels_.pop_back();
  const std::string_view text =
      level.is_message ? std::string_view(level.message.text) : "[";
  window_.TakeBack(text.size());
  // A truncated record or another error in it has already been reported.
  if (level.expects == Level::Expects::kAnything || level.has_broken_comma) {
    return;
  }
  handler_.TakeBroken(text.substr(0, kShownBytes), level.line,
                      level.is_message ? "a message that does not end"
                                       : "an array that does not end");
}

// Consumes the line that begins here, or after line ends, if it is recognized
// as a whole.
bool JsonSplitter::TakeKnownLine() {
  while (window_.Ensure(1) && window_[0] == '\n')
    window_.Pass(1, ByteClass::kBlank);
  if (!window_.AtLineBegin() || window_.available() == 0) return false;
  if (window_[0] == kByteOrderMark[0]) window_.SkipByteOrderMark();
  if (window_.available() == 0) return false;
  // Most lines are unchanged records.
  if (window_[0] == '{') {
    window_.Ensure(kWindowBytes);
    const std::size_t bytes = handler_.TakeExact(window_.StartAt(0));
    if (bytes > 0) {
      window_.Pass(bytes, ByteClass::kRecord);
      return true;
    }
  }
  std::size_t size = 0;
  for (;;) {
    const char* const from = window_.data();
    const void* const end =
        std::memchr(from + size, '\n', window_.available() - size);
    if (end != nullptr) {
      size = static_cast<std::size_t>(static_cast<const char*>(end) - from);
      break;
    }
    size = window_.available();
    if (size > window_.max_record() || !window_.More()) break;
  }
  std::string_view line(window_.data(), size);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (size > window_.max_record() || !handler_.TakeLine(line, window_.line()))
    return false;
  window_.PassInLine(size, ByteClass::kRecord);
  return true;
}

void JsonSplitter::Break(const std::string& why, std::size_t bytes) {
  const std::size_t most = std::min(bytes, window_.available());
  handler_.TakeBroken(window_.ahead().substr(0, most), window_.line(), why);
  window_.Pass(most, ByteClass::kBroken);
}

// Reports the rest of the line as one broken record.
void JsonSplitter::SkipLine(const std::string& why) {
  const std::string_view shown = window_.ahead().substr(0, kShownBytes);
  handler_.TakeBroken(WithoutBlanks(shown.substr(0, shown.find('\n'))),
                      window_.line(), why);
  for (;;) {
    const std::size_t end =
        std::min(window_.ahead().find('\n'), window_.available());
    window_.PassInLine(end, ByteClass::kBroken);
    if (window_.available() > 0 || !window_.More()) return;
  }
}

}  // namespace busyhour::internal
