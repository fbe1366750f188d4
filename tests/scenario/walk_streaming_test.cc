// Start and end of media streaming and transcription sessions.

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "scenario/calm.h"

namespace busyhour::internal {
namespace {

using namespace calm;

constexpr std::uint32_t kTalkMs = 60'000;

// Answers, makes the request `start`, waits a minute, makes the request `stop`,
// and hangs up. `answer` are additional members of the first step.
Profile ProfileOfTalk(std::string_view answer, std::string_view start,
                      std::string_view stop) {
  return ProfileOf(R"({"start": "answer", "steps": {
      "answer": {"operation": "AnswerCall", )" +
                   std::string(answer) +
                   R"("on": {"failed": "end"}, "next": "start"},
      "start": {"operation": ")" +
                   std::string(start) + R"(", "next": "talk"},
      "talk": {"wait": "60s", "next": "stop"},
      "stop": {"operation": ")" +
                   std::string(stop) + R"(", "next": "bye"},
      "bye": {"operation": "HangUpCall"}}})");
}

const StreamingSession& OnlySession(const Call& call) {
  EXPECT_EQ(call.sessions.size(), 1u);
  return call.sessions.at(0);
}

TEST(WalkStreamingTest, ARequestStartsASessionAndAnotherStopsIt) {
  World world(ProfileOfTalk("", "StartMediaStreaming", "StopMediaStreaming"));
  const Call& call = world.CallOf(kSomeCall);
  const StreamingSession& session = OnlySession(call);
  EXPECT_EQ(session.modality, Modality::kAudioMixed);
  EXPECT_EQ(session.end, StreamingEnd::kStopped);
  EXPECT_EQ(session.began_ms, call.requests[1].answered_ms());
  EXPECT_EQ(session.ended_ms, call.requests[2].answered_ms());
  EXPECT_EQ(session.ended_ms - session.began_ms, kTalkMs + kRequestMs);
}

TEST(WalkStreamingTest, ASessionThatNobodyStopsEndsWithTheCall) {
  World world(ProfileOfTalk("", "StartTranscription", "GetCall"));
  const Call& call = world.CallOf(kSomeCall);
  const StreamingSession& session = OnlySession(call);
  EXPECT_EQ(session.modality, Modality::kTranscription);
  EXPECT_EQ(session.end, StreamingEnd::kCallEnded);
  EXPECT_EQ(session.ended_ms, call.ended_ms);
}

TEST(WalkStreamingTest, SessionsCanBeginWithTheCall) {
  World world(ProfileOfTalk(
      R"("start_media_streaming": true, "start_transcription": true,
         "audio_channels": "unmixed", )",
      "GetCall", "StopTranscription"));
  const Call& call = world.CallOf(kSomeCall);
  ASSERT_EQ(call.sessions.size(), 2u);
  EXPECT_EQ(call.sessions[0].modality, Modality::kAudioUnmixed);
  EXPECT_EQ(call.sessions[0].end, StreamingEnd::kCallEnded);
  EXPECT_EQ(call.sessions[1].modality, Modality::kTranscription);
  EXPECT_EQ(call.sessions[1].end, StreamingEnd::kStopped);
  for (const StreamingSession& session : call.sessions) {
    EXPECT_EQ(session.began_ms, call.connected_ms);
  }
  EXPECT_EQ(StatusesOf(call), (Codes{200, 200, 202, 204}));
}

TEST(WalkStreamingTest, ASecondStartIsNoSecondSession) {
  World world(ProfileOfTalk(R"("start_transcription": true, )",
                            "StartTranscription", "StopTranscription"));
  const Call& call = world.CallOf(kSomeCall);
  EXPECT_EQ(OnlySession(call).began_ms, call.connected_ms);
}

TEST(WalkStreamingTest, AStartThatIsRefusedStartsNothing) {
  Profile profile =
      ProfileOfTalk("", "StartMediaStreaming", "StopMediaStreaming");
  profile.requests.failures_of = {
      {Operation::kStartMediaStreaming, {1.0, {{500, 1.0}}}}};
  World world(profile);
  const Call& call = world.CallOf(kSomeCall);
  EXPECT_TRUE(call.sessions.empty());
  EXPECT_EQ(StatusesOf(call), (Codes{200, 500, 404, 204}));
}

TEST(WalkStreamingTest, AnErrorEndsASessionBeforeItsTime) {
  Profile profile =
      ProfileOfTalk("", "StartMediaStreaming", "StopMediaStreaming");
  profile.streaming.failures = {{StreamingEnd::kTranscriptionFailed, 0.5},
                                {StreamingEnd::kMediaStreamingFailed, 0.3},
                                {StreamingEnd::kInvalidStreamUrl, 0.2}};
  World world(profile);
  int failed = 0;
  int at_once = 0;
  constexpr int kCalls = 2'000;
  for (std::uint32_t number = 0; number < kCalls; ++number) {
    const Call& call = world.CallOf(number);
    const StreamingSession& session = OnlySession(call);
    EXPECT_NE(session.end, StreamingEnd::kTranscriptionFailed);
    EXPECT_GT(session.ended_ms, session.began_ms);
    EXPECT_LE(session.ended_ms, call.requests[2].answered_ms());
    failed += session.end == StreamingEnd::kMediaStreamingFailed;
    if (session.end != StreamingEnd::kInvalidStreamUrl) continue;
    ++at_once;
    EXPECT_EQ(session.ended_ms - session.began_ms, kMediaFailureMs);
  }
  // Tolerance: 5 standard deviations.
  EXPECT_NEAR(failed, 0.3 * kCalls, 103);
  EXPECT_NEAR(at_once, 0.2 * kCalls, 90);
}

}  // namespace
}  // namespace busyhour::internal
