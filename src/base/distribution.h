#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace busyhour::internal {

/// A continuous distribution as specified in a profile. Values are in ticks:
/// whole milliseconds for a duration, 1/65536 for a factor.
struct DistributionSpec {
  enum class Kind {
    kConstant,     ///< a
    kUniform,      ///< from a to b
    kNormal,       ///< mean a, standard deviation b
    kLognormal,    ///< median a, sigma b (of the logarithm)
    kExponential,  ///< mean a
    kGamma,        ///< mean a, coefficient of variation b
    kQuantiles,    ///< points: (probability, value), linear between them
  };
  struct Point {
    double probability = 0.0;
    double value = 0.0;
    friend bool operator==(const Point&, const Point&) = default;
  };

  Kind kind = Kind::kConstant;
  double a = 0.0;
  double b = 0.0;
  std::vector<Point> points;
  /// If `tail_share` is above 0: this share of the values, the largest, has a
  /// Pareto tail with this exponent instead, which begins where the values
  /// without it do, and is above 0. [0, 0.5] and above 0.
  double tail_share = 0.0;
  double tail_exponent = 1.0;
  /// Draws are limited to [min, max], in ticks.
  double min = 0.0;
  double max = 2.0e9;

  friend bool operator==(const DistributionSpec&,
                         const DistributionSpec&) = default;
};

/// A distribution as a table of quantiles in ticks.
///
/// A draw looks up two neighbouring quantiles and interpolates with integers,
/// so rounding differences of mathematical functions never reach a record.
/// Quantiles are densest in the tails: each halving of the distance to either
/// end of [0, 1] has `kCells` of its own, down to 2^-kOctaves.
class Distribution {
 public:
  /// Always 0.
  Distribution() : Distribution(DistributionSpec{}) {}
  /// `spec` must be valid: finite numbers, a <= b if they are bounds, min <=
  /// max, both in [-2^30, 2^31).
  explicit Distribution(const DistributionSpec& spec);

  /// The quantile at `draw` / 2^64; monotonic in `draw`.
  std::int32_t operator()(std::uint64_t draw) const noexcept {
    // The top bit selects the nearer end; the other bits are the distance to
    // it.
    const std::uint64_t upper = 0 - (draw >> 63);
    const std::uint64_t distance = (draw ^ upper) << 1 | 1;
    // 63 minus the leading zeros, in the form of one instruction.
    const auto top =
        static_cast<std::uint32_t>(std::countl_zero(distance)) ^ 63;
    if (top < kLowestTop) [[unlikely]]
      return upper != 0 ? max() : min();
    // The top one, the bits that select the cell, and the fraction in it.
    const std::uint64_t within = distance >> (top - kCellBits - 32);
    const std::uint64_t index = (top - kLowestTop) * kCells +
                                static_cast<std::uint32_t>(within >> 32) -
                                kCells + 1;
    const Cell& cell = cells_[kSideCells + (index ^ upper)];
    const auto fraction = static_cast<std::int64_t>(within & 0xffffffff);
    return cell.value + static_cast<std::int32_t>((cell.step * fraction) >> 32);
  }

  /// The number of the 2^64 draws that give a value below `limit`, minus one. A
  /// draw scaled down to this number (`ScaleDraw`) has the conditional
  /// distribution.
  std::uint64_t DrawsBelow(std::int32_t limit) const noexcept;

  /// Mean of all draws, in ticks.
  double mean() const noexcept { return mean_; }
  /// Smallest and largest possible draw, in ticks.
  std::int32_t min() const noexcept { return cells_[kSideCells].value; }
  std::int32_t max() const noexcept { return cells_[kSideCells - 1].value; }

 private:
  static constexpr int kCellBits = 4;
  static constexpr std::uint32_t kCells = 1u << kCellBits;
  static constexpr std::uint32_t kOctaves = 26;
  // The lowest place of the top one of a distance with a cell of its own.
  static constexpr std::uint32_t kLowestTop = 64 - kOctaves;
  static constexpr std::uint32_t kSideCells = 1 + kOctaves * kCells;

  // An interval of probability: the quantile at the end nearer to the tail, and
  // the distance to the quantile at the other end.
  struct Cell {
    std::int32_t value = 0;
    std::int32_t step = 0;
  };

  // The side of 1, then the side of 0. Both ends are in the middle: the cell
  // number i from the end is at ~i or i, relative to the middle.
  std::vector<Cell> cells_;
  double mean_ = 0.0;
};

/// The draw scaled to [0, last].
inline std::uint64_t ScaleDraw(std::uint64_t draw,
                               std::uint64_t last) noexcept {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<Wide>(draw) * last) >> 64);
}

}  // namespace busyhour::internal
