#include "deliver/zstd_literals.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "deliver/bit_writer.h"

namespace busyhour::internal {
namespace {

// A word of `pairs_`: the bits of both symbols, and above them their number.
constexpr std::uint32_t kPairLengthAt = 22;

// Fewer literals are not worth a code.
constexpr std::size_t kLeastCoded = 64;

// Types of a section and sizes of its numbers, in the lowest bits
// (3.1.1.3.1.1).
constexpr std::uint64_t kRaw = 0b11'00;
constexpr std::uint64_t kWithDescription = 0b11'10;
constexpr std::uint64_t kWithoutDescription = 0b11'11;

constexpr std::size_t kStreams = 4;
constexpr std::size_t kRawHeader = 3;
constexpr std::size_t kCodedHeader = 5;

bool IsAscii(std::span<const unsigned char> bytes) {
  unsigned char all = 0;
  for (const unsigned char byte : bytes) all |= byte;
  return all < 128;
}

}  // namespace

ZstdLiterals::ZstdLiterals() : pairs_(kSymbols << 8) {}

// A symbol that the sample lacks gets a word, too.
void ZstdLiterals::MakeCode(std::span<const unsigned char> sample) {
  // Several counters, because a counter that was just written must not be read
  // at once.
  std::array<std::array<std::uint32_t, kSymbols>, 4> parts{};
  for (std::size_t i = 0; i + 4 <= sample.size(); i += 4) {
    for (std::size_t j = 0; j < 4; ++j) ++parts[j][sample[i + j]];
  }
  std::array<std::uint32_t, kSymbols> counts;
  for (std::size_t i = 0; i < kSymbols; ++i) {
    counts[i] = 1 + parts[0][i] + parts[1][i] + parts[2][i] + parts[3][i];
  }
  SetHuffmanLengths(counts, kMostBits, codes_);
  // The words in order (4.2.1.3): from the longest ones, and then by symbol.
  std::uint32_t next = 0;
  for (std::size_t length = kMostBits; length > 0; --length) {
    for (HuffmanCode& code : codes_) {
      if (code.length == length) code.bits = next++;
    }
    next /= 2;
  }
  MakePairs();
  has_code_ = true;
}

// The later one of two symbols is written first.
void ZstdLiterals::MakePairs() {
  std::array<std::uint32_t, kSymbols> bits;
  std::array<std::uint32_t, kSymbols> lengths;
  for (std::size_t i = 0; i < kSymbols; ++i) {
    bits[i] = codes_[i].bits;
    lengths[i] = codes_[i].length << kPairLengthAt;
  }
  const bool low_is_earlier = std::endian::native == std::endian::little;
  static_assert(low_is_earlier);
  for (std::size_t later = 0; later < kSymbols; ++later) {
    const std::uint32_t shift = codes_[later].length;
    const std::uint32_t rest = bits[later] + lengths[later];
    std::uint32_t* const row = &pairs_[later << 8];
    for (std::size_t i = 0; i < kSymbols; ++i) {
      row[i] = (bits[i] << shift) + lengths[i] + rest;
    }
  }
}

// The weights of all symbols but the last one, which follows from them, with
// four bits each (4.2.1.1).
char* ZstdLiterals::PutDescription(char* out) const {
  std::uint32_t longest = 0;
  for (const HuffmanCode& code : codes_) {
    longest = std::max(longest, code.length);
  }
  const auto weight = [&](std::size_t i) {
    return i == kSymbols - 1 ? 0 : longest + 1 - codes_[i].length;
  };
  *out++ = static_cast<char>(127 + kSymbols - 1);
  for (std::size_t i = 0; i < kSymbols; i += 2) {
    *out++ = static_cast<char>(weight(i) << 4 | weight(i + 1));
  }
  return out;
}

// Readers begin at the end (4.2.2), which a bit marks.
char* ZstdLiterals::PutStream(std::span<const unsigned char> literals,
                              char* out) const {
  BitWriter bits(out);
  const unsigned char* const begin = literals.data();
  const unsigned char* p = begin + literals.size();
  const std::uint32_t* const pairs = pairs_.data();
  const auto put_two = [&] {
    std::uint16_t two;
    std::memcpy(&two, p -= 2, sizeof two);
    const std::uint32_t pair = pairs[two];
    bits.Add(pair & ((1u << kPairLengthAt) - 1), pair >> kPairLengthAt);
  };
  while (p - begin >= 4) {
    put_two();
    put_two();
    bits.Flush();
  }
  while (p != begin) bits.Add(codes_[*--p]);
  bits.Add(1, 1);
  return bits.End();
}

char* ZstdLiterals::PutCoded(std::span<const unsigned char> literals,
                             char* out) {
  if (!has_code_) MakeCode(literals);
  char* p = out + kCodedHeader;
  if (!is_described_) p = PutDescription(p);
  std::uint16_t sizes[kStreams - 1];
  char* const sizes_at = p;
  p += sizeof sizes;
  const std::size_t part = (literals.size() + kStreams - 1) / kStreams;
  for (std::size_t i = 0; i < kStreams; ++i) {
    char* const begin = p;
    p = PutStream(literals.subspan(0, std::min(part, literals.size())), p);
    literals = literals.subspan(std::min(part, literals.size()));
    if (i < kStreams - 1) sizes[i] = static_cast<std::uint16_t>(p - begin);
  }
  std::memcpy(sizes_at, sizes, sizeof sizes);
  return p;
}

char* ZstdLiterals::Put(std::span<const unsigned char> literals, char* out) {
  const std::size_t bytes = literals.size();
  describes_ = false;
  if (bytes >= kLeastCoded && IsAscii(literals)) {
    char* const end = PutCoded(literals, out);
    const auto coded = static_cast<std::size_t>(end - out) - kCodedHeader;
    if (coded < bytes) {
      describes_ = !is_described_;
      const std::uint64_t header =
          (describes_ ? kWithDescription : kWithoutDescription) |
          std::uint64_t{bytes} << 4 | std::uint64_t{coded} << 22;
      std::memcpy(out, &header, kCodedHeader);
      return end;
    }
  }
  const std::uint64_t header = kRaw | std::uint64_t{bytes} << 4;
  std::memcpy(out, &header, kRawHeader);
  return std::copy(literals.begin(), literals.end(), out + kRawHeader);
}

}  // namespace busyhour::internal
