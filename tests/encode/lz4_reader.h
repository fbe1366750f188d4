#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace busyhour::internal {

/// Decompresses an LZ4 frame, and strictly follows its specification
/// (lz4_Frame_format.md, lz4_Block_format.md). Throws if the frame is invalid.
class Lz4Reader {
 public:
  static std::string Read(std::string_view frame) {
    return Lz4Reader(frame).ReadFrame();
  }
  /// Decompresses a block without its size field.
  static std::string ReadBlock(std::string_view block) {
    return Lz4Reader(block).ReadSequences();
  }

 private:
  explicit Lz4Reader(std::string_view bytes) : left_(bytes) {}

  static void Require(bool condition, const char* what) {
    if (!condition) throw std::runtime_error(what);
  }
  std::string_view Take(std::size_t count) {
    Require(count <= left_.size(), "cut short");
    const std::string_view taken = left_.substr(0, count);
    left_.remove_prefix(count);
    return taken;
  }
  std::uint32_t Number(std::size_t bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) {
      value |=
          static_cast<std::uint32_t>(static_cast<unsigned char>(Take(1)[0]))
          << (8 * i);
    }
    return value;
  }
  std::size_t Length(std::size_t in_token) {
    std::size_t length = in_token;
    if (in_token < 15) return length;
    for (;;) {
      const std::uint32_t more = Number(1);
      length += more;
      if (more < 255) return length;
    }
  }

  std::string ReadFrame() {
    Require(Number(4) == 0x184d2204, "magic number");
    Require(Number(1) == 0x60, "version 1, independent blocks");
    Require(Number(1) == 0x70, "blocks up to 4 MiB");
    Number(1);
    std::string text;
    for (;;) {
      const std::uint32_t size = Number(4);
      if (size == 0) break;
      const std::string_view block = Take(size & 0x7fff'ffff);
      const std::string of_block =
          (size >> 31) != 0 ? std::string(block) : ReadBlock(block);
      Require(of_block.size() <= (4 << 20), "a block too large");
      text += of_block;
    }
    Require(left_.empty(), "something follows");
    return text;
  }

  std::string ReadSequences() {
    std::string text;
    std::size_t last_match = 0;
    for (;;) {
      const std::uint32_t token = Number(1);
      const std::size_t literals = Length(token >> 4);
      text += Take(literals);
      if (left_.empty()) {
        Require(literals >= 5 || text.size() == literals, "few last literals");
        break;
      }
      const std::size_t distance = Number(2);
      Require(distance > 0 && distance <= text.size(), "distance");
      last_match = text.size();
      const std::size_t length = 4 + Length(token & 15);
      for (std::size_t i = 0; i < length; ++i) {
        text += text[text.size() - distance];
      }
    }
    Require(last_match == 0 || last_match + 12 <= text.size(),
            "a match too near to the end");
    return text;
  }

  std::string_view left_;
};

}  // namespace busyhour::internal
