#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/call_key.h"
#include "base/time.h"
#include "catalog/attempt_ends.h"
#include "catalog/media.h"
#include "catalog/operations.h"
#include "catalog/outcomes.h"
#include "catalog/streaming.h"
#include "conditions/call_scope.h"
#include "conditions/effect.h"
#include "profile/profile.h"

// The history of one finished call, independent of any log. All times are
// milliseconds since the start of the slot of its key: that in which it began
// or, if its caller had called before, that of the first attempt.

namespace busyhour::internal {

/// A request made by the application.
struct Request {
  std::uint32_t at_ms = 0;        ///< when it was sent
  std::uint32_t duration_ms = 0;  ///< until it was answered
  Operation operation = Operation::kGetCall;
  std::uint8_t status = 0;  ///< index into `Statuses()`
  std::uint8_t sub_operation = 0;
  std::uint8_t correlation_epoch = 0;
  bool connected = false;  ///< whether there was a connection

  std::uint32_t answered_ms() const noexcept { return at_ms + duration_ms; }
};

/// Properties of a play or prompt; combined in `Media::flags`.
inline constexpr std::uint8_t kFlagInLoop = 1;
inline constexpr std::uint8_t kFlagToParticipant = 2;
inline constexpr std::uint8_t kFlagInterrupted = 4;
inline constexpr std::size_t kFlagCombinations = 8;

/// An accepted play or recognize, from its acceptance to its end.
struct Media {
  std::uint16_t request = 0;  ///< index of the request that started it
  Outcome outcome = Outcome::kPlayCompleted;
  Source prompt = Source::kNone;  ///< of a recognize
  std::uint8_t flags = 0;         ///< kFlagInLoop ...
  std::uint32_t duration_ms = 0;  ///< from the request's answer to the end
};

/// One participant's time in the call.
struct Leg {
  ParticipantKind kind = ParticipantKind::kApp;
  std::uint8_t correlation_epoch = 0;  ///< when the participant was invited
  std::uint32_t joined_ms = 0;
  std::uint32_t left_ms = 0;
  /// The number of the agent whose turn it is, or `kNoTurn`.
  std::uint16_t agent = kNoTurn;

  static constexpr std::uint16_t kNoTurn = 0xffff;
};

/// Indices of legs: the application, the caller or callee, and the first who is
/// added, an agent for example.
inline constexpr std::size_t kAppLeg = 0;
inline constexpr std::size_t kCallerLeg = 1;
inline constexpr std::size_t kAgentLeg = 2;
/// Maximum number of legs that are followed. The service's own limit is 350; a
/// bit for each leg allows fewer.
inline constexpr std::size_t kMaxLegs = 64;

/// A media streaming or transcription session.
struct StreamingSession {
  Modality modality = Modality::kAudioMixed;
  StreamingEnd end = StreamingEnd::kStopped;
  std::uint8_t correlation_epoch = 0;  ///< of the request that started it
  std::uint32_t began_ms = 0;
  std::uint32_t ended_ms = 0;
};

/// Something in a call that only its callback events report. The walk lists
/// these only if requested.
struct Note {
  enum class Kind : std::uint8_t {
    kSent,          ///< the request was sent; `value`: index of its step
    kSoundBegan,    ///< of a play or a prompt
    kTone,          ///< the caller pressed a key; `value`: 1 for the stop tone
    kNotConnected,  ///< the callee of `CreateCall` did not answer; `outcome`
    kInvited,       ///< an invited or moved participant joined or did not;
                    ///< `outcome`; `value`: its leg, or `kNoLeg`
    kCanceled,      ///< an invitation; `value`: the request that made it
    kTransferred,   ///< the target of a transfer answered or did not; `outcome`
    kRemoved,       ///< a participant leaves; `value`: its leg
    kTonesSent,     ///< `value`: 1 if all were sent
    kNoEffect,      ///< of an accepted request; `value`: the leg or the request
                    ///< that it was about, if any
  };
  static constexpr std::size_t kKinds = 10;
  static constexpr std::uint32_t kNoLeg = 0xffffffff;

  Kind kind = Kind::kSent;
  Outcome outcome = Outcome::kCompleted;
  std::uint16_t request = 0;  ///< index of the request that it belongs to
  std::uint32_t at_ms = 0;
  std::uint32_t value = 0;

  /// Whether it tells what became of someone who was rung.
  bool is_of_ring() const noexcept {
    return kind == Kind::kNotConnected || kind == Kind::kInvited ||
           kind == Kind::kTransferred;
  }
};

/// Why a call was made, if its caller had called before.
struct RedialCause {
  AttemptEnd after = AttemptEnd::kCompleted;  ///< how the earlier call ended
  std::uint32_t ended_ms = 0;        ///< when its caller was free again
  const Effect* incident = nullptr;  ///< that made the caller call; or null
};

struct Call {
  CallKey key;
  std::uint32_t flow = 0;
  /// What decides which incidents affect it.
  CallScope scope;
  bool inbound = true;
  std::uint32_t attempted_ms = 0;
  /// Start and end of its connected time; equal if it never connected.
  std::uint32_t connected_ms = 0;
  std::uint32_t ended_ms = 0;
  /// Never `kDisturbed`, which follows from the rest: see scenario/redial.h.
  AttemptEnd end = AttemptEnd::kFailed;
  /// When its caller came to the queue of the agents, and how long the wait
  /// is, whether or not the caller stays so long; 0 if never.
  std::uint32_t queued_ms = 0;
  std::uint32_t agent_wait_ms = 0;
  /// Only for a call of generation 1 or above.
  RedialCause cause;
  /// In the order in which they were sent.
  std::vector<Request> requests;
  /// In the order of their requests.
  std::vector<Media> media;
  /// The application, the caller, then added participants.
  std::vector<Leg> legs;
  /// In the order in which they began.
  std::vector<StreamingSession> sessions;
  /// Empty unless the simulator was told to take notes.
  std::vector<Note> notes;

  SimTime At(std::uint32_t ms) const noexcept {
    return {static_cast<std::int64_t>(key.slot) * kMsPerSecond + ms};
  }
  SimTime attempted() const noexcept { return At(attempted_ms); }
};

}  // namespace busyhour::internal
