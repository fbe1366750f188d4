#include "events/call_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/stream.h"
#include "events/event_feed.h"
#include "events/event_list.h"
#include "logs/cast.h"
#include "profile/load.h"
#include "scenario/calm.h"

namespace busyhour::internal {
namespace {

using namespace calm;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t kSeed = 1;
constexpr CallKey kCall{calm::World::kSlot, 3};

// One call of a profile, and its events.
class Told {
 public:
  explicit Told(const Profile& profile, CallKey key = kCall)
      : plan_(profile),
        cast_(plan_, kSeed),
        simulator_(plan_, kSeed, /*takes_notes=*/true),
        call_(simulator_.Simulate(key)),
        key_(StreamKey(kSeed, key.slot, key.ordinal)),
        events_(EventsOf(call_, plan_, cast_.vocabulary(), key_)) {}

  const Call& call() const { return call_; }
  const std::vector<CallEvent>& events() const { return events_; }
  std::vector<std::string_view> Names() const {
    std::vector<std::string_view> names;
    for (const CallEvent& event : events_) {
      if (event.type != EventType::kParticipantsUpdated) {
        names.push_back(Info(event.type).name);
      }
    }
    return names;
  }
  const CallEvent& Of(EventType type) const {
    for (const CallEvent& event : events_) {
      if (event.type == type) return event;
    }
    ADD_FAILURE() << "there is no " << Info(type).name;
    return events_.front();
  }

 private:
  Plan plan_;
  Cast cast_;
  Simulator simulator_;
  const Call& call_;
  std::uint64_t key_;
  std::vector<CallEvent> events_;
};

TEST(CallEventsTest, APlayStartsAndCompletesBetweenConnectedAndDisconnected) {
  const Told told(ProfileOfSteps(
      R"("first": {"operation": "Play", "source": "File", "length": "3s",
                   "next": "bye"},)" +
      StepText("bye", "HangUpCall", "end")));
  EXPECT_THAT(told.Names(),
              ElementsAre("IncomingCall", "CallConnected", "PlayStarted",
                          "PlayCompleted", "CallDisconnected"));
  const std::uint32_t accepted_ms = ConnectedMs(told.call()) + kRequestMs;
  EXPECT_EQ(told.Of(EventType::kIncomingCall).at_ms, told.call().attempted_ms);
  EXPECT_EQ(told.Of(EventType::kCallConnected).at_ms, ConnectedMs(told.call()));
  EXPECT_EQ(told.Of(EventType::kPlayStarted).at_ms,
            accepted_ms + kMediaStartMs);
  EXPECT_EQ(told.Of(EventType::kPlayCompleted).at_ms,
            accepted_ms + kMediaStartMs + 3'000);
  EXPECT_EQ(told.Of(EventType::kCallDisconnected).at_ms,
            told.call().ended_ms + kDisconnectMs);
  EXPECT_EQ(told.Of(EventType::kCallDisconnected).result->subcode, 7000);
}

TEST(CallEventsTest, ACalleeWhoIsBusyGivesCreateCallFailedAndNothingElse) {
  const Told told(ProfileOfStart(
      R"({"operation": "CreateCall", "who": "pstn",
          "callee_does": {"busy": 1}, "next": "end"})"));
  EXPECT_THAT(told.Names(), ElementsAre("CreateCallFailed"));
  EXPECT_EQ(told.events().front().result->code, 486);
  EXPECT_EQ(told.events().front().result->subcode, 560486);
  EXPECT_EQ(told.events().front().at_ms, told.call().ended_ms);
}

TEST(CallEventsTest, ACallThatIsNotAcceptedHasNoCallbackEvents) {
  const Told told(ProfileOfStart(R"({"operation": "RejectCall"})"));
  EXPECT_THAT(told.Names(), ElementsAre("IncomingCall"));
}

TEST(CallEventsTest, ACanceledInvitationIsNotReportedAsFailed) {
  const Told told(ProfileOfSteps(
      R"("first": {"operation": "AddParticipant", "who": "acs",
                   "background": true, "ring": "20s", "next": "cancel"},)" +
      StepText("cancel", "CancelAddParticipant", "bye") + ',' +
      StepText("bye", "HangUpCall", "end")));
  EXPECT_THAT(told.Names(),
              ElementsAre("IncomingCall", "CallConnected",
                          "CancelAddParticipantSucceeded", "CallDisconnected"));
  EXPECT_EQ(std::get<InvitationData>(
                told.Of(EventType::kCancelAddParticipantSucceeded).data)
                .request,
            1);
}

