#include "engine/shared_images.h"

#include <algorithm>
#include <bit>

#include "engine/call_source.h"

namespace busyhour::internal {

std::size_t SharedImages::CapacityFor(double calls_in_flight,
                                      std::size_t window) noexcept {
  // All calls that are simulated ahead fit into the quarter for them.
  return std::max(ImageCache::CapacityFor(calls_in_flight),
                  std::bit_ceil(4 * (window + 1) * kCallsAPortion));
}

std::uint64_t SharedImages::BeginCalls(std::uint64_t end) {
  handed_out_ = end;
  const std::uint64_t unread = taken_ + images_.size();
  return reading_.empty() ? unread
                          : std::min(unread, reading_.front() + ahead());
}

std::uint32_t SharedImages::BeginRecords() {
  reading_.push_back(handed_out_);
  return static_cast<std::uint32_t>(handed_out_ - 1);
}

}  // namespace busyhour::internal
