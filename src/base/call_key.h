#pragma once

#include <compare>
#include <cstdint>

namespace busyhour::internal {

/// Bits of a slot (enough up to the year 2514) and of an ordinal.
inline constexpr int kSlotBits = 34;
inline constexpr int kOrdinalBits = 24;
inline constexpr std::uint32_t kLastOrdinal = (1u << kOrdinalBits) - 1;

/// Bits of the two parts of an ordinal.
inline constexpr int kGenerationBits = 2;
inline constexpr int kNumberBits = kOrdinalBits - kGenerationBits;
inline constexpr std::uint32_t kMaxCallsPerSlot = 1u << kNumberBits;
/// Bits of the number of a resource in a job.
inline constexpr int kResourceBits = 10;
inline constexpr std::uint32_t kMostResources = 1000;
static_assert(kMostResources <= 1u << kResourceBits);
/// How often a caller can call again.
inline constexpr std::uint32_t kMostRedials = (1u << kGenerationBits) - 1;

/// Identifies a call. Its ordinal has two parts:
///
///   generation 2 | number 22
///
/// Generation 0 is a first attempt: `slot` is the second in which it was made,
/// since 1970, and `number` its number among the first attempts of that second.
/// If the same caller calls again, that call has the same slot and number, and
/// the next generation; it begins later, at any time.
///
/// Only this class knows the layout.
///
/// Each resource of a job has calls of its own. Keys are in the order in which
/// a job lists its calls: by slot, resource, number and generation.
struct CallKey {
  std::uint64_t slot = 0;
  std::uint32_t ordinal = 0;
  std::uint32_t resource = 0;  ///< its number in the job, below kMostResources

  constexpr std::uint32_t number() const noexcept {
    return ordinal & (kMaxCallsPerSlot - 1);
  }
  constexpr std::uint32_t generation() const noexcept {
    return ordinal >> kNumberBits;
  }
  /// The first attempt of the same caller.
  constexpr CallKey First() const noexcept {
    return {slot, number(), resource};
  }
  /// The next call of the same caller. The generation must be below
  /// `kMostRedials`.
  constexpr CallKey Next() const noexcept {
    return {slot, ordinal + (1u << kNumberBits), resource};
  }

  /// The call before this one, whose generation must be above 0.
  constexpr CallKey Before() const noexcept {
    return {slot, ordinal - (1u << kNumberBits), resource};
  }

  /// Slot and ordinal in one word: the call among those of its resource.
  constexpr std::uint64_t bits() const noexcept {
    return slot << kOrdinalBits | ordinal;
  }
  static constexpr CallKey FromBits(std::uint64_t bits,
                                    std::uint32_t resource) noexcept {
    return {bits >> kOrdinalBits,
            static_cast<std::uint32_t>(bits & kLastOrdinal), resource};
  }

  /// Spreads calls over a table whose size is a power of two, at most 2^32.
  constexpr std::uint64_t Hash() const noexcept {
    const std::uint64_t name = bits() + 1 + (std::uint64_t{resource} << 32);
    return name * 0x9e3779b97f4a7c15u >> 32;
  }

  friend constexpr bool operator==(const CallKey&, const CallKey&) = default;
  friend constexpr std::strong_ordering operator<=>(const CallKey& a,
                                                    const CallKey& b) noexcept {
    if (a.slot != b.slot) return a.slot <=> b.slot;
    if (a.resource != b.resource) return a.resource <=> b.resource;
    if (a.number() != b.number()) return a.number() <=> b.number();
    return a.generation() <=> b.generation();
  }
};

}  // namespace busyhour::internal
