#include "verify/record_reader.h"

#include <algorithm>
#include <cstring>

#include "base/units.h"

namespace busyhour {
namespace {

constexpr std::size_t kReadBytes = 1 << 20;
// What is there when a record is tried at once.
constexpr std::size_t kWindowBytes = 16 << 10;
constexpr std::size_t kMaxContainers = 4;

// Whether a piece of JSON may begin so.
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

std::string_view WithoutBlanks(std::string_view text) {
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

RecordReader::RecordReader(InputBytes& input, std::size_t max_record,
                           RecordTaker& taker)
    : input_(input),
      max_record_(max_record),
      taker_(taker),
      buffer_(max_record + kWindowBytes + kReadBytes + kTextPadding) {}

// Reads on; false at the end. What is before `begin_` is given up.
bool RecordReader::More() {
  if (ended_) return false;
  const std::size_t room = buffer_.size() - kTextPadding;
  if (room - end_ < kReadBytes && begin_ > 0) {
    before_ = buffer_[begin_ - 1];
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == room) return false;
  const std::size_t bytes = input_.Read(buffer_.data() + end_, room - end_);
  if (bytes == 0) {
    ended_ = true;
    std::memset(buffer_.data() + end_, 0, kTextPadding);
    return false;
  }
  end_ += bytes;
  bytes_ += bytes;
  return true;
}

bool RecordReader::Ensure(std::size_t bytes) {
  while (available() < bytes) {
    if (!More()) return false;
  }
  return true;
}

void RecordReader::Advance(std::size_t bytes) {
  line_ += static_cast<std::uint64_t>(std::count(
      buffer_.data() + begin_, buffer_.data() + begin_ + bytes, '\n'));
  begin_ += bytes;
}

// The next byte that is no space, or -1 at the end. 0x1e separates the texts of
// a JSON text sequence.
int RecordReader::SkipSpace(bool commas) {
  for (;;) {
    while (begin_ < end_) {
      const char c = buffer_[begin_];
      if (c == '\n') {
        ++line_;
      } else if (!IsBlank(c) && c != '\x1e' && !(commas && c == ',')) {
        if (c == kByteOrderMark[0] && SkipByteOrderMark()) continue;
        return static_cast<unsigned char>(c);
      }
      ++begin_;
    }
    if (!More()) return -1;
  }
}

// Passes over a byte order mark where a line begins: files put together have
// one in the middle.
bool RecordReader::SkipByteOrderMark() {
  if (!AtLineBegin() || !Ensure(kByteOrderMark.size())) return false;
  if (!std::string_view(buffer_.data() + begin_, available())
           .starts_with(kByteOrderMark)) {
    return false;
  }
  begin_ += kByteOrderMark.size();
  buffer_[begin_ - 1] = '\n';  // here the line begins
  return true;
}

void RecordReader::Run() {
  Ensure(kWindowBytes);
  SkipByteOrderMark();
  const std::size_t begin = begin_;
  const std::size_t end = end_;
  const int first = SkipSpace(false);
  bool is_csv = false;
  std::string_view header;
  if (first >= 0 && first != '{' && first != '[') {
    Ensure(kWindowBytes);
    const std::string_view text(buffer_.data() + begin_, available());
    header = text.substr(0, text.find('\n'));
    is_csv = IsHeader(header);
  }
  if (is_csv) {
    RunCsv(header);
  } else {
    if (taker_.knows_lines() && end_ == end) {
      // The space may be the begin of a known line.
      begin_ = begin;
      line_ = 1;
    }
    RunJson();
  }
  if (!input_.trouble().empty()) {
    taker_.TakeBroken({}, line_, input_.trouble());
  }
}

bool RecordReader::AtLineBegin() const {
  return (begin_ > 0 ? buffer_[begin_ - 1] : before_) == '\n';
}

// Takes the line that begins here, or behind this line's end, when it is known
// as it is.
bool RecordReader::TakeKnownLine() {
  while (Ensure(1) && buffer_[begin_] == '\n') {
    ++begin_;
    ++line_;
  }
  if (!AtLineBegin() || available() == 0) return false;
  if (buffer_[begin_] == kByteOrderMark[0]) SkipByteOrderMark();
  if (available() == 0) return false;
  // Most often it is a record as it was sent.
  if (buffer_[begin_] == '{') {
    Ensure(kWindowBytes);
    const std::size_t bytes =
        taker_.TakeExact(buffer_.data() + begin_, buffer_.data() + end_, line_);
    if (bytes > 0) {
      Advance(bytes);
      return true;
    }
  }
  std::size_t size = 0;
  for (;;) {
    const char* const from = buffer_.data() + begin_;
    const void* const end = std::memchr(from + size, '\n', available() - size);
    if (end != nullptr) {
      size = static_cast<std::size_t>(static_cast<const char*>(end) - from);
      break;
    }
    size = available();
    if (size > max_record_ || !More()) break;
  }
  std::string_view line(buffer_.data() + begin_, size);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (size > max_record_ || !taker_.TakeLine(line, line_)) return false;
  begin_ += size;
  return true;
}

void RecordReader::RunJson() {
  const bool knows_lines = taker_.knows_lines();
  for (;;) {
    if (knows_lines && TakeKnownLine()) continue;
    const int c = SkipSpace(true);
    if (c < 0) return;
    const bool in_rows = !containers_.empty() && containers_.back().is_rows;
    if (c == '{' || (c == '[' && in_rows)) {
      TakeValue();
    } else if (c == '[' && containers_.size() < kMaxContainers) {
      containers_.push_back({});
      ++begin_;
    } else if (c == ']' && !containers_.empty()) {
      ++begin_;
      const int depth = containers_.back().depth;
      containers_.pop_back();
      if (!SkipTail(depth)) {
        containers_.clear();
      }
    } else {
      SkipLine(c == '"' || (c >= '0' && c <= '9')
                   ? "a value that is no record"
                   : "neither JSON nor CSV with a known header");
    }
  }
}

void RecordReader::TakeValue() {
  Ensure(kWindowBytes);
  const char* const begin = buffer_.data() + begin_;
  const std::size_t bytes =
      taker_.TakeExact(begin, buffer_.data() + end_, line_);
  if (bytes > 0) {
    // Of several lines if the first ends behind the brace.
    if (begin[1] == '\n') {
      Advance(bytes);
    } else {
      begin_ += bytes;
    }
    return;
  }
  std::size_t at = 0;
  Container container;
  switch (ScanValue(at, container)) {
    case Scan::kEnd: {
      const std::string_view text(buffer_.data() + begin_, at);
      if (!containers_.empty() && containers_.back().is_rows &&
          text.front() == '[') {
        taker_.TakeRow(text, containers_.back().columns, line_);
      } else {
        taker_.TakeObject(text, line_);
      }
      Advance(at);
      break;
    }
    case Scan::kContainer:
      // A message that begins inside another: that one was cut off.
      if (containers_.size() >= kMaxContainers) containers_.clear();
      containers_.push_back(std::move(container));
      Advance(at);
      break;
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
}

// Goes from the `{` or `[` at `begin_` to behind the end of the value, and sets
// `at` to how far that is. Where the value turns out to be the container of
// records, `at` is the first of them.
RecordReader::Scan RecordReader::ScanValue(std::size_t& at,
                                           Container& container) {
  // The last key of each depth that can lead to a container.
  enum class Key { kOther, kRecords, kTables, kColumns, kRows };
  int depth = 0;
  Key key = Key::kOther;
  bool in_tables = false;
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
          at += 2;
        }
        const std::string_view word(buffer_.data() + begin_ + from, at - from);
        ++at;
        if (depth == 1 && !in_tables) {
          key = word == "records"  ? Key::kRecords
                : word == "tables" ? Key::kTables
                                   : Key::kOther;
        } else if (in_tables && depth == 3) {
          key = word == "columns" ? Key::kColumns
                : word == "rows"  ? Key::kRows
                                  : Key::kOther;
        }
        continue;
      }
      case '{':
        ++depth;
        if (depth == 3 && key == Key::kTables) in_tables = true;
        break;
      case '[':
        ++depth;
        if (depth == 2 && key == Key::kRecords) {
          ++at;
          container.depth = depth - 1;
          return Scan::kContainer;
        }
        if (in_tables && depth == 4 && key == Key::kRows) {
          ++at;
          container.is_rows = true;
          container.depth = depth - 1;
          return Scan::kContainer;
        }
        if (in_tables && depth == 4 && key == Key::kColumns) columns_begin = at;
        break;
      case '}':
      case ']':
        --depth;
        if (in_tables && depth == 3 && columns_begin != 0) {
          container.columns = ColumnNames(
              {buffer_.data() + begin_ + columns_begin, at - columns_begin});
          columns_begin = 0;
          key = Key::kOther;
        }
        if (in_tables && depth < 3) in_tables = false;
        if (depth == 0) {
          ++at;
          return Scan::kEnd;
        }
        break;
      case ',':
        if (depth == 1 || (in_tables && depth == 3)) key = Key::kOther;
        break;
      case '\n': {
        // Nothing that writes a record over several lines begins one of them
        // with a brace: here the next one begins.
        ++at;
        const std::size_t begin = at;
        while (ready() && IsBlank(buffer_[begin_ + at])) ++at;
        if (!ready()) continue;  // says how it ends
        const char next = buffer_[begin_ + at];
        const bool begins_line = buffer_[begin_ + at - 1] == '\n';
        if ((next == '{' && begins_line) || !MayBeJson(next)) {
          at = begin;
          return Scan::kCut;
        }
        continue;
      }
      default:
        break;
    }
    ++at;
  }
}

