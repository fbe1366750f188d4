#pragma once

#include <cstdint>
#include <limits>

// Random numbers without state: every draw is a function of its purpose.
//
//   key of the run ──> StreamKey(run key, slot, ordinal)
//                  ──> Draw(stream key, purpose, index)
//
// No draw depends on an earlier one. Any call can therefore be simulated first,
// on any thread, and a draw for a new purpose changes no other draw.

namespace busyhour::internal {

/// The purpose of a draw. The numbers are part of the format: a new purpose
/// takes a new number, and a number is never reused.
enum class Purpose : std::uint32_t {
  kArrivalCount = 1,
  kArrivalInstant = 2,
  kDayFactor = 3,
  kBusyness = 4,
  kFlow = 5,
  kClient = 6,
  kServer = 7,
  kNode = 8,
  kNodeLife = 9,
  kCallerKind = 10,
  kCallerIdentity = 11,
  kReaction = 12,
  kApiLatency = 13,
  kRequestOutcome = 14,
  kRequestStatus = 15,
  kBranch = 16,
  kMediaStart = 17,
  kPromptLength = 18,
  kMediaFailure = 19,
  kMediaFailureTime = 20,
  kBehaviour = 21,
  kBargeIn = 22,
  kBargeInInstant = 23,
  kResponseTime = 24,
  kToneGap = 25,
  kToneCount = 26,
  kUtterance = 27,
  kAnswerMode = 28,
  kSetup = 29,
  kRing = 30,
  kInvitation = 31,
  kStay = 32,
  kPatience = 33,
  kWait = 34,
  kHangUpInstant = 35,
  kDisconnect = 36,
  kCorrelationChange = 37,
  kLateRequest = 38,
  kParticipantIdentity = 39,
  kUsageLag = 40,
  kDeliveryDelay = 41,
  kIncident = 42,
  kIdentityKey = 43,
  kThrottle = 44,
  kMediaStop = 45,
  kFault = 46,
  kFaultTime = 47,
  kFaultText = 48,
  kBackoff = 49,
  kStreamingFailure = 50,
  kStreamingFailureTime = 51,
  kStreamingTicks = 52,
  kStreamingLag = 53,
  kParticipantEnd = 54,
  kSummaryFlaw = 55,
  kSummaryLag = 56,
  kUpdateLag = 57,
  kUpdateVersion = 58,
  kStreamQuality = 59,
  kRecordingForm = 60,
  kRecordingLag = 61,
  kEventDelay = 64,
  kTone = 65,
  kChoice = 66,
  kPhrase = 67,
  kConfidence = 68,
  kOccurrenceCount = 70,
  kOccurrenceStart = 71,
  kOccurrenceLength = 72,
  kStrength = 73,
  kIncidentCall = 74,
  kIncidentMedia = 75,
  kIncidentCaller = 76,
  kIncidentReach = 77,
  kDropped = 78,
  kDroppedInstant = 79,
  kBadMinute = 80,
  kBadServer = 81,
  kLegGap = 82,
  kRedial = 83,
  kRedialDelay = 84,
  kCallsAgain = 85,
  kCampaign = 86,
  kFailover = 87,
  kCut = 88,
  kCutInstant = 89,
  kAgentWait = 90,
  kAgentTurn = 91,
  kNoEffect = 92,
};

/// The two halves of a 128-bit product, folded: a fast 64-bit mixer.
inline std::uint64_t FoldedMultiply(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^
         static_cast<std::uint64_t>(product >> 64);
}

/// Odd constants of the mixer: successive 64-bit words of the fraction of pi,
/// made odd where they are not.
inline constexpr std::uint64_t kMix1 = 0x243f6a8885a308d3;
inline constexpr std::uint64_t kMix2 = 0x13198a2e03707345;
inline constexpr std::uint64_t kMix3 = 0xa4093822299f31d1;
inline constexpr std::uint64_t kMix4 = 0x082efa98ec4e6c89;

/// Mixes two words so that each bit of the result depends on all bits of both.
inline std::uint64_t MixWords(std::uint64_t a, std::uint64_t b) noexcept {
  const std::uint64_t once = FoldedMultiply(a ^ kMix1, b ^ kMix2);
  return FoldedMultiply(once ^ kMix3, a + b * kMix4 + kMix3);
}

/// The key of all draws for a call, or with ordinal `kSlotItself` for a slot or
/// period as a whole.
inline std::uint64_t StreamKey(std::uint64_t run_key, std::uint64_t slot,
                               std::uint64_t ordinal) noexcept {
  return MixWords(MixWords(run_key, slot), ordinal);
}
inline constexpr std::uint64_t kSlotItself =
    std::numeric_limits<std::uint64_t>::max();

/// In the second word of a draw, the purpose is above the index.
inline constexpr int kPurposeShift = 40;

/// 64 random bits: draw number `index` for `purpose` under `key`.
inline std::uint64_t Draw(std::uint64_t key, Purpose purpose,
                          std::uint64_t index = 0) noexcept {
  return MixWords(key,
                  static_cast<std::uint64_t>(purpose) << kPurposeShift | index);
}

/// Draws for a series of steps under one key. What depends only on the key and
/// the step is computed once for all draws of the step.
class StepDraws {
 public:
  /// Begins with step 0.
  explicit StepDraws(std::uint64_t key) noexcept
      : key_(key), mixed_key_(key ^ kMix1), sum_(key + kMix3) {}

