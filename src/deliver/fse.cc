#include "deliver/fse.h"

#include <bit>
#include <cstdlib>

namespace busyhour::internal {
namespace {

using StateSymbols = std::array<std::uint8_t, 1u << FseTable::kMostBits>;

// The symbols of the states in order (RFC 8878, 4.1.1): those with the least
// shares at the end, the others spread over the rest.
StateSymbols SymbolsOfStates(std::span<const std::int8_t> shares,
                             std::uint32_t states) {
  StateSymbols symbols{};
  std::uint32_t end = states;  // of the spread ones
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (shares[i] == -1) symbols[--end] = static_cast<std::uint8_t>(i);
  }
  std::uint32_t at = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    for (int j = 0; j < shares[i]; ++j) {
      symbols[at] = static_cast<std::uint8_t>(i);
      do {
        at = (at + states / 2 + states / 8 + 3) % states;
      } while (at >= end);
    }
  }
  return symbols;
}

}  // namespace

FseTable::FseTable(std::span<const std::int8_t> shares, std::uint32_t bits)
    : bits_(bits) {
  const std::uint32_t states = 1u << bits;
  std::array<std::uint32_t, kMostSymbols> ends{};
  std::uint32_t end = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const auto share = static_cast<std::uint32_t>(std::abs(shares[i]));
    if (share == 0) continue;
    // With this many bits if the state is `share` times 2^most or more, and
    // with one bit less below.
    const std::uint32_t most =
        bits + 1 - static_cast<std::uint32_t>(std::bit_width(share));
    // Modulo 2^32, like the sums that use them.
    steps_[i] = {(most << 16) - (share << most), end - share, end};
    ends[i] = end;
    end += share;
  }
  const StateSymbols symbols = SymbolsOfStates(shares, states);
  for (std::uint32_t i = 0; i < states; ++i) {
    states_[ends[symbols[i]]++] = static_cast<std::uint8_t>(states + i);
  }
}

}  // namespace busyhour::internal