TEST(CallEventsTest, AnAddedParticipantIsInTheNextRoster) {
  const Told told(ProfileOfSteps(
      R"("first": {"operation": "AddParticipant", "who": "teams",
                   "next": "talk"},
          "talk": {"wait": "5s", "next": "bye"},)" +
      StepText("bye", "HangUpCall", "end")));
  EXPECT_THAT(told.Names(),
              ElementsAre("IncomingCall", "CallConnected",
                          "AddParticipantSucceeded", "CallDisconnected"));
  const CallEvent& added = told.Of(EventType::kAddParticipantSucceeded);
  EXPECT_EQ(std::get<ParticipantData>(added.data).participant,
            (EventParticipant{ParticipantCode(2), ParticipantKind::kTeams}));
  std::vector<std::size_t> sizes;
  for (const CallEvent& event : told.events()) {
    if (const auto* roster = std::get_if<RosterData>(&event.data)) {
      sizes.push_back(roster->participants.size());
      EXPECT_EQ(roster->sequence, sizes.size());
    }
  }
  EXPECT_THAT(sizes, ElementsAre(2u, 3u));
}

TEST(CallEventsTest, TheCollectedTonesAreThoseThatContinuousRecognitionHears) {
  const Told told(ProfileOfSteps(
      StepText("first", "StartContinuousDtmfRecognition", "ask") + ',' +
      R"("ask": {"operation": "Recognize", "input": "Dtmf", "max_tones": 4,
                 "next": "bye"},)" +
      StepText("bye", "HangUpCall", "end")));
  std::vector<Tone> heard;
  std::vector<std::uint32_t> times;
  for (const CallEvent& event : told.events()) {
    if (const auto* tone = std::get_if<ToneData>(&event.data)) {
      heard.push_back(tone->tone);
      times.push_back(event.at_ms);
      EXPECT_EQ(tone->sequence, heard.size());
    }
  }
  const CallEvent& end = told.Of(EventType::kRecognizeCompleted);
  EXPECT_EQ(std::get<RecognizeData>(end.data).tones, heard);
  ASSERT_EQ(heard.size(), 4u);
  EXPECT_EQ(times.back(), end.at_ms);
  EXPECT_EQ(times[1] - times[0], kToneGapMs);
}

TEST(CallEventsTest, HoldAndMuteConcernTheCaller) {
  const Told told(
      ProfileOfSteps(StepText("first", "Hold", "talk") +
                     R"(,"talk": {"wait": "5s", "next": "mute"},)" +
                     StepText("mute", "MuteParticipants", "talk2") +
                     R"(,"talk2": {"wait": "5s", "next": "unhold"},)" +
                     StepText("unhold", "Unhold", "talk3") +
                     R"(,"talk3": {"wait": "5s", "next": "bye"},)" +
                     StepText("bye", "HangUpCall", "end")));
  std::vector<std::pair<bool, bool>> states;
  for (const CallEvent& event : told.events()) {
    if (const auto* roster = std::get_if<RosterData>(&event.data)) {
      states.emplace_back(roster->participants.at(1).is_on_hold,
                          roster->participants.at(1).is_muted);
      EXPECT_FALSE(roster->participants.at(0).is_on_hold);
    }
  }
  EXPECT_THAT(states,
              ElementsAre(std::pair(false, false), std::pair(true, false),
                          std::pair(true, true), std::pair(false, true)));
}