  /// Goes on to the next step, of at most 2^24.
  void NextStep() noexcept {
    step_bits_ += std::uint64_t{1} << kIndexBits;
    sum_ += kMix4 << kIndexBits;
  }

  /// The same as `Draw(key, purpose, step << 16)`.
  std::uint64_t operator()(Purpose purpose) const noexcept {
    const std::uint64_t bits = static_cast<std::uint64_t>(purpose)
                               << kPurposeShift;
    const std::uint64_t once =
        FoldedMultiply(mixed_key_, (bits ^ kMix2) ^ step_bits_);
    return FoldedMultiply(once ^ kMix3, bits * kMix4 + sum_);
  }
  /// The same as `Draw(key, purpose, step << 16 | index)`.
  std::uint64_t operator()(Purpose purpose,
                           std::uint64_t index) const noexcept {
    return Draw(key_, purpose, step_bits_ | index);
  }

 private:
  static constexpr int kIndexBits = 16;

  std::uint64_t key_;
  std::uint64_t mixed_key_;
  std::uint64_t step_bits_ = 0;
  std::uint64_t sum_;
};

/// True with probability `share`, given as a fraction of 2^32.
inline bool Happens(std::uint64_t draw, std::uint64_t share_2_32) noexcept {
  return (draw >> 32) < share_2_32;
}

/// A whole number in [0, count), with negligible bias (count <= 2^32).
inline std::uint64_t PickBelow(std::uint64_t draw,
                               std::uint64_t count) noexcept {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<Wide>(draw) * count) >> 64);
}

/// Draws 0, 1, 2, ... for one purpose and key, with the interface that
/// Boost.Random's distributions require (UniformRandomBitGenerator).
class Stream {
 public:
  using result_type = std::uint64_t;

  Stream(std::uint64_t key, Purpose purpose) noexcept
      : mixed_key_(key ^ kMix1),
        bits_(static_cast<std::uint64_t>(purpose) << kPurposeShift),
        sum_(key + bits_ * kMix4 + kMix3) {}

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() {
    return std::numeric_limits<result_type>::max();
  }
  result_type operator()() noexcept {
    const std::uint64_t once = FoldedMultiply(mixed_key_, bits_ ^ kMix2);
    const std::uint64_t draw = FoldedMultiply(once ^ kMix3, sum_);
    Skip();
    return draw;
  }
  /// Leaves out the next draw.
  void Skip() noexcept {
    ++bits_;
    sum_ += kMix4;
  }

 private:
  // What `MixWords` computes of the key, the purpose and the next number.
  std::uint64_t mixed_key_;
  std::uint64_t bits_;
  std::uint64_t sum_;
};

}  // namespace busyhour::internal
