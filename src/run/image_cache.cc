#include "run/image_cache.h"

namespace busyhour {

void ImageCache::Renew(const Record& record, CallImage& image) noexcept {
  const CallKey call = record.call();
  if (image.call != CallOf(record)) {
    image.call = CallOf(record);
    image.SetFacts(directory_.FactsOf(call));
  }
  image.SetCorrelation(
      record.correlation_epoch,
      directory_.CorrelationOf(call, record.correlation_epoch));
}

}  // namespace busyhour
