#include "deliver/zstd_sequences.h"

#include <bit>

#include "deliver/bit_writer.h"

namespace busyhour::internal {
namespace {

// 3.1.1.3.2.1.1, tables 16 and 17.
constexpr std::uint8_t kLiteralsBits[] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  0,  0,  0,  0,  1,  1,
    1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
constexpr std::uint8_t kMatchBits[] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  0,  0,  0,  0,  0,  0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  0,  0,  0,  1,  1,  1, 1,
    2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

// 3.1.1.3.2.2: the predefined shares.
constexpr std::int8_t kLiteralsShares[] = {
    4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1,  1,  2,  2,
    2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1};
constexpr std::int8_t kMatchShares[] = {
    1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1,  1,  1,  1,  1,  1,  1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,  1,  1,  1,  1,  1,  1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1};
constexpr std::int8_t kOffsetShares[] = {1, 1, 1, 1, 1,  1,  2,  2,  2, 1,
                                         1, 1, 1, 1, 1,  1,  1,  1,  1, 1,
                                         1, 1, 1, 1, -1, -1, -1, -1, -1};

constexpr std::uint32_t kLeastMatch = 3;
constexpr char kAllPredefined = 0;

struct Symbols {
  ZstdLengthCodes::Code literals;
  ZstdLengthCodes::Code match;
  std::uint32_t offset;  // the place of its highest bit
};

// The bits that follow the symbols; for the offset, those below its highest.
void PutExtra(const Symbols& symbols, std::uint32_t offset,
              BitWriter& bits) noexcept {
  bits.Add(symbols.literals.extra, symbols.literals.extra_bits);
  bits.Add(symbols.match.extra, symbols.match.extra_bits);
  // With 17 bits of the tables and 23 of the offset, more would not fit.
  if (symbols.literals.extra_bits + symbols.match.extra_bits > 16) bits.Flush();
  bits.Add(offset - (1u << symbols.offset), symbols.offset);
  bits.Flush();
}

char* PutCount(std::size_t sequences, char* out) noexcept {
  if (sequences >= 128) *out++ = static_cast<char>(128 + (sequences >> 8));
  *out++ = static_cast<char>(sequences);
  return out;
}

}  // namespace

ZstdLengthCodes::ZstdLengthCodes(std::uint32_t least,
                                 std::span<const std::uint8_t> bits)
    : least_(least), bits_(bits) {
  std::uint32_t length = least;
  for (std::size_t symbol = 0; symbol < bits.size(); ++symbol) {
    for (std::uint32_t i = 0; i < 1u << bits[symbol]; ++i, ++length) {
      if (length == kShort) return;
      codes_[length] = {static_cast<std::uint8_t>(symbol), bits[symbol],
                        static_cast<std::uint16_t>(i)};
    }
  }
}

ZstdLengthCodes::Code ZstdLengthCodes::OfLong(
    std::uint32_t length) const noexcept {
  std::uint32_t first = least_;  // of the group
  std::size_t symbol = 0;
  for (; length - first >= 1u << bits_[symbol]; ++symbol) {
    first += 1u << bits_[symbol];
  }
  return {static_cast<std::uint8_t>(symbol), bits_[symbol],
          static_cast<std::uint16_t>(length - first)};
}

ZstdSequences::ZstdSequences()
    : literals_(0, kLiteralsBits),
      matches_(kLeastMatch, kMatchBits),
      literals_table_(kLiteralsShares, 6),
      matches_table_(kMatchShares, 6),
      offsets_table_(kOffsetShares, 5) {}

char* ZstdSequences::Put(std::span<const ZstdSequence> sequences,
                         char* out) const {
  out = PutCount(sequences.size(), out);
  if (sequences.empty()) return out;
  *out++ = kAllPredefined;
  BitWriter bits(out);
  const auto symbols_of = [this](const ZstdSequence& sequence) {
    return Symbols{
        literals_.Of(sequence.literals), matches_.Of(sequence.bytes),
        static_cast<std::uint32_t>(std::bit_width(sequence.offset)) - 1};
  };
  // Readers begin at the end (3.1.1.3.2.1.2).
  const ZstdSequence* p = &sequences.back();
  Symbols symbols = symbols_of(*p);
  std::uint32_t literals = literals_table_.StateOf(symbols.literals.symbol);
  std::uint32_t match = matches_table_.StateOf(symbols.match.symbol);
  std::uint32_t offset = offsets_table_.StateOf(symbols.offset);
  PutExtra(symbols, p->offset, bits);
  while (p != sequences.data()) {
    --p;
    symbols = symbols_of(*p);
    offsets_table_.Add(symbols.offset, offset, bits);
    matches_table_.Add(symbols.match.symbol, match, bits);
    literals_table_.Add(symbols.literals.symbol, literals, bits);
    PutExtra(symbols, p->offset, bits);
  }
  matches_table_.AddState(match, bits);
  offsets_table_.AddState(offset, bits);
  literals_table_.AddState(literals, bits);
  bits.Add(1, 1);
  return bits.End();
}

}  // namespace busyhour::internal
