// Invariants of every call of every shipped profile.

#include "scenario/simulator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/base_profiles.h"
#include "base/moments.h"
#include "base/sanitized.h"
#include "logs/call_records.h"
#include "logs/operational.h"
#include "logs/vocabulary.h"
#include "scenario/arrivals.h"
#include "scenario/calm.h"

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kSeed = 11;

struct SampleWorld {
  std::string name;
  std::unique_ptr<Plan> plan;
};

// The plans of all shipped profiles, each also with many failures.
const std::vector<SampleWorld>& Worlds() {
  static const std::vector<SampleWorld> worlds = [] {
    std::vector<SampleWorld> all;
    for (const BuiltinProfile& builtin : BaseProfiles()) {
      const std::string name(builtin.name);
      Profile profile = ParseProfile(builtin.text, name, name);
      // Some call attempts are throttled.
      profile.traffic.capacity_cps = profile.traffic.rate_cps * 7 / 8;
      all.push_back({name, std::make_unique<Plan>(profile)});
      profile.requests.failures.share = 0.2;
      profile.requests.late_share = 0.5;
      profile.timing.longest_call_ms = 5 * kMsPerMinute;
      profile.timing.max_steps = 12;
      for (auto& part : profile.media.play) part.second = 0.04;
      for (auto& part : profile.media.recognize) part.second = 0.04;
      all.push_back({name + " in trouble", std::make_unique<Plan>(profile)});
    }
    return all;
  }();
  return worlds;
}

constexpr std::uint64_t kCallsOfAWorld = 1500;

// Calls spread over a week, so that some are during incidents, and several have
// the same second. Without arrivals: each key is a call.
std::vector<CallKey> SomeKeys(const Plan& plan, std::uint64_t count) {
  const auto start = static_cast<std::uint64_t>(
      plan.profile().traffic.start.ms / kMsPerSecond);
  std::vector<CallKey> keys;
  for (std::uint64_t i = 0; i < count; ++i) {
    keys.push_back({start + i / 2 * 809, static_cast<std::uint32_t>(i % 2)});
  }
  return keys;
}

using Law = std::function<void(const Plan& plan, const Call& call)>;

// Checks an invariant in many calls of every world.
void ForAllCalls(const Law& law, std::uint64_t calls = Fewer(kCallsOfAWorld)) {
  for (const SampleWorld& world : Worlds()) {
    SCOPED_TRACE(world.name);
    Simulator simulator(*world.plan, kSeed);
    for (const CallKey key : SomeKeys(*world.plan, calls)) {
      law(*world.plan, simulator.Simulate(key));
      if (testing::Test::HasFailure()) {
        FAIL() << "first in call " << key.slot << ' ' << key.ordinal;
      }
    }
  }
}

bool IsMedia(const Request& request) {
  return request.operation == Operation::kPlay ||
         request.operation == Operation::kRecognize;
}

using calm::IsAccepted;
using calm::StatusOf;

bool WasConnected(const Call& call) { return !call.legs.empty(); }

// For all calls: requests are in order of time, and each is made after the
// previous one was answered.
TEST(SimulatorTest, RequestsFollowOneAnother) {
  ForAllCalls([](const Plan&, const Call& call) {
    EXPECT_LT(call.attempted_ms, 1000u);
    ASSERT_FALSE(call.requests.empty());
    std::uint32_t free_ms = call.attempted_ms;
    for (const Request& request : call.requests) {
      EXPECT_GE(request.at_ms, free_ms);
      EXPECT_GE(request.duration_ms, 1u);
      free_ms = request.answered_ms();
    }
  });
}

// For all requests: an accepted request has the status of its operation, and a
// failed one has the status of a failure.
TEST(SimulatorTest, RequestsAreAnsweredWithKnownStatuses) {
  ForAllCalls([](const Plan&, const Call& call) {
    for (const Request& request : call.requests) {
      ASSERT_LT(request.status, Statuses().size());
      if (IsAccepted(request)) {
        EXPECT_EQ(StatusOf(request), Info(request.operation).success_status);
      } else {
        EXPECT_GE(StatusOf(request), 400);
      }
    }
  });
}

