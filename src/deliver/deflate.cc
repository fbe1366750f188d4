#include "deliver/deflate.h"

#include <algorithm>
#include <bit>

#include "deliver/bit_writer.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kEndOfBlock = 256;

// A symbol and the bits after its code word.
struct Symbol {
  std::uint32_t number;
  std::uint32_t extra_bits;
  std::uint32_t extra;
};

// RFC 1951, 3.2.5: symbols for 3 to 258, the last one for itself.
Symbol SymbolOfLength(std::uint32_t length) noexcept {
  const std::uint32_t value = length - 3;
  if (value == 255) return {285, 0, 0};
  if (value < 8) return {257 + value, 0, 0};
  const auto bits = static_cast<std::uint32_t>(std::bit_width(value)) - 3;
  return {257 + 4 * (bits + 1) + (value >> bits & 3), bits,
          value & ((1u << bits) - 1)};
}

// The same for 1 to 32768.
Symbol SymbolOfDistance(std::uint32_t distance) noexcept {
  const std::uint32_t value = distance - 1;
  if (value < 4) return {value, 0, 0};
  const auto bits = static_cast<std::uint32_t>(std::bit_width(value)) - 2;
  return {2 * (bits + 1) + (value >> bits & 1), bits,
          value & ((1u << bits) - 1)};
}

// The length of the first part of a long match, of which enough must be left.
std::uint32_t FirstPart(std::uint32_t bytes) noexcept {
  constexpr std::uint32_t kMost = 258;
  constexpr std::uint32_t kLeast = 3;
  return bytes <= kMost ? bytes : std::min(kMost, bytes - kLeast);
}

// Adds literals to the counts. Several counters, because a counter that was
// just written must not be read at once.
void CountLiterals(const unsigned char* p, std::size_t bytes,
                   std::array<std::array<std::uint32_t, 256>, 4>& counts) {
  std::size_t i = 0;
  for (; i + 4 <= bytes; i += 4) {
    ++counts[0][p[i]];
    ++counts[1][p[i + 1]];
    ++counts[2][p[i + 2]];
    ++counts[3][p[i + 3]];
  }
  for (; i < bytes; ++i) ++counts[0][p[i]];
}

}  // namespace

void Deflater::Count(std::string_view text, std::span<const Match> steps) {
  std::array<std::array<std::uint32_t, 256>, 4> literals{};
  symbol_counts_.fill(0);
  distance_counts_.fill(0);
  const auto* p = reinterpret_cast<const unsigned char*>(text.data());
  for (const Match& step : steps) {
    CountLiterals(p, step.literals, literals);
    p += step.literals + step.bytes;
    if (step.bytes == 0) continue;
    const std::uint32_t distance = SymbolOfDistance(step.distance).number;
    for (std::uint32_t left = step.bytes; left > 0;) {
      const std::uint32_t part = FirstPart(left);
      ++symbol_counts_[SymbolOfLength(part).number];
      ++distance_counts_[distance];
      left -= part;
    }
  }
  for (std::size_t i = 0; i < 256; ++i) {
    for (const auto& each : literals) symbol_counts_[i] += each[i];
  }
  symbol_counts_[kEndOfBlock] = 1;
}

void Deflater::MakeCodes() {
  // Readers require complete codes, of two words or more.
  for (const std::size_t i : {0, 1}) {
    symbol_counts_[i] = std::max(symbol_counts_[i], 1u);
    distance_counts_[i] = std::max(distance_counts_[i], 1u);
  }
  MakeHuffmanCodes(symbol_counts_, symbols_);
  MakeHuffmanCodes(distance_counts_, distances_);
  for (std::uint32_t i = 3; i <= kMostLength; ++i) {
    const Symbol symbol = SymbolOfLength(i);
    const HuffmanCode& code = symbols_[symbol.number];
    lengths_[i] = {code.bits | symbol.extra << code.length,
                   code.length + symbol.extra_bits};
  }
}

// RFC 1951, 3.2.7. The lengths of the code words are written with four bits
// each: a block is so long that fewer bits would not matter.
void Deflater::PutHeader(BitWriter& bits) const {
  constexpr std::uint32_t kLastDynamicBlock = 0b101;
  constexpr std::size_t kLengthCodes = 19;
  bits.Add(kLastDynamicBlock, 3);
  bits.Add(kSymbols - 257, 5);
  bits.Add(kDistanceSymbols - 1, 5);
  bits.Add(kLengthCodes - 4, 4);
  bits.Flush();
  // The first three are for repetitions, which are not used.
  for (std::size_t i = 0; i < kLengthCodes; ++i) {
    bits.Add(i < 3 ? 0 : 4, 3);
    bits.Flush();
  }
  const auto put = [&bits](std::span<const HuffmanCode> codes) {
    for (const HuffmanCode& code : codes) {
      const std::uint32_t n = code.length;
      bits.Add((n & 1) << 3 | (n & 2) << 1 | (n & 4) >> 1 | (n & 8) >> 3, 4);
      bits.Flush();
    }
  };
  put(symbols_);
  put(distances_);
}

char* Deflater::Write(std::string_view text, std::span<const Match> steps,
                      char* out) {
  Count(text, steps);
  MakeCodes();
  BitWriter bits(out);
  PutHeader(bits);
  const auto* p = reinterpret_cast<const unsigned char*>(text.data());
  for (const Match& step : steps) {
    const unsigned char* const literals_end = p + step.literals;
    for (; literals_end - p >= 4; p += 4) {
      for (int i = 0; i < 4; ++i) bits.Add(symbols_[p[i]]);
      bits.Flush();
    }
    for (; p < literals_end; ++p) bits.Add(symbols_[*p]);
    bits.Flush();
    p += step.bytes;
    if (step.bytes == 0) continue;
    const Symbol distance = SymbolOfDistance(step.distance);
    const HuffmanCode& code = distances_[distance.number];
    const std::uint32_t distance_bits = code.bits | distance.extra
                                                        << code.length;
    for (std::uint32_t left = step.bytes; left > 0;) {
      const std::uint32_t part = FirstPart(left);
      bits.Add(lengths_[part]);
      bits.Add(distance_bits, code.length + distance.extra_bits);
      bits.Flush();
      left -= part;
    }
  }
  bits.Add(symbols_[kEndOfBlock]);
  return bits.End();
}

}  // namespace busyhour::internal
