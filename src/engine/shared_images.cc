#include "engine/shared_images.h"

#include <algorithm>
#include <bit>

#include "engine/call_source.h"

namespace busyhour::internal {

std::size_t SharedImages::AheadFor(std::size_t window) noexcept {
  return (window + 1) * kCallsAPortion;
}

std::size_t SharedImages::CapacityFor(double calls_in_flight,
                                      std::size_t window) noexcept {
  return std::max(ImageCache::CapacityFor(calls_in_flight),
                  std::bit_ceil(4 * AheadFor(window)));
}

std::uint64_t SharedImages::BeginCalls(std::uint64_t end) {
  handed_out_ = end;
  const std::uint64_t unread = taken_ + images_.size();
  return reading_.empty() ? unread
                          : std::min(unread, reading_.front() + ahead_);
}

std::uint32_t SharedImages::BeginRecords() {
  reading_.push_back(handed_out_);
  return static_cast<std::uint32_t>(handed_out_ - 1);
}

}  // namespace busyhour::internal
