#include "run/image_cache.h"

#include <new>

namespace busyhour {
namespace {

constexpr std::align_val_t kAlignment{kCacheLine};

}  // namespace

void ImageCache::Free::operator()(char* memory) const noexcept {
  ::operator delete[](memory, kAlignment);
}

ImageCache::ImageCache(const Encoder& encoder, const Directory& directory,
                       std::size_t capacity)
    : encoder_(encoder),
      directory_(directory),
      mask_(capacity - 1),
      stride_(encoder.image_layout().stride()),
      tags_(capacity),
      memory_(static_cast<char*>(
          ::operator new[](capacity * stride_, kAlignment))) {}

void ImageCache::Render(const Record& record, CallImage image) noexcept {
  const CallKey call = record.call();
  encoder_.image_layout().Render(
      directory_.FactsOf(call, record.connected()), record.correlation_epoch,
      directory_.CorrelationOf(call, record.correlation_epoch), image);
}

}  // namespace busyhour
