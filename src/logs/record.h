#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/call_key.h"
#include "base/guid.h"
#include "base/time.h"
#include "scenario/call.h"

namespace busyhour {

/// The logs that a call leaves.
enum class LogType : std::uint8_t { kOperational, kMediaSummary, kUsage };
inline constexpr std::size_t kLogTypeCount = 3;
inline constexpr std::array<LogType, kLogTypeCount> kLogTypes = {
    LogType::kOperational, LogType::kMediaSummary, LogType::kUsage};

/// The nodes of the region that carry a resource's calls (our assumption).
inline constexpr std::uint8_t kNodeCount = 16;
/// `Record::node` of a record that has no server call id.
inline constexpr std::uint8_t kNoNode = kNodeCount;

/// A record in flight: what it does not share with the whole call, and what
/// chooses among texts that many calls share.
///
/// Times are milliseconds since the start of the call's slot.
struct Record {
  // slot 34 | ordinal 24 | log 2 | connected 1 | cut 1 | copy 1 | damaged 1,
  // from the high end.
  std::uint64_t packed = 0;
  /// Running number of the call among those simulated in this run. It only says
  /// where the call's image may be found, and reaches no output.
  std::uint32_t call_number = 0;
  std::uint32_t time_ms = 0;      ///< the record's own time
  std::uint32_t delivery_ms = 0;  ///< when it arrives at the customer
  /// Of the request, of the play or recognize, or connected time of the leg.
  std::uint32_t duration_ms = 0;
  std::uint32_t begin_ms = 0;  ///< usage: when the leg was connected
  /// Place among the call's records: breaks ties of delivery.
  std::uint16_t sequence = 0;
  /// Which request of the call, or for usage which participant: makes the id.
  std::uint16_t subject = 0;
  /// An `Operation`, or for usage a `ParticipantKind`.
  std::uint8_t operation = 0;
  /// Operational: index of a status in the `Vocabulary`. Media: an `Outcome`.
  std::uint8_t result = 0;
  /// Operational: `SubOperation`. Media: `Source` of the prompt.
  std::uint8_t sub_operation = 0;
  std::uint8_t flags = 0;  ///< media: `Media::flags`
  /// How often the call's correlation id had changed.
  std::uint8_t correlation_epoch = 0;
  std::uint8_t client = 0;  ///< which of the profile's clients made the request
  std::uint8_t node = 0;    ///< which node carries the call, or `kNoNode`

  CallKey call() const noexcept {
    return {packed >> 30,
            static_cast<std::uint32_t>(packed >> 6) & (kMaxCallsPerSlot - 1)};
  }
  LogType log() const noexcept { return static_cast<LogType>(packed >> 4 & 3); }
  /// Whether there was a call connection for it to name.
  bool connected() const noexcept { return (packed >> 3 & 1) != 0; }
  /// What faults have made of it, where any have: its text is damaged, it is
  /// the second of its kind, or it is cut as the last of a stream.
  static constexpr std::uint64_t kDamaged = 1;
  static constexpr std::uint64_t kCopy = 2;
  static constexpr std::uint64_t kCut = 4;
  bool damaged() const noexcept { return (packed & kDamaged) != 0; }
  bool is_copy() const noexcept { return (packed & kCopy) != 0; }
  bool is_cut() const noexcept { return (packed & kCut) != 0; }

  SimTime time() const noexcept { return At(time_ms); }
  SimTime delivery() const noexcept { return At(delivery_ms); }
  SimTime At(std::uint32_t ms) const noexcept {
    return {static_cast<std::int64_t>(packed >> 30) * kMsPerSecond + ms};
  }

  static std::uint64_t Pack(CallKey call, LogType log,
                            bool connected) noexcept {
    return call.slot << 30 | std::uint64_t{call.ordinal} << 6 |
           static_cast<std::uint64_t>(log) << 4 |
           static_cast<std::uint64_t>(connected) << 3;
  }
};
static_assert(sizeof(Record) == 40);

/// `SubOperationName`: nothing, a `Source`, or after those an `Input`.
inline constexpr std::size_t kSubOperationCount = 8;

/// The ids of one record. Which are used depends on its log.
struct RecordIds {
  Guid id;           ///< OperationId or RecordId; zero is written as no id
  Guid participant;  ///< usage: ParticipantId
  Guid user;         ///< usage: of an ACS or Teams user
  std::uint64_t phone_number = 0;  ///< usage: E.164 digits of a PSTN user
};

}  // namespace busyhour
