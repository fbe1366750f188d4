#pragma once

#include <cmath>
#include <cstdint>

namespace busyhour::internal {

/// Mean and variance of a sample, updated with each value.
class Moments {
 public:
  void Add(double value) {
    ++count_;
    const double from_mean = value - mean_;
    mean_ += from_mean / static_cast<double>(count_);
    squares_ += from_mean * (value - mean_);
  }

  std::uint64_t count() const { return count_; }
  double mean() const { return mean_; }
  double variance() const { return squares_ / static_cast<double>(count_ - 1); }
  double deviation() const { return std::sqrt(variance()); }
  /// Standard error of the mean.
  double standard_error() const {
    return std::sqrt(variance() / static_cast<double>(count_));
  }

 private:
  std::uint64_t count_ = 0;
  double mean_ = 0.0;
  double squares_ = 0.0;
};

/// Standard error of a share in a sample of `count`, if its true value is
/// `share`.
inline double ShareError(double share, double count) {
  return std::sqrt(share * (1.0 - share) / count);
}

}  // namespace busyhour::internal
