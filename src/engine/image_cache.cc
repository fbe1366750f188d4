#include "engine/image_cache.h"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace busyhour::internal {

std::size_t ImageCache::CapacityFor(double calls_in_flight) noexcept {
  constexpr std::size_t kMost = 1 << 20;
  static_assert(kMost <= Record::kCallNumbers);
  // Images are indexed by running number, and calls do not end in that order.
  constexpr double kNumbersACall = 2;
  const double wanted =
      std::min(kNumbersACall * calls_in_flight, static_cast<double>(kMost));
  return std::clamp(std::bit_ceil(static_cast<std::size_t>(wanted)),
                    std::size_t{1024}, kMost);
}

void ImageCache::Render(const Record& record, CallImage& image) noexcept {
  const CallKey call = record.call();
  const Cast& cast = worlds_.CastOf(call);
  if (image.call != CallOf(record) || image.resource != call.resource) {
    image.call = CallOf(record);
    image.resource = call.resource & ((1u << kResourceBits) - 1);
    image.SetFacts(cast.FactsOf(call, recent_));
  }
  image.SetCorrelation(record.correlation_epoch,
                       cast.CorrelationOf(call, record.correlation_epoch));
}

}  // namespace busyhour::internal