TEST(CallEventsTest, ARecordingChangesStateWithItsRequestsAndTheCall) {
  const Told told(
      ProfileOfSteps(StepText("first", "StartRecording", "pause") + ',' +
                     StepText("pause", "PauseRecording", "resume") + ',' +
                     StepText("resume", "ResumeRecording", "bye") + ',' +
                     StepText("bye", "HangUpCall", "end")));
  std::vector<bool> states;
  for (const CallEvent& event : told.events()) {
    if (const auto* recording = std::get_if<RecordingData>(&event.data)) {
      states.push_back(recording->is_active);
      EXPECT_EQ(recording->started_ms, told.call().requests[1].answered_ms());
      EXPECT_EQ(event.step, -1);
    }
  }
  EXPECT_THAT(states, ElementsAre(true, false, true, false));
}

TEST(CallEventsTest, ATransferNamesItsTargetAndTheCaller) {
  const Told told(ProfileOfSteps(
      R"("first": {"operation": "TransferCallToParticipant", "who": "pstn",
                   "next": "end"})"));
  EXPECT_THAT(told.Names(),
              ElementsAre("IncomingCall", "CallConnected",
                          "CallTransferAccepted", "CallDisconnected"));
  const auto& data =
      std::get<TransferData>(told.Of(EventType::kCallTransferAccepted).data);
  EXPECT_EQ(data.transferee.code.bits(), 1);
  EXPECT_EQ(data.target.kind, ParticipantKind::kPstn);
}

// For all calls and requests: the correlation id that the events have at the
// time of a request is the request's.
TEST(CallEventsTest, CorrelationIdsChangeWhenThoseOfRequestsDo) {
  Profile profile = LoadProfile("conference");
  profile.assumptions.correlation_change = 0.7;
  const Plan plan(profile);
  const Cast cast(plan, kSeed);
  Simulator simulator(plan, kSeed, /*takes_notes=*/true);
  std::size_t changed = 0;
  for (std::uint64_t slot = calm::World::kSlot; slot < calm::World::kSlot + 300;
       ++slot) {
    const Call& call = simulator.Simulate({slot, 0});
    const EventList list(call, plan, cast.vocabulary(),
                         StreamKey(kSeed, slot, 0));
    for (const Request& request : call.requests) {
      if (request.at_ms >= call.ended_ms) continue;
      EXPECT_EQ(list.EpochAt(request.at_ms), request.correlation_epoch);
      if (request.correlation_epoch > 0) ++changed;
    }
  }
  EXPECT_GT(changed, 100u);
}

// For all calls: taking notes changes nothing else.
TEST(CallEventsTest, NotesDoNotChangeACall) {
  const Plan plan(LoadProfile("contact-center"));
  Simulator with(plan, kSeed, /*takes_notes=*/true);
  Simulator without(plan, kSeed);
  for (std::uint32_t i = 0; i < 300; ++i) {
    const Call& noted = with.Simulate({calm::World::kSlot + i, 0});
    const Call& plain = without.Simulate({calm::World::kSlot + i, 0});
    EXPECT_THAT(plain.notes, IsEmpty());
    EXPECT_EQ(noted.ended_ms, plain.ended_ms);
    ASSERT_EQ(noted.requests.size(), plain.requests.size());
    ASSERT_EQ(noted.media.size(), plain.media.size());
    for (std::size_t m = 0; m < plain.media.size(); ++m) {
      EXPECT_EQ(noted.media[m].outcome, plain.media[m].outcome);
      EXPECT_EQ(noted.media[m].duration_ms, plain.media[m].duration_ms);
    }
  }
}

TEST(EventOrderTest, EventsComeInOrderOfTimeThenOfCalls) {
  const auto at = [](std::uint32_t ms) {
    CallEvent event;
    event.at_ms = ms;
    return event;
  };
  EventOrder order;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> taken;
  const EventOrder::Take take = [&](CallKey call, std::uint32_t,
                                    const CallEvent& event) {
    taken.emplace_back(call.ordinal, event.at_ms);
  };
  order.Add({10, 0}, 0, {at(5), at(500), at(2'500)});
  order.Add({10, 1}, 0, {at(5), at(600)});
  order.TakeBefore(11, take);
  EXPECT_THAT(taken, ElementsAre(std::pair(0, 5), std::pair(1, 5),
                                 std::pair(0, 500), std::pair(1, 600)));
  taken.clear();
  order.TakeAll(take);
  EXPECT_THAT(taken, ElementsAre(std::pair(0, 2'500)));
}

}  // namespace
}  // namespace busyhour::internal
