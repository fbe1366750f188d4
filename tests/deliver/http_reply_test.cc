#include "deliver/http_reply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

namespace busyhour::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = Receipt::Kind;

class ReadReplyTest : public ::testing::Test {
 protected:
  Receipt Read(HttpDialect dialect, int status, std::string body = "") {
    HttpReply reply;
    reply.status = status;
    reply.body = std::move(body);
    return Read(dialect, reply);
  }
  Receipt Read(HttpDialect dialect, const HttpReply& reply) {
    batch_.records = 3;
    Receipt receipt;
    receipt.batch = &batch_;
    ReadReply(dialect, reply, secrets_, receipt);
    return receipt;
  }
  Receipt ReadItems(const std::string& items) {
    return Read(HttpDialect::kElastic, 200,
                R"({"took":1,"errors":true,"items":[)" + items + "]}");
  }

  Batch batch_;
  Secrets secrets_;
};

TEST_F(ReadReplyTest, EverySuccessIsAnAcknowledgement) {
  for (const int status : {200, 201, 202, 204}) {
    const Receipt receipt = Read(HttpDialect::kStatus, status, "whatever");
    EXPECT_EQ(receipt.kind, Kind::kAcknowledged);
    EXPECT_EQ(receipt.error, "");
  }
}

TEST_F(ReadReplyTest, WhoBrokeDownMayHaveTakenItAndWhoIsBusyHasNot) {
  for (const int status : {500, 502, 503, 504}) {
    const Receipt receipt = Read(HttpDialect::kStatus, status);
    EXPECT_EQ(receipt.kind, Kind::kRetry);
    EXPECT_TRUE(receipt.may_have_arrived);
  }
  for (const int status : {408, 429}) {
    const Receipt receipt = Read(HttpDialect::kStatus, status);
    EXPECT_EQ(receipt.kind, Kind::kRetry);
    EXPECT_FALSE(receipt.may_have_arrived);
  }
}

TEST_F(ReadReplyTest, WaitsAsLongAsItIsAsked) {
  HttpReply reply;
  reply.status = 429;
  reply.retry_after = std::chrono::seconds(7);
  EXPECT_EQ(Read(HttpDialect::kStatus, reply).retry_after,
            std::chrono::seconds(7));
}

TEST_F(ReadReplyTest, WhatIsWrongWithTheRequestIsRefusedAndGoesOn) {
  for (const int status : {400, 409, 415, 422}) {
    const Receipt receipt = Read(HttpDialect::kStatus, status, "no\n such");
    EXPECT_EQ(receipt.kind, Kind::kRefused);
    EXPECT_FALSE(receipt.is_final);
    EXPECT_EQ(receipt.error, "HTTP " + std::to_string(status));
    EXPECT_EQ(receipt.answer, "no such");
  }
}

TEST_F(ReadReplyTest, WhatIsWrongWithTheAddressOrTheSecretEndsTheRun) {
  for (const int status : {301, 307, 401, 402, 403, 404, 410}) {
    const Receipt receipt = Read(HttpDialect::kStatus, status);
    EXPECT_EQ(receipt.kind, Kind::kRefused);
    EXPECT_TRUE(receipt.is_final);
  }
}

TEST_F(ReadReplyTest, WhatIsTooLargeMayBeTakenInParts) {
  for (const HttpDialect dialect :
       {HttpDialect::kStatus, HttpDialect::kElastic, HttpDialect::kSplunk,
        HttpDialect::kLoki, HttpDialect::kOtlp}) {
    const Receipt receipt = Read(dialect, 413, "the limit is 5");
    EXPECT_EQ(receipt.kind, Kind::kTooLarge);
    EXPECT_EQ(receipt.error, "HTTP 413");
    EXPECT_EQ(receipt.answer, "the limit is 5");
    EXPECT_FALSE(receipt.is_final);
  }
  // The message of servers written in Go.
  EXPECT_EQ(Read(HttpDialect::kOtlp, 400, "http: request body too large").kind,
            Kind::kTooLarge);
  EXPECT_EQ(Read(HttpDialect::kOtlp, 400, "a field is too large").kind,
            Kind::kRefused);
}

TEST_F(ReadReplyTest, WithoutAnAnswerItMayHaveArrivedOnceItWasSent) {
  HttpReply reply;
  reply.error = "connection lost";
  EXPECT_FALSE(Read(HttpDialect::kStatus, reply).may_have_arrived);
  reply.was_sent = true;
  EXPECT_TRUE(Read(HttpDialect::kStatus, reply).may_have_arrived);
  EXPECT_EQ(Read(HttpDialect::kStatus, reply).kind, Kind::kRetry);
  reply.is_final = true;
  EXPECT_EQ(Read(HttpDialect::kStatus, reply).kind, Kind::kRefused);
}

