#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/statuses.h"
#include "profile/load.h"
#include "scenario/plan.h"
#include "scenario/simulator.h"

// Profiles in which everything takes a known time and nothing fails, so that
// tests can check times to the millisecond.

namespace busyhour::internal::calm {

inline constexpr std::uint32_t kReactionMs = 100;
inline constexpr std::uint32_t kLatencyMs = 50;
inline constexpr std::uint32_t kSetupMs = 500;
inline constexpr std::uint32_t kRingMs = 3'000;
inline constexpr std::uint32_t kRingLimitMs = 30'000;
inline constexpr std::uint32_t kMediaStartMs = 200;
inline constexpr std::uint32_t kMediaFailureMs = 2'000;
inline constexpr std::uint32_t kMediaStopMs = 10;
inline constexpr std::uint32_t kResponseMs = 1'000;
inline constexpr std::uint32_t kToneGapMs = 400;
inline constexpr std::uint32_t kUtteranceMs = 1'500;
inline constexpr std::uint32_t kDisconnectMs = 1'000;
inline constexpr std::uint32_t kUsageLagMs = 5'000;
inline constexpr std::uint32_t kDeliveryMs = 700;

/// From an event to the answer to the application's next request.
inline constexpr std::uint32_t kRequestMs = kReactionMs + kLatencyMs;
/// From the attempt of an inbound call to its connection.
inline constexpr std::uint32_t kAnswerMs = kRequestMs + kSetupMs;

/// A profile with one flow, which is given as JSON. A test can change
/// everything else in the profile.
inline Profile ProfileOf(std::string_view flow) {
  Profile profile =
      ParseProfile(R"({"description": "For a test.", "flows": {"only": )" +
                       std::string(flow) + "}}",
                   "test", "test");
  Timing& timing = profile.timing;
  timing.reaction = ConstantMs(kReactionMs);
  timing.api_latency = ConstantMs(kLatencyMs);
  timing.setup = ConstantMs(kSetupMs);
  timing.ring = ConstantMs(kRingMs);
  timing.ring_limit_ms = kRingLimitMs;
  timing.media_start = ConstantMs(kMediaStartMs);
  timing.media_failure = ConstantMs(kMediaFailureMs);
  timing.media_stop = ConstantMs(kMediaStopMs);
  timing.response = ConstantMs(kResponseMs);
  timing.tone_gap = ConstantMs(kToneGapMs);
  timing.utterance = ConstantMs(kUtteranceMs);
  timing.leg_gap = ConstantMs(0);
  timing.disconnect = ConstantMs(kDisconnectMs);
  for (const int status : FailureStatuses()) {
    timing.status_latency_of.emplace_back(status, ConstantMs(kLatencyMs));
  }
  profile.bad_times.minutes.share = 0.0;
  profile.bad_times.servers.share = 0.0;
  profile.usage.lag = ConstantMs(kUsageLagMs);
  profile.delivery.fill(ConstantMs(kDeliveryMs));
  profile.requests.failures.share = 0.0;
  profile.requests.late_share = 0.0;
  profile.media = {{}, {}};
  profile.streaming.failures = {};
  profile.assumptions.correlation_change = 0.0;
  return profile;
}

/// A flow that answers and then runs `steps`: JSON members, one of them called
/// "first". `flow_keys` are other members of the flow, each followed by a
/// comma.
inline Profile ProfileOfSteps(std::string_view steps,
                              std::string_view flow_keys = "") {
  return ProfileOf(R"({"start": "answer", )" + std::string(flow_keys) +
                   R"("steps": {
          "answer": {"operation": "AnswerCall", "on": {"failed": "end"},
                     "next": "first"}, )" +
                   std::string(steps) + "}}");
}

/// A flow with one step, a request that begins the call.
inline Profile ProfileOfStart(std::string_view step) {
  return ProfileOf(R"({"start": "first", "steps": {"first": )" +
                   std::string(step) + "}}");
}

/// A step with a request: `"first": {"operation": ...}`.
inline std::string StepText(std::string_view name, std::string_view operation,
                            std::string_view next) {
  return '"' + std::string(name) + R"(": {"operation": ")" +
         std::string(operation) + R"(", "next": ")" + std::string(next) + "\"}";
}

/// Any number, for tests of a single call.
inline constexpr std::uint32_t kSomeCall = 3;

/// The calls of a profile, by number.
class World {
 public:
  explicit World(const Profile& profile, std::uint64_t seed = 1)
      : plan(profile), simulator_(plan, seed) {}

  /// 2026-03-02T08:00:00Z, at the beginning of an hour.
  static constexpr std::uint64_t kSlot = 1'772'438'400;

  /// Valid until the next call of this function.
  const Call& CallOf(std::uint32_t number) {
    return simulator_.Simulate({kSlot + number / 16, number % 16});
  }

  const Plan plan;

 private:
  Simulator simulator_;
};

inline int StatusOf(const Request& request) {
  return Statuses()[request.status];
}
using Codes = std::vector<int>;
inline Codes StatusesOf(const Call& call) {
  Codes statuses;
  for (const Request& request : call.requests) {
    statuses.push_back(StatusOf(request));
  }
  return statuses;
}
/// The time when an inbound call is connected.
inline std::uint32_t ConnectedMs(const Call& call) {
  return call.attempted_ms + kAnswerMs;
}
inline bool IsAccepted(const Request& request) {
  return request.status < kSuccessStatusCount;
}

}  // namespace busyhour::internal::calm
