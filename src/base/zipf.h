#pragma once

#include <cstdint>
#include <vector>

#include "base/choice.h"
#include "base/stream.h"

namespace busyhour::internal {

/// Draws a number below `count` by Zipf's law, with a flat head: number n has
/// the weight (n + head)^-exponent (Mandelbrot's form of the law).
///
/// Numbers are grouped into bands, and all numbers of a band have the same
/// weight, so that a draw costs a choice and a multiplication.
class Zipf {
 public:
  /// `exponent` is 0 (all weights are equal) to 4, `count` at least 1. The
  /// first numbers, up to about `head`, have similar weights; it is at
  /// least 16.
  Zipf(double exponent, std::uint32_t head, std::uint32_t count);

  std::uint32_t operator()(std::uint64_t draw) const noexcept {
    const Band& band = bands_[band_(draw)];
    return band.first + static_cast<std::uint32_t>(
                            PickBelow(FoldedMultiply(draw, kMix1), band.count));
  }

 private:
  struct Band {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };

  std::vector<Band> bands_;
  Choice band_;
};

}  // namespace busyhour::internal
