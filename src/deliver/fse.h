#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "deliver/bit_writer.h"

namespace busyhour::internal {

/// A table of finite state entropy (RFC 8878, 4.1), a code whose words take a
/// fraction of a bit more or less, which its state holds.
///
/// Symbols are written from the last one to the first. Several states stand for
/// a symbol. To write one is to go to one of its states; the bits that are
/// written tell a reader the state before.
class FseTable {
 public:
  static constexpr std::uint32_t kMostBits = 6;
  static constexpr std::size_t kMostSymbols = 53;

  /// For symbols with these shares of 2^`bits`; -1 is a share of less than 1.
  FseTable(std::span<const std::int8_t> shares, std::uint32_t bits);

  /// A state for the symbol that is written first.
  std::uint32_t StateOf(std::size_t symbol) const noexcept {
    return states_[steps_[symbol].first_state];
  }
  /// Goes from the state of the symbol written before to one for `symbol`. It
  /// adds up to `kMostBits` bits.
  void Add(std::size_t symbol, std::uint32_t& state,
           BitWriter& bits) const noexcept {
    const Step& step = steps_[symbol];
    const std::uint32_t count = (state + step.bits) >> 16;
    const std::uint32_t kept = state >> count;
    bits.Add(state - (kept << count), count);
    state = states_[kept + step.to_states];
  }
  /// Adds the last state, with which readers begin.
  void AddState(std::uint32_t state, BitWriter& bits) const noexcept {
    bits.Add(state - (1u << bits_), bits_);
  }

 private:
  // From any state to one for a symbol. A state is a number from 2^`bits_` to
  // less than twice that; as many of its low bits are written that the rest is
  // from the share of the symbol to less than twice that.
  struct Step {
    std::uint32_t bits;         // plus the state: the bits to write, times 2^16
    std::uint32_t to_states;    // plus the rest: a place in `states_`
    std::uint32_t first_state;  // the first of the symbol's in `states_`
  };

  std::uint32_t bits_;
  std::array<Step, kMostSymbols> steps_{};
  std::array<std::uint8_t, 1u << kMostBits> states_{};  // by symbol
};

}  // namespace busyhour::internal
