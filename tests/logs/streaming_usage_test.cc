// Billing of media streaming and transcription sessions.

#include "logs/streaming_usage.h"

#include <cstdint>
#include <map>

#include "gtest/gtest.h"

namespace busyhour::internal {
namespace {

constexpr std::uint32_t kMinute = 60'000;

StreamingSession SessionOf(Modality modality, std::uint32_t from_minute,
                           std::uint32_t to_minute) {
  StreamingSession session;
  session.modality = modality;
  session.began_ms = from_minute * kMinute;
  session.ended_ms = to_minute * kMinute;
  return session;
}

Leg LegOf(ParticipantKind kind, std::uint32_t from_minute,
          std::uint32_t to_minute) {
  return {kind, 0, from_minute * kMinute, to_minute * kMinute};
}

// The example on Azure's page on the Call Automation logs: sessions of 10
// minutes with a and b, 5 with b and c, and 7 with all three are billed as 17,
// 22 and 12 minutes.
TEST(StreamingUsageTest, BillsTheThreeParticipantsOfThePublishedExample) {
  Call call;
  call.legs = {LegOf(ParticipantKind::kApp, 0, 22),
               LegOf(ParticipantKind::kPstn, 0, 10),    // a
               LegOf(ParticipantKind::kAcs, 0, 22),     // b
               LegOf(ParticipantKind::kAcs, 10, 22),    // c
               LegOf(ParticipantKind::kPstn, 15, 22)};  // a, back in the call
  const std::map<std::uint16_t, char> names = {
      {1, 'a'}, {2, 'b'}, {3, 'c'}, {4, 'a'}};
  for (const Modality modality :
       {Modality::kAudioUnmixed, Modality::kTranscription}) {
    std::map<char, std::uint32_t> minutes;
    for (const StreamingSession& session :
         {SessionOf(modality, 0, 10), SessionOf(modality, 10, 15),
          SessionOf(modality, 15, 22)}) {
      for (const StreamedSpan& span : BilledSpans(call, session)) {
        minutes[names.at(span.participant)] +=
            (span.ended_ms - span.began_ms) / kMinute;
      }
    }
    EXPECT_EQ(minutes,
              (std::map<char, std::uint32_t>{{'a', 17}, {'b', 22}, {'c', 12}}));
  }
}

TEST(StreamingUsageTest, BillsAMixedSessionOnce) {
  Call call;
  call.legs = {
      LegOf(ParticipantKind::kApp, 0, 12), LegOf(ParticipantKind::kPstn, 0, 12),
      LegOf(ParticipantKind::kAcs, 1, 12), LegOf(ParticipantKind::kAcs, 2, 12)};
  const auto spans = BilledSpans(call, SessionOf(Modality::kAudioMixed, 1, 11));
  ASSERT_EQ(spans.size(), 1u);
  EXPECT_EQ(spans[0].participant, kNoParticipant);
  EXPECT_EQ(spans[0].ended_ms - spans[0].began_ms, 10 * kMinute);
}

TEST(StreamingUsageTest, BillsParticipantsForTheTimeThatTheyAreThere) {
  Call call;
  call.legs = {LegOf(ParticipantKind::kApp, 0, 20),
               LegOf(ParticipantKind::kPstn, 0, 7),
               LegOf(ParticipantKind::kAcs, 8, 20),
               LegOf(ParticipantKind::kAcs, 15, 20)};
  const auto spans =
      BilledSpans(call, SessionOf(Modality::kAudioUnmixed, 5, 12));
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_EQ(spans[0].participant, 1);
  EXPECT_EQ(spans[0].began_ms, 5 * kMinute);
  EXPECT_EQ(spans[0].ended_ms, 7 * kMinute);
  EXPECT_EQ(spans[1].participant, 2);
  EXPECT_EQ(spans[1].began_ms, 8 * kMinute);
  EXPECT_EQ(spans[1].ended_ms, 12 * kMinute);
}

}  // namespace
}  // namespace busyhour::internal
