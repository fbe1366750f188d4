#pragma once

#include <cstdint>
#include <vector>

#include "encode/call_image.h"
#include "encode/encoder.h"
#include "logs/cast.h"

namespace busyhour {

/// Call images of the calls that have records coming up.
///
/// A call's place follows from its running number, so that the calls of any
/// stretch of time lie side by side and only a call that outlives `capacity`
/// later ones is put out; it is rendered again when it is needed. For one
/// thread.
class ImageCache {
 public:
  /// `capacity` is a power of two. `cast` must outlive the cache.
  ImageCache(const Cast& cast, std::size_t capacity)
      : cast_(cast), images_(capacity), mask_(capacity - 1) {}

  /// A capacity that is enough for so many calls in flight, as far as memory is
  /// worth it: 1,024 to a million images.
  static std::size_t CapacityFor(double calls_in_flight) noexcept;

  /// The image of the record's call, ready to encode it.
  const CallImage& Get(const Record& record) noexcept {
    CallImage& image = images_[record.call_number & mask_];
    if (image.call != CallOf(record) ||
        image.correlation_epoch != record.correlation_epoch) [[unlikely]] {
      Renew(record, image);
    }
    return image;
  }

  /// Asks for what `Get` and the encoder will read.
  void Prefetch(const Record& record, const Encoder& encoder) const noexcept {
    images_[record.call_number & mask_].Prefetch(
        encoder.reads_whole_image(record.log()));
  }

 private:
  // Slot and ordinal, and a bit so that it is never 0.
  static std::uint64_t CallOf(const Record& record) noexcept {
    return record.key.call_bits() << 1 | 1;
  }
  void Renew(const Record& record, CallImage& image) noexcept;

  const Cast& cast_;
  std::vector<CallImage> images_;
  std::size_t mask_;
};

}  // namespace busyhour