TEST_F(ReadReplyTest, ABulkAnswerWithoutErrorsIsForAllItems) {
  EXPECT_EQ(Read(HttpDialect::kElastic, 200, R"({"errors":false})").kind,
            Kind::kAcknowledged);
}

TEST_F(ReadReplyTest, AnItemThatIsThereAlreadyIsAcknowledged) {
  const Receipt receipt =
      ReadItems(R"({"create":{"status":201}},{"create":{"status":409}},)"
                R"({"create":{"status":200}})");
  EXPECT_EQ(receipt.kind, Kind::kAcknowledged);
  EXPECT_THAT(receipt.refused, IsEmpty());
}

TEST_F(ReadReplyTest, AnItemThatIsWrongIsRefusedAlone) {
  const Receipt receipt = ReadItems(
      R"({"create":{"status":400,"error":{"type":"t","reason":"r"}}},)"
      R"({"create":{"status":201}},{"create":{"status":400}})");
  EXPECT_EQ(receipt.kind, Kind::kAcknowledged);
  EXPECT_THAT(receipt.refused, ElementsAre(0, 2));
  EXPECT_EQ(receipt.error, "item: HTTP 400");
  EXPECT_EQ(receipt.answer, "t: r");
}

TEST_F(ReadReplyTest, AnItemThatIsToComeAgainBringsItsBatch) {
  const Receipt receipt =
      ReadItems(R"({"create":{"status":400}},{"create":{"status":429}},)"
                R"({"create":{"status":201}})");
  EXPECT_EQ(receipt.kind, Kind::kRetry);
  EXPECT_EQ(receipt.error, "item: HTTP 429");
  EXPECT_THAT(receipt.refused, ElementsAre(0, 1));
  EXPECT_FALSE(receipt.may_have_arrived);
}

TEST_F(ReadReplyTest, ABulkAnswerThatIsNoneIsNoAcknowledgement) {
  for (const char* const body :
       {"", "<html>", "[]", "{}", R"({"errors":true})",
        R"({"errors":true,"items":[{"create":{"status":201}}]})",
        R"({"errors":true,"items":[{},{},{},{}]})",
        R"({"errors":true,"items":[1,2,3]})", R"({"errors":false)"}) {
    EXPECT_EQ(Read(HttpDialect::kElastic, 200, body).kind, Kind::kRetry)
        << body;
  }
}

TEST_F(ReadReplyTest, AnItemThatFailedIsNotTakenWhateverIsSaidOfAll) {
  const Receipt receipt =
      Read(HttpDialect::kElastic, 200,
           R"({"errors":false,"items":[{"create":{"status":201}},)"
           R"({"create":{"status":400}},{"create":{}}]})");
  EXPECT_EQ(receipt.kind, Kind::kAcknowledged);
  EXPECT_THAT(receipt.refused, ElementsAre(1));
  EXPECT_EQ(Read(HttpDialect::kElastic, 200,
                 R"({"errors":false,"items":[{"create":{"status":201}}]})")
                .kind,
            Kind::kRetry);
}

// All codes that Splunk documents, with their HTTP statuses.
TEST_F(ReadReplyTest, AnEventCollectorsCodesMeanWhatTheySay) {
  struct Case {
    int code;
    int status;
    Kind kind;
    bool is_final = false;
    bool may_have_arrived = false;
  };
  constexpr Case kCases[] = {
      {0, 200, Kind::kAcknowledged},
      {1, 403, Kind::kRefused, true},
      {2, 401, Kind::kRefused, true},
      {3, 401, Kind::kRefused, true},
      {4, 403, Kind::kRefused, true},
      {5, 400, Kind::kRefused},
      {6, 400, Kind::kRefused},
      {7, 400, Kind::kRefused},
      {8, 500, Kind::kRetry, false, true},
      {9, 503, Kind::kRetry},
      {10, 400, Kind::kRefused, true},
      {11, 400, Kind::kRefused, true},
      {12, 400, Kind::kRefused},
      {13, 400, Kind::kRefused},
      {14, 400, Kind::kRefused, true},
      {15, 400, Kind::kRefused},
      {16, 400, Kind::kRefused, true},
      {17, 200, Kind::kRefused, true},
      {18, 503, Kind::kRetry},
      {19, 503, Kind::kRetry},
      {20, 503, Kind::kRetry},
      {21, 400, Kind::kRefused, true},
      {22, 400, Kind::kRefused, true},
      {23, 503, Kind::kRetry},
      {24, 200, Kind::kAcknowledged},
      {25, 200, Kind::kAcknowledged},
      {26, 429, Kind::kRetry},
      {27, 429, Kind::kRetry},
      {6, 200, Kind::kRefused},
      {9, 200, Kind::kRetry},
      {99, 200, Kind::kRefused},
      {0, 503, Kind::kRetry, false, true},
      {24, 413, Kind::kTooLarge},
      {99, 413, Kind::kTooLarge},
  };
  for (const Case& each : kCases) {
    const Receipt receipt =
        Read(HttpDialect::kSplunk, each.status,
             R"({"text":"x","code":)" + std::to_string(each.code) + '}');
    EXPECT_EQ(receipt.kind, each.kind) << each.code << ' ' << each.status;
    EXPECT_EQ(receipt.is_final, each.is_final) << each.code;
    EXPECT_EQ(receipt.may_have_arrived, each.may_have_arrived) << each.code;
    const bool is_under_pressure =
        each.status == 200 && (each.code == 24 || each.code == 25);
    EXPECT_EQ(!receipt.remark.empty(), is_under_pressure) << each.code;
    EXPECT_EQ(receipt.error.empty(), each.kind == Kind::kAcknowledged)
        << each.code;
  }
}

