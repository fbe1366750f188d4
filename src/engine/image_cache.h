#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/huge_pages.h"
#include "encode/call_image.h"
#include "encode/encoder.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// Images of the calls that still have records to come.
///
/// The running number of a call determines its place, so calls of the same
/// period are adjacent. An image is replaced only after `capacity` later calls,
/// and rendered again if it is needed. For one thread.
class ImageCache {
 public:
  /// `capacity` must be a power of two. `worlds` must outlive the cache.
  ImageCache(const Worlds& worlds, std::size_t capacity)
      : worlds_(worlds),
        has_several_(worlds.size() > 1),
        images_(capacity),
        mask_(capacity - 1) {}

  /// A sufficient capacity for this number of calls in flight, within limits:
  /// 1,024 to a million images.
  static std::size_t CapacityFor(double calls_in_flight) noexcept;

  /// The image of the record's call, ready to encode it.
  const CallImage& Get(const Record& record) noexcept {
    CallImage& image = images_[record.place & mask_];
    if (!IsOf(image, record, has_several_)) [[unlikely]]
      Render(record, image);
    return image;
  }

  /// Makes `image` that of the record's call, ready to encode it.
  void Render(const Record& record, CallImage& image) noexcept;
  /// Whether it is that. Without `has_several` resources, theirs is not
  /// compared.
  static bool IsOf(const CallImage& image, const Record& record,
                   bool has_several) noexcept {
    return image.call == CallOf(record) &&
           image.correlation_epoch == record.correlation_epoch &&
           (!has_several || image.resource == record.resource());
  }

  /// Prefetches the memory that `Get` and the encoder will read.
  [[gnu::always_inline]] void Prefetch(const Record& record,
                                       const Encoder& encoder) const noexcept {
    images_[record.place & mask_].Prefetch(
        encoder.reads_whole_image(record.log()));
  }

 private:
  // Slot and ordinal, with an extra bit so that the value is never zero.
  static std::uint64_t CallOf(const Record& record) noexcept {
    return record.key.call_bits() << 1 | 1;
  }

  const Worlds& worlds_;
  const bool has_several_;
  std::vector<CallImage, HugePages<CallImage>> images_;
  std::size_t mask_;
  Cast::RecentFacts recent_;
};

}  // namespace busyhour::internal
