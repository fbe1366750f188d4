#include "encode/lz4_block.h"

namespace busyhour::internal {
namespace {

// The part of a length that exceeds the token: bytes of 255, then a smaller
// one.
char* PutRest(std::size_t rest, char* p) noexcept {
  for (; rest >= 255; rest -= 255) *p++ = static_cast<char>(0xff);
  *p++ = static_cast<char>(rest);
  return p;
}

void PutLittleEndian(std::uint32_t value, std::size_t bytes, char* p) {
  std::memcpy(p, &value, bytes);
}

std::string FourBytes(std::uint32_t value) {
  std::string text(4, '\0');
  PutLittleEndian(value, 4, text.data());
  return text;
}

}  // namespace

void Lz4Block::PutLiteralLength() noexcept {
  const auto count = static_cast<std::size_t>(end_ - literals_);
  *token_ = static_cast<char>(std::min(count, kInToken) << 4);
  if (count < kInToken) {
    // There is no further length byte: move the literals next to the token.
    std::memmove(token_ + 1, literals_, count);
    --end_;
    return;
  }
  const std::size_t rest = count - kInToken;
  const std::size_t more = rest / 255;
  if (more > 0) {
    std::memmove(literals_ + more, literals_, count);
    end_ += more;
  }
  PutRest(rest, token_ + 1);
}

void Lz4Block::EndSequence(std::uint32_t distance, std::size_t match) noexcept {
  constexpr std::size_t kImplied = 4;
  position_ = position();
  PutLiteralLength();
  PutLittleEndian(distance, 2, end_);
  end_ += 2;
  const std::size_t length = match - kImplied;
  *token_ = static_cast<char>(*token_ | std::min(length, kInToken));
  if (length >= kInToken) end_ = PutRest(length - kInToken, end_);
  BeginSequence(end_);
}

char* Lz4Block::End() noexcept {
  position_ = position();
  PutLiteralLength();
  PutLittleEndian(static_cast<std::uint32_t>(end_ - begin_ - kSizeBytes),
                  kSizeBytes, begin_);
  literals_ = end_;  // the literals are already counted
  return end_;
}

std::string Lz4FrameHead() {
  // Version 1, independent blocks of up to 4 MiB; and the second byte of the
  // XXH32 hash of these two.
  return FourBytes(0x184d2204) + "\x60\x70\x73";
}

std::string Lz4FrameEnd() { return FourBytes(0); }

std::string Lz4StoredBlock(std::string_view text) {
  if (text.empty()) return {};
  constexpr std::uint32_t kStored = 0x8000'0000;
  return FourBytes(static_cast<std::uint32_t>(text.size()) | kStored)
      .append(text);
}

}  // namespace busyhour::internal
