#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace busyhour::internal {

/// A weighted choice among a few alternatives: Walker's alias method with
/// integer thresholds. A choice costs one draw and one comparison.
class Choice {
 public:
  /// Always chooses 0.
  Choice() : Choice(std::vector<double>{1.0}) {}
  /// `weights` are finite and not negative, and at least one is positive.
  explicit Choice(std::span<const double> weights);

  std::uint32_t operator()(std::uint64_t draw) const noexcept {
    // High half: the cell. Low half: the cell itself or its alias.
    const std::uint64_t cell = ((draw >> 32) * cells_.size()) >> 32;
    const Cell& chosen = cells_[cell];
    return (draw & 0xffffffff) < chosen.threshold
               ? static_cast<std::uint32_t>(cell)
               : chosen.alias;
  }

  std::size_t size() const noexcept { return cells_.size(); }

 private:
  struct Cell {
    std::uint64_t threshold = 0;  // of 2^32
    std::uint32_t alias = 0;
  };

  std::vector<Cell> cells_;
};

}  // namespace busyhour::internal
