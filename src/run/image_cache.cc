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
      memory_(
          static_cast<char*>(::operator new[](capacity* stride_, kAlignment))) {
}

void ImageCache::Renew(const Record& record, const Tag& tag, std::size_t place,
                       CallImage image) noexcept {
  const CallKey call = record.call();
  const Guid correlation =
      directory_.CorrelationOf(call, record.correlation_epoch);
  if (tags_[place].call == tag.call) {
    image.SetCorrelation(record.correlation_epoch, correlation);
  } else {
    encoder_.image_layout().Render(directory_.FactsOf(call, record.connected()),
                                   record.correlation_epoch, correlation,
                                   image);
  }
  tags_[place] = tag;
}

}  // namespace busyhour
