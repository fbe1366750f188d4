#include "base/fingerprint.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdio>

namespace busyhour::internal {

struct Fingerprint::State {
  XXH3_state_t hash;
};

Fingerprint::Fingerprint() : state_(std::make_unique<State>()) {
  XXH3_128bits_reset(&state_->hash);
}
Fingerprint::~Fingerprint() = default;
Fingerprint::Fingerprint(Fingerprint&&) noexcept = default;
Fingerprint& Fingerprint::operator=(Fingerprint&&) noexcept = default;

void Fingerprint::Add(std::string_view bytes) noexcept {
  XXH3_128bits_update(&state_->hash, bytes.data(), bytes.size());
}

std::string Fingerprint::Text() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(&state_->hash);
  char text[33];
  std::snprintf(text, sizeof text, "%016llx%016llx",
                static_cast<unsigned long long>(hash.high64),
                static_cast<unsigned long long>(hash.low64));
  return text;
}

std::uint64_t HashOf(std::string_view text) noexcept {
  return XXH3_64bits(text.data(), text.size());
}

// GCC 12 makes the loop of XXH64() a third slower than that of the state.
std::uint32_t ZstdChecksum(std::string_view text) noexcept {
  XXH64_state_t state;
  XXH64_reset(&state, 0);
  XXH64_update(&state, text.data(), text.size());
  return static_cast<std::uint32_t>(XXH64_digest(&state));
}

}  // namespace busyhour::internal
