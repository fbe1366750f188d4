#include "base/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>

namespace busyhour::internal {
namespace {

// Each power of two has this many buckets.
constexpr int kStepBits = 7;
constexpr std::uint64_t kSteps = std::uint64_t{1} << kStepBits;
constexpr std::size_t kBuckets = (64 - kStepBits) * kSteps;
static_assert(kSteps == Histogram::kStepsPerRow &&
              kBuckets == kSteps * Histogram::kRows);

// Values below kSteps have a bucket each. Above, the highest bit selects a row,
// and the next kStepBits bits a bucket of the row.
std::size_t BucketOf(std::uint64_t value) noexcept {
  if (value < kSteps) return value;
  const int shift = static_cast<int>(std::bit_width(value)) - 1 - kStepBits;
  return static_cast<std::size_t>(shift + 1) * kSteps +
         (value >> shift & (kSteps - 1));
}

// The middle of the bucket's range.
std::uint64_t ValueOf(std::size_t bucket) noexcept {
  if (bucket < kSteps) return bucket;
  const auto shift = static_cast<int>(bucket / kSteps) - 1;
  const std::uint64_t least = (kSteps + bucket % kSteps) << shift;
  return least + ((std::uint64_t{1} << shift) - 1) / 2;
}

}  // namespace

Histogram::Histogram() : buckets_(kBuckets) {}

void Histogram::Add(std::int64_t value, std::uint64_t count) noexcept {
  if (count == 0) return;
  value = std::max<std::int64_t>(value, 0);
  buckets_[BucketOf(static_cast<std::uint64_t>(value))] += count;
  min_ = count_ == 0 ? value : std::min(min_, value);
  max_ = std::max(max_, value);
  count_ += count;
  sum_ += static_cast<double>(value) * static_cast<double>(count);
}

void Histogram::Remove(std::int64_t value, std::uint64_t count) noexcept {
  if (count == 0) return;
  value = std::max<std::int64_t>(value, 0);
  buckets_[BucketOf(static_cast<std::uint64_t>(value))] -= count;
  count_ -= count;
  sum_ -= static_cast<double>(value) * static_cast<double>(count);
  if (count_ == 0) {
    min_ = max_ = 0;
    sum_ = 0.0;
    return;
  }
  if (value != min_ && value != max_) return;
  std::size_t first = 0;
  while (buckets_[first] == 0) ++first;
  std::size_t last = kBuckets - 1;
  while (buckets_[last] == 0) --last;
  min_ = std::clamp(static_cast<std::int64_t>(ValueOf(first)), min_, max_);
  max_ = std::clamp(static_cast<std::int64_t>(ValueOf(last)), min_, max_);
}

void Histogram::Merge(const Histogram& other) noexcept {
  if (other.count_ == 0) return;
  for (std::size_t i = 0; i < kBuckets; ++i) buckets_[i] += other.buckets_[i];
  min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  count_ += other.count_;
  sum_ += other.sum_;
}

void Histogram::Clear() noexcept {
  if (count_ == 0) return;
  std::fill(buckets_.begin(), buckets_.end(), 0);
  count_ = 0;
  min_ = 0;
  max_ = 0;
  sum_ = 0.0;
}

double Histogram::mean() const noexcept {
  return count_ == 0 ? 0.0 : sum_ / static_cast<double>(count_);
}

std::vector<Histogram::Bucket> Histogram::Buckets() const {
  std::vector<Bucket> buckets;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    if (buckets_[i] == 0) continue;
    const auto middle = static_cast<std::int64_t>(ValueOf(i));
    buckets.push_back({std::clamp(middle, min_, max_), buckets_[i]});
  }
  if (!buckets.empty()) buckets.back().value = max_;
  return buckets;
}

Histogram Histogram::Of(const std::vector<Bucket>& buckets, double mean) {
  Histogram histogram;
  for (const Bucket& bucket : buckets)
    histogram.Add(bucket.value, bucket.count);
  histogram.sum_ = mean * static_cast<double>(histogram.count_);
  return histogram;
}

std::int64_t Histogram::Quantile(double share) const noexcept {
  if (count_ == 0) return 0;
  const double rank =
      std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(count_));
  if (rank >= static_cast<double>(count_)) return max_;
  const std::uint64_t wanted =
      std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rank));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += buckets_[i];
    if (seen >= wanted) {
      return std::clamp(static_cast<std::int64_t>(ValueOf(i)), min_, max_);
    }
  }
  return max_;
}

}  // namespace busyhour::internal
