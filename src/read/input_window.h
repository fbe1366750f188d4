#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>

#include "read/input.h"

namespace busyhour::internal {

/// Number of bytes available when a record is matched directly.
inline constexpr std::size_t kWindowBytes = 16 << 10;
inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

inline bool IsBlank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// The class of a byte of the input. Each byte has exactly one.
enum class ByteClass : std::uint8_t {
  kRecord,
  kFrame,  ///< text around records: brackets, messages, headers
  kBlank,
  kBroken,
};
inline constexpr std::size_t kByteClassCount = 4;
using ByteCounts = std::array<std::uint64_t, kByteClassCount>;

/// A place of an input where a record may begin.
struct RecordStart {
  static constexpr std::uint64_t kNoOffset = ~std::uint64_t{0};

  const char* text = nullptr;
  const char* end = nullptr;  ///< the input continues at least to here
  std::uint64_t line = 0;     ///< from 1
  /// Number of bytes of the decompressed input before it; `kNoOffset` if the
  /// text is the content of a value.
  std::uint64_t offset = 0;
};

/// The part of an input that is being parsed. Bytes are read at its end on
/// demand, and consumed at its beginning, each with a `ByteClass`. Memory
/// depends only on the longest record. For one thread.
class InputWindow {
 public:
  /// `input` must outlive the window. A record of more than `max_record` bytes
  /// is undecodable.
  /// `size`: that of the input, if it is known to be small.
  InputWindow(InputText& input, std::size_t max_record,
              std::size_t size = std::numeric_limits<std::size_t>::max());

  std::size_t max_record() const noexcept { return max_record_; }
  std::size_t available() const noexcept { return end_ - begin_; }
  /// The available bytes, followed by `kTextPadding` readable bytes.
  /// Invalidated by further reading.
  std::string_view ahead() const noexcept { return {data(), available()}; }
  const char* data() const noexcept { return buffer_.get() + begin_; }
  const char* end() const noexcept { return buffer_.get() + end_; }
  /// A byte that is available.
  char operator[](std::size_t at) const noexcept { return data()[at]; }

  /// The available byte `at`, with the line of the next byte.
  RecordStart StartAt(std::size_t at) const noexcept {
    return {data() + at, end(), line_, consumed() + at};
  }

  /// Reads more; false at the end, or if there is no more room.
  bool More();
  /// Reads until this number of bytes is available; false at the end.
  bool Ensure(std::size_t bytes);

  /// Consumes available bytes; for `PassInLine`, they contain no line end.
  void Pass(std::size_t bytes, ByteClass what);
  void PassInLine(std::size_t bytes, ByteClass what);
  /// Counts bytes that were consumed as part of a frame as broken instead.
  void TakeBack(std::size_t bytes);
  /// Consumes blanks. Returns the next byte, or -1 at the end.
  int SkipBlanks();
  /// Consumes a byte order mark at the start of a line: concatenated files
  /// contain one in the middle.
  bool SkipByteOrderMark();

  bool AtLineBegin() const noexcept;
  /// Line of the next byte, from 1.
  std::uint64_t line() const noexcept { return line_; }
  void set_line_end(char line_end) noexcept { line_end_ = line_end; }

  /// Number of consumed bytes.
  std::uint64_t consumed() const noexcept { return bytes_ - available(); }
  /// Number of consumed bytes of each class.
  const ByteCounts& byte_counts() const noexcept { return byte_counts_; }

 private:
  void Count(std::size_t bytes, ByteClass what);

  InputText& input_;
  std::size_t max_record_;
  std::size_t room_;  // without the padding
  // Not cleared: most inputs need only its beginning.
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool ended_ = false;
  char line_end_ = '\n';
  // The byte before `begin_`, if `begin_` is 0.
  char before_ = '\n';
  std::uint64_t line_ = 1;
  std::uint64_t bytes_ = 0;
  ByteCounts byte_counts_{};
};

}  // namespace busyhour::internal
