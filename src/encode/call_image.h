#pragma once

#include <cstddef>
#include <cstdint>

#include "base/cache.h"
#include "base/call_key.h"
#include "base/guid.h"
#include "logs/vocabulary.h"

namespace busyhour::internal {

/// The text that is unique to a call and shared by its records, so that a
/// record copies it instead of formatting it. Three cache lines; records of
/// some logs read only the first one.
struct alignas(kCacheLine) CallImage {
  /// For caches of images: the call and its resource, and the correlation id
  /// that the image contains.
  std::uint64_t call = 0;
  // Bit-fields, so that the line has room for all of it.
  std::uint16_t resource : kResourceBits = 0;
  std::uint16_t caller_ip_bytes : 16 - kResourceBits = 0;
  std::uint8_t correlation_epoch = 0;
  std::uint8_t server_call_tail_bytes = 0;
  char caller_ip[16];
  char correlation[kGuidTextBytes];
  char server_call_tail[84];
  char connection[kGuidTextBytes];

  /// Sets everything except `call`, `resource` and the correlation id.
  void SetFacts(const CallFacts& facts) noexcept;
  void SetCorrelation(std::uint8_t epoch, const Guid& id) noexcept;

  /// Prefetches the memory that a record will read: all of it, or the first
  /// line.
  [[gnu::always_inline]] void Prefetch(bool all) const noexcept {
    busyhour::internal::Prefetch(this, kCacheLine);
    if (all) {
      busyhour::internal::Prefetch(server_call_tail,
                                   sizeof(CallImage) - kCacheLine);
    }
  }
};
static_assert(sizeof(CallImage) == 3 * kCacheLine);
static_assert(offsetof(CallImage, server_call_tail) <= kCacheLine);

}  // namespace busyhour::internal
