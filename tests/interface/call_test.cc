#include "busyhour/call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "busyhour/explain.h"
#include "busyhour/write.h"

namespace busyhour {
namespace {

using ::testing::HasSubstr;

TEST(CallsTest, HaveAllRecordsOfTheJob) {
  const Job job({.profile = Profile("contact-center"), .calls = 200});
  std::size_t records = 0;
  std::size_t calls = 0;
  for (const Call& call : Calls(job)) {
    ++calls;
    records += call.records.size();
    EXPECT_FALSE(call.records.empty());
  }
  const Totals totals = Write(job, [](std::string_view) { return true; });
  EXPECT_EQ(records, totals.records);
  EXPECT_LE(calls, totals.calls);
}

// For all calls: what the call says agrees with its records.
TEST(CallsTest, AgreeWithTheirRecords) {
  const Job job({.profile = Profile("voice-bot"), .calls = 50});
  for (const Call& call : Calls(job)) {
    std::size_t requests = 0;
    std::size_t media = 0;
    for (const Record& record : call.records) {
      if (record.log() == LogType::kOperational) {
        const Request& request = call.requests.at(requests++);
        EXPECT_EQ(record["OperationName"],
                  Value(std::string(NameOf(request.operation))));
        EXPECT_EQ(record["ResultSignature"],
                  Value(std::int64_t{request.status}));
        EXPECT_EQ(record["CorrelationId"], Value(call.correlation_id));
      }
      if (record.log() == LogType::kMediaSummary) {
        const MediaEnd& end = call.media.at(media++);
        EXPECT_EQ(record["ResultSubcode"], Value(std::int64_t{end.subcode}));
      }
    }
    EXPECT_EQ(media, call.media.size());
    EXPECT_LE(call.attempted, call.ended);
    for (const Participant& who : call.participants) {
      EXPECT_LE(who.joined, who.left);
    }
  }
}

TEST(CallsTest, AreThoseThatAFilterSelects) {
  const Job job({.profile = Profile("voice-bot"),
                 .calls = 20,
                 .where = "initial_silence"});
  std::size_t calls = 0;
  for (const Call& call : Calls(job)) {
    ++calls;
    bool is_silent = false;
    for (const MediaEnd& end : call.media) {
      is_silent = is_silent || end.outcome == Outcome::kInitialSilence;
    }
    EXPECT_TRUE(is_silent);
  }
  EXPECT_EQ(calls, 20u);
}

TEST(CallsTest, ArePickedInExactNumbers) {
  const Job job({.profile = Profile("voice-bot"),
                 .pick = {"initial_silence=3", "max_digits=4"}});
  std::size_t silent = 0;
  for (const Call& call : Calls(job)) {
    for (const MediaEnd& end : call.media) {
      if (end.outcome != Outcome::kInitialSilence) continue;
      ++silent;
      break;
    }
  }
  EXPECT_EQ(silent, 3u);
}

TEST(ExplainTest, FindsTheCallOfAnyRecord) {
  const Job job({.profile = Profile("contact-center"), .calls = 5});
  for (const Call& call : Calls(job)) {
    for (const Record& record : call.records) {
      const auto story = Explain(job, record.Text());
      ASSERT_TRUE(story.has_value());
      EXPECT_EQ(story->call.connection_id, call.connection_id);
      EXPECT_EQ(story->call.records.size(), call.records.size());
      EXPECT_THAT(story->text, HasSubstr(call.flow));
      EXPECT_TRUE(nlohmann::json::accept(story->json));
    }
  }
}

TEST(ExplainTest, FindsNothingInOtherTexts) {
  EXPECT_FALSE(Explain(Job(), "00000000-3d35-4429-b2e6-b40d7055a638"));
  EXPECT_FALSE(Explain(Job(), ""));
}

// For each outcome of a transfer: each call that an expression selects by it
// has such a ring, of such a request.
TEST(CallsTest, HaveWhatBecameOfPeopleWhoWereRung) {
  for (const Outcome outcome :
       {Outcome::kDeclined, Outcome::kBusy, Outcome::kNoAnswer}) {
    const std::string expression = "transfer_" + std::string(NameOf(outcome));
    for (const Call& call : Calls(Job({.calls = 3, .where = expression}))) {
      EXPECT_TRUE(
          std::any_of(call.rings.begin(), call.rings.end(),
                      [&](const Ring& ring) {
                        return ring.outcome == outcome &&
                               call.requests.at(ring.request).operation ==
                                   Operation::kTransferCallToParticipant &&
                               ring.at > call.requests[ring.request].sent;
                      }))
          << expression;
    }
  }
}

}  // namespace
}  // namespace busyhour
