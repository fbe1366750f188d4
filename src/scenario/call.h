#pragma once

#include <cstdint>
#include <vector>

#include "base/call_key.h"
#include "catalog/media.h"
#include "catalog/operations.h"
#include "catalog/outcomes.h"
#include "profile/profile.h"

// The history of one finished call: what happened, before any log tells of it.
// All times are milliseconds since the start of the slot the call began in.

namespace busyhour {

/// A request that the application made.
struct Request {
  std::uint32_t at_ms = 0;        ///< when it was sent
  std::uint32_t duration_ms = 0;  ///< until it was answered
  Operation operation = Operation::kGetCall;
  std::uint8_t status = 0;  ///< index into `Statuses()`
  std::uint8_t sub_operation = 0;
  std::uint8_t correlation_epoch = 0;
  bool connected = false;  ///< whether there was a connection to name

  std::uint32_t answered_ms() const noexcept { return at_ms + duration_ms; }
};

/// What a play or prompt was like; combined in `Media::flags`.
inline constexpr std::uint8_t kFlagInLoop = 1;
inline constexpr std::uint8_t kFlagToParticipant = 2;
inline constexpr std::uint8_t kFlagInterrupted = 4;
inline constexpr std::size_t kFlagCombinations = 8;

/// A play or recognize that was accepted, from then to its end.
struct Media {
  std::uint16_t request = 0;  ///< which of the call's requests started it
  Outcome outcome = Outcome::kPlayCompleted;
  Source prompt = Source::kNone;  ///< of a recognize
  std::uint8_t flags = 0;         ///< kFlagInLoop ...
  std::uint32_t duration_ms = 0;  ///< from the request's answer to the end
};

/// One participant's time in the call.
struct Leg {
  ParticipantKind kind = ParticipantKind::kApp;
  std::uint8_t correlation_epoch = 0;  ///< when it was asked to join
  std::uint32_t joined_ms = 0;
  std::uint32_t left_ms = 0;
};

struct Call {
  CallKey key;
  std::uint32_t flow = 0;
  bool inbound = true;
  std::uint32_t attempted_ms = 0;
  /// When it was connected and when it was over; equal if it never was.
  std::uint32_t connected_ms = 0;
  std::uint32_t ended_ms = 0;
  /// In the order in which they were sent.
  std::vector<Request> requests;
  /// In the order of their requests.
  std::vector<Media> media;
  /// The application, the caller, then those who were added.
  std::vector<Leg> legs;
};

}  // namespace busyhour
