#include "read/input_window.h"

#include <algorithm>
#include <cstring>

#include "read/received_record.h"

namespace busyhour::internal {
namespace {

// So few that they stay in a core's cache while they are parsed.
constexpr std::size_t kReadBytes = 256 << 10;

}  // namespace

InputWindow::InputWindow(InputText& input, std::size_t max_record,
                         std::size_t size)
    : input_(input),
      max_record_(max_record),
      // One byte more, to see the end.
      room_(std::min(size, max_record + kWindowBytes + kReadBytes - 1) + 1),
      buffer_(new char[room_ + kTextPadding]) {}

bool InputWindow::More() {
  if (ended_) return false;
  // Use the same memory again as soon as fewer bytes must be moved than were
  // consumed, so that it stays in the cache and the time stays linear.
  const bool is_cheap = available() < begin_;
  if (begin_ > 0 && (is_cheap || room_ - end_ < kReadBytes)) {
    before_ = buffer_[begin_ - 1];
    std::memmove(buffer_.get(), data(), available());
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == room_) return false;
  const std::size_t bytes =
      input_.Read(buffer_.get() + end_, std::min(room_ - end_, kReadBytes));
  if (bytes == 0) {
    ended_ = true;
    std::memset(buffer_.get() + end_, 0, kTextPadding);
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