// Passes over what follows an array, until the `depth` objects and arrays
// around it are closed. False when they are not.
bool RecordReader::SkipTail(int depth) {
  bool in_string = false;
  while (depth > 0) {
    if (begin_ == end_ && !More()) return false;
    const char c = buffer_[begin_];
    if (c == '\n') {
      ++line_;
      if (in_string) return false;
      if (Ensure(2) && buffer_[begin_ + 1] == '{') {
        ++begin_;
        return false;
      }
    }
    ++begin_;
    if (in_string) {
      if (c == '"') in_string = false;
      if (c == '\\' && (begin_ < end_ || More())) ++begin_;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return true;
}

void RecordReader::Break(const std::string& why, std::size_t bytes) {
  const std::size_t most = std::min(bytes, available());
  taker_.TakeBroken({buffer_.data() + begin_, std::min(most, kShownBytes)},
                    line_, why);
  Advance(most);
}

// The rest of the line is one broken record.
void RecordReader::SkipLine(const std::string& why) {
  taker_.TakeBroken(
      WithoutBlanks(
          {buffer_.data() + begin_,
           std::min({available(), kShownBytes,
                     [&] {
                       const void* const end = std::memchr(
                           buffer_.data() + begin_, '\n', available());
                       return end == nullptr
                                  ? available()
                                  : static_cast<std::size_t>(
                                        static_cast<const char*>(end) -
                                        buffer_.data()) -
                                        begin_;
                     }()})}),
      line_, why);
  for (;;) {
    const char* const from = buffer_.data() + begin_;
    const void* const end = std::memchr(from, '\n', available());
    if (end != nullptr) {
      begin_ = static_cast<std::size_t>(static_cast<const char*>(end) -
                                        buffer_.data());
      return;
    }
    begin_ = end_;
    if (!More()) return;
  }
}

}  // namespace busyhour
