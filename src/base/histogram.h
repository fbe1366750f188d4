#pragma once

#include <cstdint>
#include <vector>

namespace busyhour {

/// How often values came, to answer for quantiles later. Values are not
/// negative; those below 128 are kept exactly, others to within 0.4 %. Memory
/// does not depend on how many there are: 58 KiB.
class Histogram {
 public:
  Histogram();

  /// Counts `value` `count` times; a negative value counts as 0.
  void Add(std::int64_t value, std::uint64_t count = 1) noexcept;
  /// Takes back what was added with the same words. When it was the least or
  /// the greatest value, the next one is known to within 0.4 %.
  void Remove(std::int64_t value, std::uint64_t count) noexcept;
  void Merge(const Histogram& other) noexcept;
  void Clear() noexcept;

  std::uint64_t count() const noexcept { return count_; }
  /// The least and greatest value, exactly; 0 when there is none.
  std::int64_t min() const noexcept { return count_ == 0 ? 0 : min_; }
  std::int64_t max() const noexcept { return max_; }
  double mean() const noexcept;
  /// The least value that `share` of all do not exceed; 0 when there is none.
  /// `share` is in [0, 1].
  std::int64_t Quantile(double share) const noexcept;

 private:
  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::int64_t min_ = 0;
  std::int64_t max_ = 0;
  double sum_ = 0.0;
};

}  // namespace busyhour