// For all calls: each accepted play and recognize request has exactly one media
// entry, in the order of the requests. Other requests have none.
TEST(SimulatorTest, AcceptedMediaRequestsHaveOneEndEach) {
  ForAllCalls([](const Plan&, const Call& call) {
    std::vector<std::uint16_t> expected;
    for (std::size_t i = 0; i < call.requests.size(); ++i) {
      if (IsMedia(call.requests[i]) && IsAccepted(call.requests[i])) {
        expected.push_back(static_cast<std::uint16_t>(i));
      }
    }
    std::vector<std::uint16_t> actual;
    for (const Media& media : call.media) actual.push_back(media.request);
    EXPECT_EQ(actual, expected);
  });
}

// For all media: it ends after its request was answered, with an outcome that
// is possible for such a play or recognize.
TEST(SimulatorTest, MediaEndsAsItsRequestCan) {
  ForAllCalls([](const Plan&, const Call& call) {
    for (const Media& media : call.media) {
      const Request& request = call.requests[media.request];
      EXPECT_GE(media.duration_ms, 1u);
      MediaTraits traits;
      traits.activity = Info(request.operation).activity;
      traits.max_tones = 50;  // the request does not contain it
      if (request.operation == Operation::kPlay) {
        traits.source = static_cast<Source>(request.sub_operation);
        EXPECT_EQ(media.prompt, Source::kNone);
      } else {
        traits.source = media.prompt;
        ASSERT_GE(request.sub_operation, kSourceCount);
        traits.input =
            static_cast<Input>(request.sub_operation - (kSourceCount - 1));
      }
      EXPECT_TRUE(IsPossible(media.outcome, traits))
          << Info(request.operation).name << ' ' << Info(media.outcome).name;
    }
  });
}

// For all media: a play in a loop ends only by cancellation or a failure of the
// service, and a prompt is interrupted only by an answer.
TEST(SimulatorTest, FlagsAgreeWithTheEnd) {
  ForAllCalls([](const Plan&, const Call& call) {
    for (const Media& media : call.media) {
      const OutcomeInfo& info = Info(media.outcome);
      if (info.activity == Activity::kPlay) {
        if ((media.flags & kFlagInLoop) != 0) {
          EXPECT_TRUE(media.outcome == Outcome::kPlayCanceled ||
                      info.service_failure);
        }
        if ((media.flags & kFlagInterrupted) != 0) {
          EXPECT_EQ(media.outcome, Outcome::kPlayCanceled);
        }
        continue;
      }
      EXPECT_EQ(media.flags & kFlagInLoop, 0);
      EXPECT_EQ((media.flags & kFlagToParticipant) != 0,
                media.prompt != Source::kNone);
      if ((media.flags & kFlagInterrupted) != 0) {
        EXPECT_NE(media.prompt, Source::kNone);
        EXPECT_NE(media.outcome, Outcome::kInitialSilence);
        EXPECT_NE(media.outcome, Outcome::kRecognizeCanceled);
        EXPECT_FALSE(info.service_failure);
      }
    }
  });
}

// For all calls: the call has legs if and only if it was connected, and then a
// request to create or answer it was accepted.
TEST(SimulatorTest, OnlyConnectedCallsHaveLegs) {
  ForAllCalls([](const Plan&, const Call& call) {
    const bool accepted = std::any_of(
        call.requests.begin(), call.requests.end(), [](const Request& request) {
          return StartsCall(request.operation) && IsAccepted(request) &&
                 Info(request.operation).activity != Activity::kTurnAway;
        });
    if (!WasConnected(call)) {
      EXPECT_EQ(call.connected_ms, call.ended_ms);
      return;
    }
    EXPECT_TRUE(accepted);
    EXPECT_GT(call.connected_ms, call.requests[0].answered_ms());
    EXPECT_LE(call.connected_ms, call.ended_ms);
    ASSERT_GE(call.legs.size(), 2u);
  });
}

