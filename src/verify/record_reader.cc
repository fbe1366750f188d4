#include "verify/record_reader.h"

#include <algorithm>
#include <cstring>

namespace busyhour {
namespace {

constexpr std::size_t kReadBytes = 1 << 20;

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

void RecordReader::Count(std::size_t bytes, ByteClass what) {
  byte_counts_[static_cast<std::size_t>(what)] += bytes;
}

void RecordReader::PassInLine(std::size_t bytes, ByteClass what) {
  Count(bytes, what);
  begin_ += bytes;
}

void RecordReader::Pass(std::size_t bytes, ByteClass what) {
  line_ += static_cast<std::uint64_t>(std::count(
      buffer_.data() + begin_, buffer_.data() + begin_ + bytes, line_end_));
  PassInLine(bytes, what);
}

void RecordReader::TakeBack(std::size_t bytes) {
  byte_counts_[static_cast<std::size_t>(ByteClass::kFrame)] -= bytes;
  Count(bytes, ByteClass::kBroken);
}

// The next byte that is no space, or -1 at the end. 0x1e separates the texts of
// a JSON text sequence.
int RecordReader::SkipSpace() {
  for (;;) {
    std::size_t at = begin_;
    while (at < end_ && (IsBlank(buffer_[at]) || buffer_[at] == '\x1e')) {
      line_ += buffer_[at] == '\n' ? 1 : 0;
      ++at;
    }
    PassInLine(at - begin_, ByteClass::kBlank);
    if (begin_ < end_) {
      const char c = buffer_[begin_];
      if (c != kByteOrderMark[0] || !SkipByteOrderMark()) {
        return static_cast<unsigned char>(c);
      }
    } else if (!More()) {
      return -1;
    }
  }
}

// Passes over a byte order mark where a line begins: files put together have
// one in the middle.
bool RecordReader::SkipByteOrderMark() {
  if (!AtLineBegin() || !Ensure(kByteOrderMark.size())) return false;
  if (!ahead().starts_with(kByteOrderMark)) return false;
  PassInLine(kByteOrderMark.size(), ByteClass::kBlank);
  buffer_[begin_ - 1] = '\n';  // here the line begins
  return true;
}

void RecordReader::Run() {
  Ensure(kWindowBytes);
  SkipByteOrderMark();
  // The space may be the begin of a known line.
  if (!taker_.knows_lines()) {
    SkipSpace();
    Ensure(kWindowBytes);
  }
  std::string_view text = ahead();
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  if (!text.empty() && text.front() != '{' && text.front() != '[' &&
      IsHeader(text)) {
    SkipSpace();
    RunCsv();
  } else {
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
  while (Ensure(1) && buffer_[begin_] == '\n') Pass(1, ByteClass::kBlank);
  if (!AtLineBegin() || available() == 0) return false;
  if (buffer_[begin_] == kByteOrderMark[0]) SkipByteOrderMark();
  if (available() == 0) return false;
  // Most often it is a record as it was sent.
  if (buffer_[begin_] == '{') {
    Ensure(kWindowBytes);
    const std::size_t bytes =
        taker_.TakeExact(buffer_.data() + begin_, buffer_.data() + end_, line_);
    if (bytes > 0) {
      Pass(bytes, ByteClass::kRecord);
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
  PassInLine(size, ByteClass::kRecord);
  return true;
}

void RecordReader::Break(const std::string& why, std::size_t bytes) {
  const std::size_t most = std::min(bytes, available());
  taker_.TakeBroken(ahead().substr(0, std::min(most, kShownBytes)), line_, why);
  Pass(most, ByteClass::kBroken);
}

// The rest of the line is one broken record.
void RecordReader::SkipLine(const std::string& why) {
  const std::string_view shown = ahead().substr(0, kShownBytes);
  taker_.TakeBroken(WithoutBlanks(shown.substr(0, shown.find('\n'))), line_,
                    why);
  for (;;) {
    const std::size_t end = std::min(ahead().find('\n'), available());
    PassInLine(end, ByteClass::kBroken);
    if (available() > 0 || !More()) return;
  }
}

}  // namespace busyhour
