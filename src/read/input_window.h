#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "read/input.h"

namespace busyhour {

/// What is there when a record is tried at once.
inline constexpr std::size_t kWindowBytes = 16 << 10;
inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

inline bool IsBlank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// What the bytes of an input are. Each is one of these.
enum class ByteClass : std::uint8_t {
  kRecord,
  kFrame,  ///< what puts records together: brackets, messages, headers
  kBlank,
  kBroken,
};
inline constexpr std::size_t kByteClassCount = 4;
using ByteCounts = std::array<std::uint64_t, kByteClassCount>;

/// The part of an input that is being looked at: bytes are read at its end as
/// they are wanted, and passed over at its beginning, each as one `ByteClass`.
/// Memory depends on the longest record only. For one thread.
class InputWindow {
 public:
  /// `input` must outlive the window. A record of more than `max_record` bytes
  /// is a broken one.
  InputWindow(InputBytes& input, std::size_t max_record);

  std::size_t max_record() const noexcept { return max_record_; }
  std::size_t available() const noexcept { return end_ - begin_; }
  /// All that is available, with `kTextPadding` readable bytes behind it.
  /// Reading on moves it.
  std::string_view ahead() const noexcept { return {data(), available()}; }
  const char* data() const noexcept { return buffer_.data() + begin_; }
  const char* end() const noexcept { return buffer_.data() + end_; }
  /// A byte that is available.
  char operator[](std::size_t at) const noexcept { return data()[at]; }

  /// Reads on; false at the end, or when there is no more room.
  bool More();
  /// Reads on until that many bytes are available; false at the end.
  bool Ensure(std::size_t bytes);

  /// Passes over bytes that are available; with `PassInLine` there is no line's
  /// end among them.
  void Pass(std::size_t bytes, ByteClass what);
  void PassInLine(std::size_t bytes, ByteClass what);
  /// Some of what had been passed as part of a frame is broken after all.
  void TakeBack(std::size_t bytes);
  /// Passes over blanks. The next byte, or -1 at the end.
  int SkipBlanks();
  /// Passes over a byte order mark where a line begins: files put together have
  /// one in the middle.
  bool SkipByteOrderMark();

  bool AtLineBegin() const noexcept;
  /// Of the next byte, from 1.
  std::uint64_t line() const noexcept { return line_; }
  void set_line_end(char line_end) noexcept { line_end_ = line_end; }

  /// How many bytes have been read.
  std::uint64_t bytes() const noexcept { return bytes_; }
  /// What those are that have been passed over.
  const ByteCounts& byte_counts() const noexcept { return byte_counts_; }

 private:
  void Count(std::size_t bytes, ByteClass what);

  InputBytes& input_;
  std::size_t max_record_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool ended_ = false;
  char line_end_ = '\n';
  // The byte before `begin_`, where that is the first of the buffer.
  char before_ = '\n';
  std::uint64_t line_ = 1;
  std::uint64_t bytes_ = 0;
  ByteCounts byte_counts_{};
};

}  // namespace busyhour