// For all calls: the application joins when the call is connected, the caller a
// little later, others after that, and all have left when the call is
// disconnected.
TEST(SimulatorTest, LegsLieWithinTheCall) {
  ForAllCalls([](const Plan& plan, const Call& call) {
    if (!WasConnected(call)) return;
    EXPECT_EQ(call.legs[0].kind, ParticipantKind::kApp);
    EXPECT_EQ(call.legs[0].joined_ms, call.connected_ms);
    std::uint32_t last_joined_ms = call.connected_ms;
    std::uint32_t down_ms = 0;
    for (std::size_t i = 0; i < call.legs.size(); ++i) {
      const Leg& leg = call.legs[i];
      EXPECT_EQ(leg.kind == ParticipantKind::kApp, i == 0);
      EXPECT_GE(leg.joined_ms, last_joined_ms);
      EXPECT_LE(leg.joined_ms, call.ended_ms);
      EXPECT_GE(leg.left_ms, leg.joined_ms);
      last_joined_ms = leg.joined_ms;
      down_ms = std::max(down_ms, leg.left_ms);
    }
    // The application leaves last.
    EXPECT_EQ(call.legs[0].left_ms, down_ms);
    EXPECT_GE(down_ms, call.ended_ms +
                           static_cast<std::uint32_t>(plan.disconnect->min()));
    EXPECT_LE(down_ms, call.ended_ms +
                           static_cast<std::uint32_t>(plan.disconnect->max()));
  });
}

// For all requests: requests that begin a call have a connection id if they are
// accepted, all other requests always.
TEST(SimulatorTest, RequestsNameTheirConnection) {
  ForAllCalls([](const Plan&, const Call& call) {
    for (const Request& request : call.requests) {
      const bool turned_away =
          Info(request.operation).activity == Activity::kTurnAway;
      EXPECT_EQ(request.connected, StartsCall(request.operation)
                                       ? IsAccepted(request) && !turned_away
                                       : true)
          << Info(request.operation).name;
    }
  });
}

// For all calls: a request after the end of the call fails with 404, and there
// is at most one.
TEST(SimulatorTest, NothingIsAcceptedAfterTheEnd) {
  ForAllCalls([](const Plan&, const Call& call) {
    for (std::size_t i = 0; i < call.requests.size(); ++i) {
      if (call.requests[i].at_ms < call.ended_ms) continue;
      EXPECT_EQ(StatusOf(call.requests[i]), 404);
      EXPECT_EQ(i + 1, call.requests.size());
    }
  });
}

// For all calls: media in progress at the end of the call is canceled shortly
// after.
TEST(SimulatorTest, TheEndCancelsWhatIsUnderWay) {
  ForAllCalls([](const Plan& plan, const Call& call) {
    for (const Media& media : call.media) {
      const std::uint32_t accepted_ms =
          call.requests[media.request].answered_ms();
      const std::uint32_t end_ms = accepted_ms + media.duration_ms;
      if (end_ms <= call.ended_ms) continue;
      EXPECT_EQ(Info(media.outcome).group, ResultType::kCanceled);
      EXPECT_LE(end_ms - std::max(call.ended_ms, accepted_ms),
                static_cast<std::uint32_t>(plan.media_stop->max()));
    }
  });
}

// For all calls: the correlation epoch never decreases.
TEST(SimulatorTest, CorrelationEpochsNeverFall) {
  bool changed = false;
  ForAllCalls([&](const Plan&, const Call& call) {
    std::uint8_t epoch = 0;
    for (const Request& request : call.requests) {
      EXPECT_GE(request.correlation_epoch, epoch);
      EXPECT_LE(request.correlation_epoch, epoch + 2 * call.legs.size());
      epoch = request.correlation_epoch;
      changed |= epoch > 0;
    }
    epoch = 0;
    for (const Leg& leg : call.legs) {
      EXPECT_GE(leg.correlation_epoch, epoch);
      epoch = leg.correlation_epoch;
    }
  });
  EXPECT_TRUE(changed);
}

