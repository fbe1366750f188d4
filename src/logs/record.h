#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <type_traits>

#include "base/call_key.h"
#include "base/guid.h"
#include "base/time.h"
#include "catalog/logs.h"

namespace busyhour::internal {

/// The call and the log of a record, in one word, without the resource.
///
///   slot 34 | ordinal 24 | 0 2 | log 4
///
/// Only this class knows the layout.
class RecordKey {
 public:
  constexpr RecordKey() = default;
  constexpr RecordKey(CallKey call, LogType log) noexcept
      : bits_(call.bits() << kCallShift | static_cast<std::uint64_t>(log)) {}

  /// The key of a record of the same call in another log.
  constexpr RecordKey In(LogType log) const noexcept {
    RecordKey key;
    key.bits_ = (bits_ & ~std::uint64_t{kMaxLogTypes - 1}) |
                static_cast<std::uint64_t>(log);
    return key;
  }
  constexpr CallKey CallOf(std::uint32_t resource) const noexcept {
    return CallKey::FromBits(call_bits(), resource);
  }
  constexpr std::uint64_t slot() const noexcept {
    return call_bits() >> kOrdinalBits;
  }
  constexpr LogType log() const noexcept {
    return static_cast<LogType>(bits_ & (kMaxLogTypes - 1));
  }
  /// A word that identifies the call among those of its resource.
  constexpr std::uint64_t call_bits() const noexcept {
    return bits_ >> kCallShift;
  }

  friend constexpr bool operator==(RecordKey, RecordKey) = default;

 private:
  static constexpr int kLogBits = 4;
  static constexpr int kCallShift = 6;
  static_assert(kLogBits <= kCallShift);
  static_assert(kCallShift + kOrdinalBits + kSlotBits <= 64);
  static_assert(std::size_t{1} << kLogBits >= kMaxLogTypes);
  static_assert(kLatestTime.ms / kMsPerSecond < std::int64_t{1} << kSlotBits);

  std::uint64_t bits_ = 0;
};

/// Number of nodes in a region that carry a resource's calls (our assumption).
inline constexpr std::uint8_t kNodeCount = 16;

/// A record in flight: a header that is the same for all logs, and a payload
/// whose type depends on the log.
///
/// Times are milliseconds since the start of the call's slot.
///
///   key 8 | place 4 | time 4 | delivery 4 | sequence 2 | epoch 1 |
///   marks 1 | payload 16
struct Record {
  RecordKey key;
  /// The resource of the call, and the call's number among those simulated in
  /// this run, which locates its image and does not affect the output:
  ///
  ///   resource 10 | number 22
  std::uint32_t place = 0;
  static constexpr int kCallNumberBits = 32 - kResourceBits;
  static constexpr std::uint32_t kCallNumbers = 1u << kCallNumberBits;
  std::uint32_t time_ms = 0;      ///< the record's own time
  std::uint32_t delivery_ms = 0;  ///< when it is delivered
  /// Number of the record within its call; breaks ties of delivery.
  std::uint16_t sequence = 0;
  /// Number of earlier changes of the call's correlation id.
  std::uint8_t correlation_epoch = 0;
  std::uint8_t marks = 0;  ///< kDamaged ...
  static constexpr std::size_t kPayloadBytes = 16;
  alignas(4) std::array<unsigned char, kPayloadBytes> payload{};

  /// The effects of faults: the text is damaged, the record is the second copy,
  /// or it is truncated as the last of a stream.
  static constexpr std::uint8_t kDamaged = 1;
  static constexpr std::uint8_t kCopy = 2;
  static constexpr std::uint8_t kCut = 4;
  /// Whether there was a call connection at that time.
  static constexpr std::uint8_t kConnected = 8;

  std::uint32_t resource() const noexcept { return place >> kCallNumberBits; }
  /// Modulo `kCallNumbers`.
  std::uint32_t call_number() const noexcept {
    return place & (kCallNumbers - 1);
  }
  static std::uint32_t PlaceOf(std::uint32_t resource,
                               std::uint32_t call_number) noexcept {
    return resource << kCallNumberBits | (call_number & (kCallNumbers - 1));
  }
  CallKey call() const noexcept { return key.CallOf(resource()); }
  LogType log() const noexcept { return key.log(); }
  bool damaged() const noexcept { return (marks & kDamaged) != 0; }
  bool is_copy() const noexcept { return (marks & kCopy) != 0; }
  bool is_cut() const noexcept { return (marks & kCut) != 0; }
  bool connected() const noexcept { return (marks & kConnected) != 0; }
  void Mark(std::uint8_t mark) noexcept {
    marks = static_cast<std::uint8_t>(marks | mark);
  }

  SimTime time() const noexcept { return At(time_ms); }
  SimTime delivery() const noexcept { return At(delivery_ms); }
  /// The time of delivery by the receiver's clock. Unlike other times, it may
  /// be before the slot of a record whose clock was changed (`Skewed`).
  SimTime arrival() const noexcept {
    return {static_cast<std::int64_t>(key.slot()) * kMsPerSecond +
            static_cast<std::int32_t>(delivery_ms)};
  }
  SimTime At(std::uint32_t ms) const noexcept {
    return {static_cast<std::int64_t>(key.slot()) * kMsPerSecond + ms};
  }

  /// `Payload` is the plain type of the record's log.
  template <class Payload>
  Payload As() const noexcept {
    static_assert(std::is_trivially_copyable_v<Payload> &&
                  sizeof(Payload) <= kPayloadBytes);
    Payload value;
    std::memcpy(&value, payload.data(), sizeof value);
    return value;
  }
  template <class Payload>
  void Set(const Payload& value) noexcept {
    static_assert(std::is_trivially_copyable_v<Payload> &&
                  sizeof(Payload) <= kPayloadBytes && alignof(Payload) <= 4);
    // Not memcpy: compilers then write each member to its place at once.
    ::new (payload.data()) Payload(value);
  }

  /// The byte, or the word of 16 or 32 bits, at offset `at`.
  std::uint8_t ByteAt(std::size_t at) const noexcept {
    return reinterpret_cast<const unsigned char*>(this)[at];
  }
  std::uint16_t HalfAt(std::size_t at) const noexcept {
    std::uint16_t half = 0;
    std::memcpy(&half, reinterpret_cast<const unsigned char*>(this) + at,
                sizeof half);
    return half;
  }
  std::uint32_t WordAt(std::size_t at) const noexcept {
    std::uint32_t word = 0;
    std::memcpy(&word, reinterpret_cast<const unsigned char*>(this) + at,
                sizeof word);
    return word;
  }
  void SetHalfAt(std::size_t at, std::uint16_t half) noexcept {
    std::memcpy(reinterpret_cast<unsigned char*>(this) + at, &half,
                sizeof half);
  }
  void SetWordAt(std::size_t at, std::uint32_t word) noexcept {
    std::memcpy(reinterpret_cast<unsigned char*>(this) + at, &word,
                sizeof word);
  }
};
static_assert(sizeof(Record) == 40);
static_assert(std::is_trivially_copyable_v<Record>);

/// The ids of one record. Its log determines which of them are used.
struct RecordIds {
  Guid id;                         ///< OperationId or RecordId; zero for no id
  Guid other;                      ///< ParticipantId, or another second id
  Guid user;                       ///< of an ACS or Teams user
  Guid item;                       ///< of the row in a workspace
  std::uint64_t phone_number = 0;  ///< E.164 digits of a PSTN user
};

}  // namespace busyhour::internal
