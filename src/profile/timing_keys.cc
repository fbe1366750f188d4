#include "profile/timing_keys.h"

#include <cstdint>
#include <string_view>

#include "base/time.h"
#include "profile/failure_keys.h"
#include "profile/step_keys.h"
#include "profile/values.h"

namespace busyhour::internal {

void VisitTiming(Timing& timing, KeyVisitor& keys) {
  constexpr std::int64_t kMinute = kMsPerMinute;
  constexpr std::int64_t kMostLatency = 5 * kMinute;
  constexpr std::string_view kSeen =
      "range of a few calls in the recordings of Azure's SDK tests; shape: our "
      "assumption";
  keys.Optional("reaction", Spread(timing.reaction, 0, 10 * kMinute),
                "From an event to the application's next request.");
  keys.Optional("api_latency",
                Spread(timing.api_latency, 0, kMostLatency,
                       "by operation, see [Latency](#latency)"),
                "How long an accepted request takes: `DurationMs`. If given, "
                "it applies to all operations without an entry in "
                "`api_latency_of`.",
                "our assumption, around the two published values, 82 and 130 "
                "ms");
  keys.Optional(
      "api_latency_of",
      MapOf<Operation, DistributionSpec>(
          timing.api_latency_of, OperationNames(), "an operation",
          [](DistributionSpec& spec) { return Spread(spec, 0, kMostLatency); }),
      "The same for individual operations.");
  keys.Optional(
      "status_latency_of",
      MapOf<int, DistributionSpec>(
          timing.status_latency_of, RefusalStatusNames(),
          "the HTTP status of a refused request",
          [](DistributionSpec& spec) { return Spread(spec, 0, kMostLatency); }),
      "How long a refused request takes, by its status; for others, "
      "see [Latency](#latency). No factor applies to it.");
  keys.Optional("latency_at_capacity",
                Number(timing.latency_at_capacity, 1, 100),
                "Factor on the latency of accepted requests when the offered "
                "rate is `traffic.capacity`. At a share r of the capacity, the "
                "factor is 1 + (this - 1) r^3, for r up to 2. Without a "
                "capacity it has no effect.");
  keys.Optional("setup", Spread(timing.setup, 0, 115 * kMsPerSecond),
                "From an accepted answer, or a callee's answer, to a connected "
                "call.",
                "range: set-up limit of a PSTN call (service limits); default: "
                "our assumption");
  keys.Optional(
      "ring", Spread(timing.ring, 0, 180 * kMsPerSecond),
      "How long it rings before a callee or an invited participant answers.",
      "range: limit of an invitation (call-automation how-tos); "
      "default: our assumption");
  keys.Optional(
      "ring_limit",
      Duration(timing.ring_limit_ms, kMsPerSecond, 300 * kMsPerSecond),
      "How long an unanswered `CreateCall` rings before it ends with "
      "no answer.");
  keys.Optional("media_start", Spread(timing.media_start, 0, kMinute),
                "From an accepted play or recognize to its first sound.");
  keys.Optional(
      "media_failure", Spread(timing.media_failure, 0, kMinute),
      "From the time at which the sound was due to the report of its failure.",
      kSeen);
  keys.Optional("media_stop", Spread(timing.media_stop, 0, kMinute),
                "From a cancelling request, or a hang-up, to the report that "
                "media has stopped.");
  keys.Optional("response", Spread(timing.response, 0, 5 * kMinute),
                "From the end of a prompt to the caller's answer.");
  keys.Optional("tone_gap", Spread(timing.tone_gap, 0, kMinute),
                "From one tone to the next.");
  keys.Optional("utterance", Spread(timing.utterance, 0, kMinute),
                "How long a spoken answer lasts.");
  keys.Optional("leg_gap", Spread(timing.leg_gap, 0, kMinute),
                "From the connection of the application's leg to that of the "
                "caller's or callee's.");
  keys.Optional("disconnect", Spread(timing.disconnect, 0, kMinute),
                "From the end of a call to the release of all its legs. The "
                "application's leg is the last; each other one is released at "
                "a moment between the minimum and that time.",
                kSeen);
  keys.Optional("longest_call",
                Duration(timing.longest_call_ms, kMinute, kMsPerDay),
                "Maximum length of a call; a longer call is ended. It limits "
                "the memory of a run.");
  keys.Optional("max_steps", Count(timing.max_steps, 1, 1000),
                "Maximum number of steps in a call; the call is then ended.");
}

}  // namespace busyhour::internal
