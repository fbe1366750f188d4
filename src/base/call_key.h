#pragma once

#include <cstdint>

namespace busyhour {

/// Bits of a slot (enough up to the year 2514) and of an ordinal.
inline constexpr int kSlotBits = 34;
inline constexpr int kOrdinalBits = 24;
inline constexpr std::uint32_t kMaxCallsPerSlot = 1u << kOrdinalBits;

/// Identifies a call: the second in which it was attempted, since 1970, and its
/// number among the calls of that second.
struct CallKey {
  std::uint64_t slot = 0;
  std::uint32_t ordinal = 0;

  /// Both in one word, ordered as (slot, ordinal).
  constexpr std::uint64_t bits() const noexcept {
    return slot << kOrdinalBits | ordinal;
  }
  static constexpr CallKey FromBits(std::uint64_t bits) noexcept {
    return {bits >> kOrdinalBits,
            static_cast<std::uint32_t>(bits & (kMaxCallsPerSlot - 1))};
  }

  friend bool operator==(const CallKey&, const CallKey&) = default;
};

}  // namespace busyhour
