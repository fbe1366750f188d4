#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace busyhour::internal {

/// The incremental XXH3-128 hash of a sequence of bytes. Its text is the 32
/// hexadecimal digits that `xxhsum -H2` prints for the complete sequence.
class Fingerprint {
 public:
  Fingerprint();
  ~Fingerprint();
  Fingerprint(Fingerprint&&) noexcept;
  Fingerprint& operator=(Fingerprint&&) noexcept;

  void Add(std::string_view bytes) noexcept;
  std::string Text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The XXH3-64 hash of a text.
std::uint64_t HashOf(std::string_view text) noexcept;

/// The checksum of a text in a Zstandard frame (RFC 8878, 3.1.1): the lower
/// half of its XXH64 hash.
std::uint32_t ZstdChecksum(std::string_view text) noexcept;

}  // namespace busyhour::internal
