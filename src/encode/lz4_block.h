#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "encode/put.h"

namespace busyhour {

/// One block of an LZ4 frame, written without looking for matches: the encoder
/// knows which texts it repeats, and the block remembers where each stood last
/// (LZ4 block format: lz4_Block_format.md; frame format: lz4_Frame_format.md of
/// github.com/lz4/lz4).
///
/// A block is a row of sequences, each some literals and then a match, a piece
/// of what lies up to 64 KiB before:
///
///   token 1 | length of the literals 0... | literals | distance 2 | length
///   0...
///
/// The last has no match: a block must end in a record of literals only, for it
/// must have 12 bytes after its last match began.
class Lz4Block {
 public:
  /// For texts numbered below `texts`.
  explicit Lz4Block(std::size_t texts) : last_(texts, 0) {}

  /// Starts a block at `out`.
  void Begin(char* out) noexcept {
    begin_ = out;
    // Far from all that was remembered in the block before.
    position_ += kReach;
    start_ = position_;
    BeginSequence(out + kSizeBytes);
  }
  /// Ends it, and returns its end.
  char* End() noexcept;

  /// Where the next literal is to be written.
  char* literals() const noexcept { return end_; }
  /// Takes the literals up to `end`.
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

  /// How much text the block holds by now.
  std::uint64_t text_bytes() const noexcept { return position() - start_; }

  /// The most bytes that `text` bytes of text can take.
  static constexpr std::size_t MaxBytes(std::size_t text) {
    return kSizeBytes + text + text / 255 + 2 * kRoomBeforeLiterals +
           kSlackBytes;
  }

 private:
  static constexpr std::size_t kSizeBytes = 4;
  static constexpr std::uint64_t kReach = 65536;
  // Shorter ones save nothing worth a sequence.
  static constexpr std::size_t kLeastMatch = 8;
  // Token and one byte of length: most runs of literals have 15 to 269 bytes.
  static constexpr std::size_t kRoomBeforeLiterals = 2;
  static constexpr std::size_t kInToken = 15;

  // How much text there is up to `end_`, since the first block.
  std::uint64_t position() const noexcept {
    return position_ + static_cast<std::uint64_t>(end_ - literals_);
  }
  void BeginSequence(char* at) noexcept {
    token_ = at;
    literals_ = end_ = at + kRoomBeforeLiterals;
  }
  // Writes how many literals there are, and moves them to where they belong.
  void PutLiteralLength() noexcept;
  void EndSequence(std::uint32_t distance, std::size_t match) noexcept;

  std::vector<std::uint64_t> last_;  // where each text stood last
  std::uint64_t start_ = 0;          // of the block
  std::uint64_t position_ = 0;       // of the sequence's literals
  char* begin_ = nullptr;
  char* token_ = nullptr;
  char* literals_ = nullptr;
  char* end_ = nullptr;
};

/// What an LZ4 frame begins with.
std::string Lz4FrameHead();
/// What it ends with.
std::string Lz4FrameEnd();
/// A short text as a block of its own; nothing for no text.
std::string Lz4StoredBlock(std::string_view text);

}  // namespace busyhour
