#include "read/input_window.h"

#include <algorithm>
#include <cstring>

#include "read/received_record.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kReadBytes = 1 << 20;

}  // namespace

InputWindow::InputWindow(InputText& input, std::size_t max_record,
                         std::size_t size)
    : input_(input),
      max_record_(max_record),
      // One byte more, to see the end.
      buffer_(std::min(size, max_record + kWindowBytes + kReadBytes - 1) + 1 +
              kTextPadding) {}

bool InputWindow::More() {
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

bool InputWindow::Ensure(std::size_t bytes) {
  while (available() < bytes) {
    if (!More()) return false;
  }
  return true;
}

void InputWindow::Count(std::size_t bytes, ByteClass what) {
  byte_counts_[static_cast<std::size_t>(what)] += bytes;
}

void InputWindow::PassInLine(std::size_t bytes, ByteClass what) {
  Count(bytes, what);
  begin_ += bytes;
}

void InputWindow::Pass(std::size_t bytes, ByteClass what) {
  line_ +=
      static_cast<std::uint64_t>(std::count(data(), data() + bytes, line_end_));
  PassInLine(bytes, what);
}

void InputWindow::TakeBack(std::size_t bytes) {
  byte_counts_[static_cast<std::size_t>(ByteClass::kFrame)] -= bytes;
  Count(bytes, ByteClass::kBroken);
}

int InputWindow::SkipBlanks() {
  for (;;) {
    std::size_t at = begin_;
    // 0x1e separates the values of a JSON text sequence.
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

bool InputWindow::SkipByteOrderMark() {
  if (!AtLineBegin() || !Ensure(kByteOrderMark.size())) return false;
  if (!ahead().starts_with(kByteOrderMark)) return false;
  PassInLine(kByteOrderMark.size(), ByteClass::kBlank);
  buffer_[begin_ - 1] = '\n';  // a line begins here
  return true;
}

bool InputWindow::AtLineBegin() const noexcept {
  return (begin_ > 0 ? buffer_[begin_ - 1] : before_) == '\n';
}

}  // namespace busyhour::internal