TEST_F(ReadReplyTest, LokiThrowsAwayWithASuccess) {
  EXPECT_EQ(Read(HttpDialect::kLoki, 204).kind, Kind::kAcknowledged);
  EXPECT_EQ(Read(HttpDialect::kLoki, 200).kind, Kind::kAcknowledged);
  const Receipt receipt = Read(HttpDialect::kLoki, 260, "ingestion blocked");
  EXPECT_EQ(receipt.kind, Kind::kRefused);
  EXPECT_EQ(receipt.error, "HTTP 260");
}

TEST_F(ReadReplyTest, AnAnswerThatIsNoneOfACollectorIsNoAcknowledgement) {
  EXPECT_EQ(Read(HttpDialect::kSplunk, 200, "hello").kind, Kind::kRetry);
  EXPECT_EQ(Read(HttpDialect::kSplunk, 200, "[0]").kind, Kind::kRetry);
}

TEST_F(ReadReplyTest, ARejectedLogRecordRefusesItsRequest) {
  const auto read = [this](const std::string& count) {
    return Read(HttpDialect::kOtlp, 200,
                R"({"partialSuccess":{"rejectedLogRecords":)" + count + "}}")
        .kind;
  };
  EXPECT_EQ(read("\"0\""), Kind::kAcknowledged);
  EXPECT_EQ(read("0"), Kind::kAcknowledged);
  EXPECT_EQ(read("\"2\""), Kind::kRefused);
  EXPECT_EQ(read("2"), Kind::kRefused);
  EXPECT_EQ(read("null"), Kind::kAcknowledged);
  EXPECT_EQ(Read(HttpDialect::kOtlp, 200, "").kind, Kind::kAcknowledged);
  EXPECT_EQ(Read(HttpDialect::kOtlp, 200, "{}").kind, Kind::kAcknowledged);
  EXPECT_EQ(Read(HttpDialect::kOtlp, 200, "<html>").kind, Kind::kRetry);
  EXPECT_EQ(Read(HttpDialect::kOtlp, 200,
                 R"({"partial_success":{"rejected_log_records":1}})")
                .kind,
            Kind::kRefused);
  const Receipt warned =
      Read(HttpDialect::kOtlp, 200,
           R"({"partialSuccess":{"errorMessage":"use another field"}})");
  EXPECT_EQ(warned.kind, Kind::kAcknowledged);
  EXPECT_NE(warned.remark, "");
}

TEST_F(ReadReplyTest, ASecretIsHiddenInTheReasonOfAnItem) {
  secrets_.Add("to/ken");
  const Receipt receipt = Read(
      HttpDialect::kElastic, 200,
      R"({"errors":true,"items":[{"create":{"status":201}},{"create":{"status":201}},)"
      R"({"create":{"status":400,"error":{"type":"t","reason":"not to\/ken"}}}]})");
  EXPECT_EQ(receipt.answer, "t: not ***");
}

TEST(ShownWordsTest, HideASecretThatIsCutInTwo) {
  Secrets secrets;
  secrets.Add("0123456789");
  for (std::size_t before = 280; before < 310; ++before) {
    const std::string shown = ShownWords(std::string(before, 'x') +
                                             "01234\x1b"
                                             "56789" +
                                             std::string(9, 'y'),
                                         secrets);
    EXPECT_EQ(shown.find('0'), shown.npos) << before;
  }
}

TEST(ShownWordsTest, AreOneShortLineWithoutControlCharacters) {
  EXPECT_EQ(ShownWords("a\n\n b\t\x1b[2Jc\x7f \xc3\xa9 ", {}), "a b [2Jc ??");
  EXPECT_LE(ShownWords(std::string(100'000, 'x'), {}).size(), 303U);
}

}  // namespace
}  // namespace busyhour::internal
