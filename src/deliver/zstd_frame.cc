#include "deliver/zstd_frame.h"

#include <algorithm>
#include <cstring>

#include "base/fingerprint.h"

namespace busyhour::internal {
namespace {

constexpr std::uint32_t kMagic = 0xfd2f'b528;

// Bits of the descriptor (3.1.1.1.1): a size of four bytes, a checksum, and
// that the text itself is the window.
constexpr char kDescriptor = static_cast<char>(0b1000'0100);
constexpr char kIsWindow = 0b0010'0000;
// The window otherwise: its exponent, less 10, above three bits.
constexpr char kWindow = (ZstdFrameWriter::kReachBits - 10) << 3;

// Types of blocks (3.1.1.2.2).
constexpr std::size_t kRawBlock = 0;
constexpr std::size_t kCompressedBlock = 2;
constexpr std::size_t kBlockHeader = 3;

// The distance before any match (3.1.1.5).
constexpr std::uint32_t kFirstDistance = 1;

// Most literals between two matches are no more.
constexpr std::size_t kCopy = 64;

// May copy more of the text, up to `kCopy` bytes: a copy of constant size is
// faster.
void CopyLiterals(std::string_view literals, const char* text_end,
                  unsigned char* out) noexcept {
  if (literals.size() <= kCopy &&
      text_end - literals.data() >= std::ptrdiff_t{kCopy}) [[likely]] {
    std::memcpy(out, literals.data(), kCopy);
  } else {
    std::memcpy(out, literals.data(), literals.size());
  }
}

// Numbers are little-endian, of which the first bytes are the lowest.
char* PutNumber(std::uint64_t number, std::size_t bytes, char* out) noexcept {
  std::memcpy(out, &number, bytes);
  return out + bytes;
}

char* PutHeader(std::size_t text_bytes, char* out) noexcept {
  out = PutNumber(kMagic, 4, out);
  if (text_bytes <= ZstdFrameWriter::kReach) {
    *out++ = static_cast<char>(kDescriptor | kIsWindow);
  } else {
    *out++ = kDescriptor;
    *out++ = kWindow;
  }
  return PutNumber(text_bytes, 4, out);
}

}  // namespace

ZstdFrameWriter::ZstdFrameWriter()
    : block_literals_(kMostBlock + kCopy), block_sequences_(kMostSequences) {}

ZstdFrameWriter::Block ZstdFrameWriter::Take(std::string_view text,
                                             std::span<const Match>& steps) {
  static_assert(2 * Matcher::kMostBytes <= kMostBlock);
  const char* p = text.data();
  const char* const text_end = p + text.size();
  const char* const block_end = p + std::min(text.size(), kMostBlock);
  unsigned char* literals_end = block_literals_.data();
  ZstdSequence* sequence = block_sequences_.data();
  std::uint32_t literals = 0;  // before the next match
  std::uint32_t distance = distance_;
  const Match* next = steps.data();
  const Match* const steps_end = next + steps.size();
  for (; next != steps_end; ++next) {
    const Match step = *next;  // which is not read again after writing
    const std::size_t bytes = std::size_t{step.literals} + step.bytes;
    if (bytes > static_cast<std::size_t>(block_end - p)) break;
    CopyLiterals({p, step.literals}, text_end, literals_end);
    literals_end += step.literals;
    literals += step.literals;
    p += bytes;
    if (step.bytes == 0) [[unlikely]] {
      continue;
    }
    // Without branches, which would often be predicted wrong.
    const bool is_new = (step.distance != distance) | (literals == 0);
    distance = step.distance;
    const std::uint32_t offset = distance + kZstdOffsetOfZero;
    *sequence++ = {
        literals, step.bytes,
        kZstdSameOffset + ((offset - kZstdSameOffset) & (0u - is_new))};
    literals = 0;
  }
  steps = {next, steps_end};
  return {{text.data(), p},
          {block_literals_.data(), literals_end},
          {block_sequences_.data(), sequence},
          distance,
          steps.empty()};
}

char* ZstdFrameWriter::Put(const Block& block, char* out) {
  char* const content = out + kBlockHeader;
  char* end =
      sequences_.Put(block.sequences, literals_.Put(block.literals, content));
  std::size_t type = kCompressedBlock;
  if (static_cast<std::size_t>(end - content) < block.text.size()) {
    literals_.Keep();
    distance_ = block.distance;
  } else {
    type = kRawBlock;
    end = std::copy(block.text.begin(), block.text.end(), content);
  }
  const auto bytes = static_cast<std::size_t>(end - content);
  PutNumber(std::size_t{block.is_last} | type << 1 | bytes << 3, kBlockHeader,
            out);
  return end;
}

char* ZstdFrameWriter::Write(std::string_view text,
                             std::span<const Match> steps, char* out) {
  literals_.Begin();
  distance_ = kFirstDistance;
  out = PutHeader(text.size(), out);
  for (std::string_view rest = text; !steps.empty();) {
    const Block block = Take(rest, steps);
    out = Put(block, out);
    rest.remove_prefix(block.text.size());
  }
  return PutNumber(ZstdChecksum(text), 4, out);
}

}  // namespace busyhour::internal