// For all calls: the correlation id of each leg also appears in a request.
TEST(SimulatorTest, LegsBearACorrelationIdOfARequest) {
  ForAllCalls([](const Plan&, const Call& call) {
    for (const Leg& leg : call.legs) {
      EXPECT_TRUE(std::any_of(call.requests.begin(), call.requests.end(),
                              [&](const Request& request) {
                                return request.correlation_epoch ==
                                       leg.correlation_epoch;
                              }));
    }
  });
}

// For all calls: neither the duration nor the number of steps exceeds the limit
// of the profile.
TEST(SimulatorTest, CallsEndInTime) {
  ForAllCalls([](const Plan& plan, const Call& call) {
    EXPECT_LE(call.ended_ms, plan.longest_call_ms);
    // A late request is not counted as a step.
    EXPECT_LE(call.requests.size(), plan.max_steps + 1);
  });
}

// For all records of all calls: they are delivered within the horizon of their
// log.
TEST(SimulatorTest, NothingIsDeliveredAfterTheHorizon) {
  std::vector<Record> records;
  ForAllCalls([&](const Plan& plan, const Call& call) {
    records.clear();
    AppendRecords(call, plan, LogSet::All(),
                  StreamKey(kSeed, call.key.slot, call.key.ordinal), 0,
                  records);
    for (const Record& record : records) {
      EXPECT_GE(record.delivery_ms, record.time_ms);
      EXPECT_LE(record.delivery_ms, HorizonMs(plan, {record.log()}));
    }
  });
}

// An inbound call always has a server call id, an outbound call only after it
// is accepted.
TEST(SimulatorTest, ServerCallIdsAreThereOnceTheServerKnowsTheCall) {
  for (const bool inbound : {false, true}) {
    const Plan plan(
        calm::ProfileOfSteps(R"("first": {"wait": "1s", "next": "end"})"));
    Call call;
    call.inbound = inbound;
    for (const bool connected : {false, true}) {
      Request request;
      request.connected = connected;
      call.requests.push_back(request);
    }
    std::vector<Record> records;
    AppendRecords(call, plan, LogSet::Default(), 1, 0, records);
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(records[0].As<OperationalPayload>().node == kNoNode, !inbound);
    EXPECT_LT(records[1].As<OperationalPayload>().node, kNodeCount);
  }
}

std::uint32_t LastDeliveryMs(const Plan& plan) {
  Simulator simulator(plan, 1);
  const Call& call = simulator.Simulate({calm::World::kSlot, 0});
  std::vector<Record> records;
  AppendRecords(call, plan, LogSet::Default(), 1, 0, records);
  std::uint32_t last_ms = 0;
  for (const Record& record : records) {
    last_ms = std::max(last_ms, record.delivery_ms);
  }
  return last_ms;
}

