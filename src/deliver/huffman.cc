#include "deliver/huffman.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace busyhour::internal {
namespace {

// Number of code words by length.
using LengthCounts = std::array<std::uint32_t, kMostHuffmanBits + 1>;

// Of an optimal code for these counts, which are in ascending order: the two
// rarest nodes are joined until one is left. Words of more than `most` bits
// count as of that length.
LengthCounts OptimalLengths(const std::vector<std::uint32_t>& counts,
                            std::size_t most) {
  const std::size_t leaves = counts.size();
  std::vector<std::uint64_t> weights(counts.begin(), counts.end());
  weights.reserve(2 * leaves);
  std::vector<std::size_t> parents(2 * leaves);
  std::size_t leaf = 0;       // the next leaf
  std::size_t node = leaves;  // the next joined node; they are in order, too
  const auto take = [&] {
    const bool is_leaf = node == weights.size() ||
                         (leaf < leaves && weights[leaf] <= weights[node]);
    return is_leaf ? leaf++ : node++;
  };
  while (weights.size() < 2 * leaves - 1) {
    const std::size_t first = take();
    const std::size_t second = take();
    parents[first] = parents[second] = weights.size();
    weights.push_back(weights[first] + weights[second]);
  }
  std::vector<std::size_t> depths(2 * leaves);
  LengthCounts lengths{};
  for (std::size_t i = 2 * leaves - 2; i-- > 0;) {
    depths[i] = depths[parents[i]] + 1;
    if (i < leaves) ++lengths[std::min(depths[i], most)];
  }
  return lengths;
}

// Lengthens words until the code is one again: the words take exactly all of
// the code space.
void Limit(LengthCounts& lengths, std::size_t most) {
  std::uint64_t space = 0;
  for (std::size_t i = 1; i <= most; ++i) {
    space += std::uint64_t{lengths[i]} << (most - i);
  }
  for (; space > std::uint64_t{1} << most; --space) {
    std::size_t i = most - 1;
    while (lengths[i] == 0) --i;
    // A word becomes the start of two, one of which a longest word takes.
    --lengths[i];
    lengths[i + 1] += 2;
    --lengths[most];
  }
}

std::uint32_t Reversed(std::uint32_t word, std::uint32_t length) {
  std::uint32_t reversed = 0;
  for (std::uint32_t i = 0; i < length; ++i) {
    reversed |= (word >> i & 1) << (length - 1 - i);
  }
  return reversed;
}

// Gives the words their bits: in order of their lengths, and then of their
// symbols.
void SetBits(std::span<HuffmanCode> codes) {
  LengthCounts lengths{};
  for (const HuffmanCode& code : codes) ++lengths[code.length];
  lengths[0] = 0;
  LengthCounts next{};
  for (std::size_t i = 1; i < kMostHuffmanBits; ++i) {
    next[i + 1] = (next[i] + lengths[i]) << 1;
  }
  for (HuffmanCode& code : codes) {
    if (code.length > 0) code.bits = Reversed(next[code.length]++, code.length);
  }
}

}  // namespace

void SetHuffmanLengths(std::span<const std::uint32_t> counts, std::size_t most,
                       std::span<HuffmanCode> codes) {
  std::vector<std::size_t> symbols;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    codes[i] = {};
    if (counts[i] > 0) symbols.push_back(i);
  }
  std::stable_sort(
      symbols.begin(), symbols.end(),
      [&](std::size_t a, std::size_t b) { return counts[a] < counts[b]; });
  std::vector<std::uint32_t> sorted;
  for (const std::size_t symbol : symbols) sorted.push_back(counts[symbol]);
  LengthCounts lengths = OptimalLengths(sorted, most);
  Limit(lengths, most);
  auto symbol = symbols.begin();  // the rarest one gets the longest word
  for (std::size_t i = most; i > 0; --i) {
    for (std::uint32_t j = 0; j < lengths[i]; ++j) {
      codes[*symbol++].length = static_cast<std::uint32_t>(i);
    }
  }
}

void MakeHuffmanCodes(std::span<const std::uint32_t> counts,
                      std::span<HuffmanCode> codes) {
  SetHuffmanLengths(counts, kMostHuffmanBits, codes);
  SetBits(codes);
}

}  // namespace busyhour::internal
