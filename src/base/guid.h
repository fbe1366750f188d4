#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/call_key.h"
#include "base/stream.h"

namespace busyhour::internal {

/// 128 bits in the order of their text.
struct Guid {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend auto operator<=>(const Guid&, const Guid&) = default;
};

inline constexpr int kGuidTextBytes = 36;

/// Lower case with dashes: `5fab0875-3211-4879-8051-c688d0854c4d`.
std::string FormatGuid(const Guid& guid);
/// Reads this form in either case. Returns nothing if the text is anything
/// else.
std::optional<Guid> ParseGuid(std::string_view text) noexcept;
/// Reads the forms that programs write: also in braces or parentheses, without
/// dashes, and as `urn:uuid:`.
std::optional<Guid> ParseAnyGuid(std::string_view text);

/// The kind of thing that an id names. The numbers are part of the format.
enum class IdKind : std::uint8_t {
  kOperation = 1,     ///< `OperationId`; sequence = request of the call
  kCorrelation = 2,   ///< `CorrelationId`; sequence = number of changes before
  kServerCall = 3,    ///< the conversation inside `ServerCallId`
  kUsageRecord = 4,   ///< `RecordId`; sequence = participant
  kParticipant = 5,   ///< `ParticipantId`; sequence = participant
  kUser = 6,          ///< an ACS or Teams user; ordinal = number of the user
  kResource = 7,      ///< the communication resource's immutable id
  kSubscription = 8,  ///< the subscription, if the profile does not name one
  kWorkspace = 9,     ///< the Log Analytics workspace
  kTenant = 10,       ///< the Entra tenant
  kStreamingSession = 11,  ///< `StreamingSessionId`; sequence = session
  kEndpoint = 12,          ///< `EndpointId`; sequence = participant
  kRecording = 13,         ///< inside a `RecordingId`; sequence = recording
  kEvent = 14,         ///< an event of a call; sequence = number of the event
  kEventSubject = 15,  ///< what only events name; see events/event_json.cc
  kItem = 16,          ///< `_ItemId`; sequence = record of the call
};
inline constexpr IdKind kLastIdKind = IdKind::kItem;

/// What an id stands for: an element of a call.
struct Identity {
  IdKind kind = IdKind::kOperation;
  std::uint64_t slot = 0;      ///< [0, 2^34): of the call's key
  std::uint32_t ordinal = 0;   ///< [0, 2^24): of the call's key
  std::uint16_t sequence = 0;  ///< number of the element within the call

  friend bool operator==(const Identity&, const Identity&) = default;
};

// The steps of `GuidCipher`, inline because each record has ids.
namespace guid_cipher {

inline constexpr int kHalfBits = 61;
inline constexpr int kConnectionHalfBits = 45;

constexpr std::uint64_t LowBits(int count) {
  return (std::uint64_t{1} << count) - 1;
}

struct Halves {
  std::uint64_t left = 0;
  std::uint64_t right = 0;
};

template <int kBits>
inline std::uint64_t Scramble(std::uint64_t half, std::uint64_t key) noexcept {
  return (FoldedMultiply(half ^ key, kMix1 + key) >> 1) & LowBits(kBits);
}

template <int kBits, int kRounds>
inline Halves Encipher(Halves halves,
                       const std::uint64_t (&keys)[kRounds]) noexcept {
  for (const std::uint64_t key : keys) {
    const std::uint64_t next = halves.left ^ Scramble<kBits>(halves.right, key);
    halves = {halves.right, next};
  }
  return halves;
}

// The fixed bits of a version-4 GUID, and the free ones between them:
//   high  ffffffff ffff Vfff     V = 4 (version)
//   low   vfff ffffffffffff      v = binary 10 (variant)
inline constexpr std::uint64_t kVersion4 = 0x4000;
inline constexpr std::uint64_t kVariant = std::uint64_t{2} << 62;

constexpr std::uint64_t InsertVersion(std::uint64_t free_bits) {
  return (free_bits & ~std::uint64_t{0xfff}) << 4 | kVersion4 |
         (free_bits & 0xfff);
}

// 2 * kHalf bits of plaintext as `kHighFree` bits of `high` and 62 of `low`.
template <int kHalf>
constexpr Guid Join(const Halves& halves) {
  constexpr int kLowFromLeft = 62 - kHalf;
  const std::uint64_t high = halves.left >> kLowFromLeft;
  const std::uint64_t low =
      (halves.left & LowBits(kLowFromLeft)) << kHalf | halves.right;
  return {InsertVersion(high), kVariant | low};
}

}  // namespace guid_cipher

/// Turns identities into ids that look random, and back.
///
/// An id is the identity encrypted under a key: a balanced Feistel network
/// over the 122 free bits of a version-4 GUID. Ids are therefore unique by
/// construction without any memory, and an id from elsewhere, or a damaged one,
/// does not decode: 43 bits of the plaintext must be zero (28 in a connection
/// id).
///
///   L (61 bits)  000000 | kind 5 | slot 34 | sequence 16
///   R (61 bits)  000...0 (37)            | ordinal 24
///
/// The encryption is not secure; the ids only have to look random.
class GuidCipher {
 public:
  explicit GuidCipher(std::uint64_t run_key) noexcept;

  Guid Encrypt(const Identity& identity) const noexcept;
  /// Returns nothing if `guid` is not an id made under this key.
  std::optional<Identity> Decrypt(const Guid& guid) const noexcept;

  /// A `CallConnectionId`: its first 32 bits are the prefix of the connection's
  /// node, so only 90 bits are free. `leg` is in [0, 16).
  Guid EncryptConnection(std::uint64_t slot, std::uint32_t ordinal,
                         std::uint32_t leg,
                         std::uint32_t node_prefix) const noexcept;
  struct Connection {
    std::uint64_t slot = 0;
    std::uint32_t ordinal = 0;
    std::uint32_t leg = 0;
    std::uint32_t node_prefix = 0;
  };
  /// Returns nothing if `guid` is not a connection id made under this key. The
  /// caller must check whether the prefix is correct for the call.
  std::optional<Connection> DecryptConnection(const Guid& guid) const noexcept;

 private:
  static constexpr int kRounds = 4;
  std::uint64_t keys_[kRounds];
};

inline Guid GuidCipher::Encrypt(const Identity& identity) const noexcept {
  using guid_cipher::kHalfBits;
  const guid_cipher::Halves plain{
      static_cast<std::uint64_t>(identity.kind) << 50 | identity.slot << 16 |
          identity.sequence,
      identity.ordinal};
  return guid_cipher::Join<kHalfBits>(
      guid_cipher::Encipher<kHalfBits>(plain, keys_));
}

}  // namespace busyhour::internal