// The last request of a call is made late, after another request with the
// maximum latency, which was in progress when the call ended.
TEST(SimulatorTest, TheHorizonHoldsForTheSlowestOfRequests) {
  Profile profile = calm::ProfileOfSteps(
      R"("first": {"operation": "GetCall", "next": "second"},
         "second": {"operation": "GetParticipants", "next": "end"})",
      R"("caller": {"stays": "30s"}, )");
  Timing& timing = profile.timing;
  timing.longest_call_ms = kMsPerMinute;
  timing.reaction = ConstantMs(20'000);
  timing.api_latency = ConstantMs(300'000);
  timing.api_latency_of = {{Operation::kAnswerCall, ConstantMs(1)}};
  timing.status_latency_of = {{404, ConstantMs(300'000)}};
  profile.usage.lag = ConstantMs(0);
  profile.requests.late_share = 1.0;
  Incident slow;
  slow.when.every_ms = kMsPerHour;
  slow.when.length_ms = kMsPerHour;
  slow.scope.operations = {Operation::kGetCall};
  slow.latency_factor = 1.25;
  profile.incidents = {slow};
  const Plan plan(profile);
  EXPECT_GT(LastDeliveryMs(plan), 40'000 + 375'000 + 20'000 + 300'000u);
  EXPECT_LE(LastDeliveryMs(plan), HorizonMs(plan, LogSet::Default()));
}

TEST(SimulatorTest, TheHorizonHoldsForTheSlowestOfUsageRecords) {
  Profile profile =
      calm::ProfileOfSteps(R"("first": {"wait": "1h", "next": "end"})");
  profile.timing.longest_call_ms = kMsPerMinute;
  profile.timing.disconnect = ConstantMs(60'000);
  profile.usage.lag = ConstantMs(kMsPerDay);
  profile.delivery[LogType::kUsage] = ConstantMs(2 * kMsPerDay);
  const Plan plan(profile);
  EXPECT_EQ(LastDeliveryMs(plan), 60'000 + 60'000 + 3 * kMsPerDay);
  EXPECT_LE(LastDeliveryMs(plan), HorizonMs(plan, LogSet::Default()));
}

TEST(SimulatorTest, TheHorizonHoldsForTheSlowestOfMedia) {
  Profile profile = calm::ProfileOfSteps(
      R"("first": {"operation": "Play", "source": "File", "length": "1h",
                   "next": "end"})");
  profile.timing.longest_call_ms = kMsPerMinute;
  profile.timing.api_latency_of = {{Operation::kPlay, ConstantMs(300'000)}};
  profile.timing.media_stop = ConstantMs(60'000);
  profile.usage.lag = ConstantMs(0);
  const Plan plan(profile);
  EXPECT_GT(LastDeliveryMs(plan), 360'000u);
  EXPECT_LE(LastDeliveryMs(plan), HorizonMs(plan, LogSet::Default()));
}

bool Same(const Call& a, const Call& b) {
  const auto same = [](const auto& of_a, const auto& of_b, const auto& equal) {
    return std::equal(of_a.begin(), of_a.end(), of_b.begin(), of_b.end(),
                      equal);
  };
  return a.key == b.key && a.flow == b.flow &&
         a.attempted_ms == b.attempted_ms && a.connected_ms == b.connected_ms &&
         a.ended_ms == b.ended_ms &&
         same(a.requests, b.requests,
              [](const Request& x, const Request& y) {
                return x.at_ms == y.at_ms && x.duration_ms == y.duration_ms &&
                       x.operation == y.operation && x.status == y.status &&
                       x.sub_operation == y.sub_operation &&
                       x.correlation_epoch == y.correlation_epoch &&
                       x.connected == y.connected;
              }) &&
         same(a.media, b.media,
              [](const Media& x, const Media& y) {
                return x.request == y.request && x.outcome == y.outcome &&
                       x.prompt == y.prompt && x.flags == y.flags &&
                       x.duration_ms == y.duration_ms;
              }) &&
         same(a.legs, b.legs, [](const Leg& x, const Leg& y) {
           return x.kind == y.kind &&
                  x.correlation_epoch == y.correlation_epoch &&
                  x.joined_ms == y.joined_ms && x.left_ms == y.left_ms;
         });
}

// For all calls: the result does not depend on the calls simulated before, or
// on the simulator.
TEST(SimulatorTest, ACallFollowsFromItsKeyAlone) {
  for (const SampleWorld& world : Worlds()) {
    SCOPED_TRACE(world.name);
    const std::vector<CallKey> keys = SomeKeys(*world.plan, 600);
    std::vector<Call> calls;
    Simulator forwards(*world.plan, kSeed);
    for (const CallKey key : keys) {
      calls.push_back(forwards.Simulate(key));
    }
    Simulator backwards(*world.plan, kSeed);
    for (std::size_t i = keys.size(); i-- > 0;) {
      ASSERT_TRUE(Same(backwards.Simulate(keys[i]), calls[i])) << i;
    }
    for (std::size_t i = 0; i < keys.size(); i += 50) {
      Simulator fresh(*world.plan, kSeed);
      ASSERT_TRUE(Same(fresh.Simulate(keys[i]), calls[i])) << i;
    }
    const Plan again(world.plan->profile());
    Simulator another(again, kSeed);
    for (std::size_t i = 0; i < keys.size(); i += 7) {
      ASSERT_TRUE(Same(another.Simulate(keys[i]), calls[i])) << i;
    }
  }
}

TEST(SimulatorTest, CallsDifferFromSeedToSeedAndFromKeyToKey) {
  const Plan& plan = *Worlds()[0].plan;
  Simulator one(plan, 1);
  Simulator two(plan, 2);
  int same = 0;
  for (const CallKey key : SomeKeys(plan, 200)) {
    const Call first = one.Simulate(key);
    Call other = two.Simulate(key);
    same += Same(first, other);
    other = one.Simulate({key.slot, key.ordinal + 2});
    other.key = first.key;
    same += Same(first, other);
  }
  EXPECT_EQ(same, 0);
}

// For all shipped profiles: flows and kinds of callers have their shares.
// Tolerance: 5 standard errors.
TEST(SimulatorTest, FlowsHaveTheirShares) {
  for (const SampleWorld& world : Worlds()) {
    SCOPED_TRACE(world.name);
    const Profile& profile = world.plan->profile();
    Simulator simulator(*world.plan, kSeed);
    std::vector<double> chosen(profile.flows.size());
    int calls = 0;
    for (const CallKey key : SomeKeys(*world.plan, 4000)) {
      // A campaign has its own flow.
      if (world.plan->conditions.offered().DialledAt(key.slot) > 0) continue;
      ++chosen.at(simulator.Simulate(key).flow);
      ++calls;
    }
    double sum = 0;
    for (const Flow& flow : profile.flows) sum += flow.weight;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      const double share = profile.flows[i].weight / sum;
      EXPECT_NEAR(chosen[i] / calls, share, 5 * ShareError(share, calls));
    }
  }
}

// Call attempts are uniformly distributed over the second of their slot.
// Tolerance: 5 standard errors.
TEST(SimulatorTest, AttemptsFallAnywhereInTheirSecond) {
  const Plan& plan = *Worlds()[0].plan;
  Simulator simulator(plan, kSeed);
  std::array<int, 10> tenths{};
  constexpr int kCalls = 10'000;
  for (std::uint32_t i = 0; i < kCalls; ++i) {
    ++tenths.at(simulator.Simulate({calm::World::kSlot, i}).attempted_ms / 100);
  }
  for (const int calls : tenths) {
    EXPECT_NEAR(calls, kCalls / 10, 5 * std::sqrt(kCalls * 0.09));
  }
}

// The shipped profiles together use every operation and every outcome of media.
TEST(SimulatorTest, ShippedProfilesShowWhatThereIs) {
  std::set<Operation> operations;
  std::set<Outcome> outcomes;
  const Law gather = [&](const Plan&, const Call& call) {
    for (const Request& request : call.requests) {
      operations.insert(request.operation);
    }
    for (const Media& media : call.media) outcomes.insert(media.outcome);
  };
  ForAllCalls(gather, kCallsOfAWorld);
  EXPECT_EQ(operations.size(), kOperationCount);
  std::size_t of_media = 0;
  for (const OutcomeInfo& info : Outcomes()) of_media += info.code != 0;
  EXPECT_EQ(outcomes.size(), of_media);
}

}  // namespace
}  // namespace busyhour::internal
