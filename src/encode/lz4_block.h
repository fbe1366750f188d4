#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "encode/put.h"

namespace busyhour::internal {

/// One block of an LZ4 frame, written without a search for matches: the encoder
/// knows which texts it repeats, and the block stores the last position of each
/// (LZ4 block format: lz4_Block_format.md; frame format: lz4_Frame_format.md of
/// github.com/lz4/lz4).
///
/// A block is a list of sequences. Each has some literals and then a match,
/// which repeats earlier text from up to 64 KiB before:
///
///   token 1 | literal length 0... | literals | distance 2 | match length 0...
///
/// The last sequence has no match: 12 bytes must follow the start of the last
/// match.
class Lz4Block {
 public:
  /// For texts with numbers below `texts`.
  explicit Lz4Block(std::size_t texts) : last_(texts, 0) {}

  /// Starts a block at `out`.
  void Begin(char* out) noexcept {
    begin_ = out;
    // Beyond the reach of all positions in the preceding block.
    position_ += kReach;
    start_ = position_;
    BeginSequence(out + kSizeBytes);
  }
  /// Completes the block and returns its end.
  char* End() noexcept;

  /// The place for the next literals.
  char* literals() const noexcept { return end_; }
  /// Adds the literals up to `end`.
  void TakeLiterals(char* end) noexcept { end_ = end; }

  /// Adds text number `number`, of `size` bytes in at most `steps` copy steps.
  template <class Vectors>
  void AddText(std::size_t number, const char* text, std::size_t size,
               std::size_t steps) noexcept {
    const std::uint64_t at = position();
    const std::uint64_t distance = at - last_[number];
    last_[number] = at;
    if (size >= kLeastMatch && distance < kReach) {
      EndSequence(static_cast<std::uint32_t>(distance), size);
      position_ = at + size;
      return;
    }
    CopySteps<Vectors>(text, steps, end_);
    end_ += size;
  }

  /// Size of the block's text so far.
  std::uint64_t text_bytes() const noexcept { return position() - start_; }

  /// Maximum size of `text` bytes of text in a block.
  static constexpr std::size_t MaxBytes(std::size_t text) {
    return kSizeBytes + text + text / 255 + 2 * kRoomBeforeLiterals +
           kSlackBytes;
  }

 private:
  static constexpr std::size_t kSizeBytes = 4;
  static constexpr std::uint64_t kReach = 65536;
  // A shorter match saves less than its sequence costs.
  static constexpr std::size_t kLeastMatch = 8;
  // Token and one byte of length: most sequences have 15 to 269 literals.
  static constexpr std::size_t kRoomBeforeLiterals = 2;
  static constexpr std::size_t kInToken = 15;

  // Size of the text up to `end_`, since the first block.
  std::uint64_t position() const noexcept {
    return position_ + static_cast<std::uint64_t>(end_ - literals_);
  }
  void BeginSequence(char* at) noexcept {
    token_ = at;
    literals_ = end_ = at + kRoomBeforeLiterals;
  }
  // Writes the number of literals, and moves them to their place.
  void PutLiteralLength() noexcept;
  void EndSequence(std::uint32_t distance, std::size_t match) noexcept;

  std::vector<std::uint64_t> last_;  // the last position of each text
  std::uint64_t start_ = 0;          // position of the block
  std::uint64_t position_ = 0;       // position of the sequence's literals
  char* begin_ = nullptr;
  char* token_ = nullptr;
  char* literals_ = nullptr;
  char* end_ = nullptr;
};

/// The start of an LZ4 frame.
std::string Lz4FrameHead();
/// The end of an LZ4 frame.
std::string Lz4FrameEnd();
/// A short text as a separate block; nothing for an empty text.
std::string Lz4StoredBlock(std::string_view text);

}  // namespace busyhour::internal
