#include "deliver/socket_sink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "base/system.h"
#include "deliver/batches.h"
#include "deliver/listener.h"

namespace busyhour::internal {
namespace {

using ::testing::HasSubstr;

constexpr std::chrono::nanoseconds kNoWait{0};

TEST(SocketSinkTest, ATcpBatchIsAcknowledgedForNowOnceTheSystemHasIt) {
  Listener listener("tcp");
  SocketSink sink(listener.uri(), {});
  ASSERT_TRUE(sink.Open().ok());
  const std::size_t connection = listener.Accept();
  Batch first = BatchOf({"one\n", "two\n"});
  Batch second = BatchOf({"three\n"});
  sink.Send(first);
  sink.Send(second);
  const std::vector<Receipt> receipts = ReceiptsOf(sink, 2);
  ASSERT_EQ(receipts.size(), 2u);
  EXPECT_EQ(receipts[0].batch, &first);
  EXPECT_EQ(receipts[1].batch, &second);
  for (const Receipt& receipt : receipts) {
    EXPECT_EQ(receipt.kind, Receipt::Kind::kProvisional);
    EXPECT_EQ(receipt.certainty, kKnowsUnconfirmed ? Certainty::kBuffered
                                                   : Certainty::kHandedOver);
  }
  EXPECT_EQ(listener.Read(connection, 14), "one\ntwo\nthree\n");
}

TEST(SocketSinkTest, AUnixBatchIsAcknowledgedOnceItHasBeenRead) {
  if (!kKnowsUnconfirmed) {
    GTEST_SKIP() << "this system does not tell what is confirmed";
  }
  Listener listener("unix");
  SocketSink sink(listener.uri(), {});
  ASSERT_TRUE(sink.Open().ok());
  const std::size_t connection = listener.Accept();
  Batch batch = BatchOf({"one\n"});
  sink.Send(batch);
  std::vector<Receipt> receipts;
  sink.Poll(kNoWait, receipts);
  sink.Poll(std::chrono::milliseconds(3), receipts);
  EXPECT_TRUE(receipts.empty());
  EXPECT_EQ(listener.Read(connection, 4), "one\n");
  receipts = ReceiptsOf(sink, 1);
  ASSERT_EQ(receipts.size(), 1u);
  EXPECT_EQ(receipts[0].kind, Receipt::Kind::kAcknowledged);
}

// A batch larger than all buffers is sent as the receiver reads.
TEST(SocketSinkTest, AReceiverThatDoesNotReadLeavesNoRoom) {
  for (const char* scheme : {"tcp", "unix"}) {
    Listener listener(scheme);
    SocketSink sink(listener.uri(), {});
    ASSERT_TRUE(sink.Open().ok());
    const std::size_t connection = listener.Accept();
    std::string text;
    // Memory that grows bit by bit is slow under the thread sanitizer.
    text.reserve(32'000'000);
    for (char each = 'a'; each <= 'z'; ++each) {
      text.append(1'200'000, each) += '\n';
    }
    Batch batch = BatchOf({text});
    sink.Send(batch);
    EXPECT_FALSE(sink.HasRoom()) << scheme;
    std::string got;
    std::thread reader([&] { got = listener.Read(connection, text.size()); });
    const std::vector<Receipt> receipts = ReceiptsOf(sink, 1);
    reader.join();
    ASSERT_EQ(receipts.size(), 1u) << scheme;
    EXPECT_TRUE(sink.HasRoom());
    EXPECT_TRUE(got == text) << scheme;
  }
}

TEST(SocketSinkTest, WhatWasNotConfirmedIsToBeSentAgain) {
  if (!kKnowsUnconfirmed) {
    GTEST_SKIP() << "this system does not tell what is confirmed";
  }
  Listener listener("unix");
  SocketSink sink(listener.uri(), {});
  ASSERT_TRUE(sink.Open().ok());
  const std::size_t connection = listener.Accept();
  Batch read = BatchOf({"read\n"});
  Batch unread = BatchOf({"unread\n"});
  sink.Send(read);
  EXPECT_EQ(listener.Read(connection, 5), "read\n");
  std::vector<Receipt> receipts = ReceiptsOf(sink, 1);
  ASSERT_EQ(receipts.size(), 1u);
  EXPECT_EQ(receipts[0].kind, Receipt::Kind::kAcknowledged);
  sink.Send(unread);
  listener.HangUp(connection);
  receipts = ReceiptsOf(sink, 1);
  ASSERT_EQ(receipts.size(), 1u);
  EXPECT_EQ(receipts[0].batch, &unread);
  EXPECT_EQ(receipts[0].kind, Receipt::Kind::kRetry);
  EXPECT_EQ(receipts[0].error, "connection lost");
  EXPECT_TRUE(receipts[0].may_have_arrived);
  // The next batch uses a new connection.
  ASSERT_TRUE(sink.HasRoom());
  sink.Send(unread);
  EXPECT_EQ(listener.Read(listener.Accept(), 7), "unread\n");
  receipts = ReceiptsOf(sink, 1);
  ASSERT_EQ(receipts.size(), 1u);
  EXPECT_EQ(receipts[0].kind, Receipt::Kind::kAcknowledged);
}

TEST(SocketSinkTest, WhatWasNeverWrittenHasNotArrived) {
  for (const char* scheme : {"tcp", "unix"}) {
    Listener listener(scheme);
    SocketSink sink(listener.uri(), {});
    ASSERT_TRUE(sink.Open().ok());
    const std::size_t connection = listener.Accept();
    listener.Stop();
    listener.HangUp(connection);
    // The first poll may detect that the connection is lost.
    for (int i = 0; i < 2; ++i) {
      std::vector<Receipt> receipts;
      sink.Poll(std::chrono::milliseconds(1), receipts);
      EXPECT_TRUE(receipts.empty());
    }
    Batch batch = BatchOf({"one\n"});
    sink.Send(batch);
    const std::vector<Receipt> receipts = ReceiptsOf(sink, 1);
    ASSERT_EQ(receipts.size(), 1u);
    EXPECT_EQ(receipts[0].kind, Receipt::Kind::kRetry);
    EXPECT_EQ(receipts[0].error, "connection refused") << scheme;
    EXPECT_FALSE(receipts[0].may_have_arrived);
    EXPECT_TRUE(sink.HasRoom());
  }
}

TEST(SocketSinkTest, SaysWhyItCannotConnect) {
  Listener listener("tcp");
  listener.Stop();
  SocketSink refused(listener.uri(), {});
  EXPECT_EQ(
      refused.Open().message(),
      "cannot connect to " + listener.uri().text + ": connection refused");
  SocketSink missing(*ParseUri("unix:/nowhere/at/all"), {});
  EXPECT_THAT(missing.Open().message(), HasSubstr("No such file"));
  SocketSink long_path(*ParseUri("unix:/" + std::string(200, 'x')), {});
  EXPECT_THAT(long_path.Open().message(),
              HasSubstr("must have 1 to 107 characters"));
}

// The receiver still listens, but accepts no more connections.
TEST(SocketSinkTest, ConnectsAnewWithinItsTime) {
  for (const char* scheme : {"tcp", "unix"}) {
    Listener listener(scheme);
    SocketSink sink(listener.uri(),
                    {.connect_timeout = std::chrono::milliseconds(50)});
    ASSERT_TRUE(sink.Open().ok());
    const std::size_t connection = listener.Accept();
    listener.Fill();
    listener.HangUp(connection);
    std::vector<Receipt> none;
    for (int i = 0; i < 2; ++i) sink.Poll(std::chrono::milliseconds(1), none);
    EXPECT_TRUE(none.empty());
    Batch batch = BatchOf({"one\n"});
    sink.Send(batch);
    const std::vector<Receipt> receipts = ReceiptsOf(sink, 1);
    ASSERT_EQ(receipts.size(), 1u) << scheme;
    EXPECT_EQ(receipts[0].kind, Receipt::Kind::kRetry);
    EXPECT_EQ(receipts[0].error, std::string(scheme) == "tcp"
                                     ? "connection timed out"
                                     : "no room for another connection");
    EXPECT_FALSE(receipts[0].may_have_arrived);
    EXPECT_TRUE(sink.HasRoom());
  }
}

TEST(SocketSinkTest, ConnectionsTakeTurns) {
  Listener listener("tcp");
  SocketSink sink(listener.uri(), {.connections = 3});
  ASSERT_TRUE(sink.Open().ok());
  std::vector<Batch> batches;
  for (int i = 0; i < 6; ++i) {
    batches.push_back(BatchOf({std::to_string(i) + '\n'}));
  }
  for (Batch& batch : batches) sink.Send(batch);
  EXPECT_EQ(ReceiptsOf(sink, 6).size(), 6u);
  for (const char* wanted : {"0\n3\n", "1\n4\n", "2\n5\n"}) {
    EXPECT_EQ(listener.Read(listener.Accept(), 4), wanted);
  }
}

TEST(SocketSinkTest, AReceiverThatTalksIsNotListenedTo) {
  Listener listener("tcp");
  SocketSink sink(listener.uri(), {});
  ASSERT_TRUE(sink.Open().ok());
  const std::size_t connection = listener.Accept();
  listener.Say(connection, std::string(100'000, '?'));
  Batch batch = BatchOf({"one\n"});
  sink.Send(batch);
  const std::vector<Receipt> receipts = ReceiptsOf(sink, 1);
  ASSERT_EQ(receipts.size(), 1u);
  EXPECT_EQ(receipts[0].kind, Receipt::Kind::kProvisional);
}

TEST(SocketSinkTest, WhatIsReadBeforeTheReceiverClosesIsKnownToBeRead) {
  Listener listener("tcp");
  SocketSink sink(listener.uri(), {});
  ASSERT_TRUE(sink.Open().ok());
  const std::size_t connection = listener.Accept();
  Batch batch = BatchOf({std::string(1'000'000, 'x')});
  sink.Send(batch);
  std::string got;
  std::thread reader([&] {
    got = listener.Read(connection);
    listener.HangUp(connection);
  });
  EXPECT_EQ(ReceiptsOf(sink, 1).size(), 1u);
  sink.EndSending();
  const std::vector<Receipt> receipts = ReceiptsOf(sink, 1);
  reader.join();
  ASSERT_EQ(receipts.size(), 1u);
  EXPECT_EQ(receipts[0].batch, &batch);
  EXPECT_EQ(receipts[0].kind, Receipt::Kind::kAcknowledged);
  EXPECT_EQ(receipts[0].certainty, Certainty::kRead);
  EXPECT_EQ(got.size(), 1'000'000u);
  EXPECT_EQ(sink.lost_connections(), 0u);
}

// How a receiver ends a connection, and whether it had read all data.
struct End {
  const char* name;
  std::size_t reads;  // bytes, of 8
  bool shuts_down;    // before closing
  bool is_read;
};

class EndTest : public ::testing::TestWithParam<End> {};

TEST_P(EndTest, ABatchIsAcknowledgedForGoodOnlyIfItWasRead) {
  const End end = GetParam();
  for (const bool we_end : {false, true}) {
    Listener listener("tcp");
    SocketSink sink(listener.uri(), {});
    ASSERT_TRUE(sink.Open().ok());
    const std::size_t connection = listener.Accept();
    Batch batch = BatchOf({"one\n", "two\n"});
    sink.Send(batch);
    std::vector<Receipt> receipts = ReceiptsOf(sink, 1);
    ASSERT_EQ(receipts.size(), 1u);
    EXPECT_EQ(receipts[0].kind, Receipt::Kind::kProvisional);
    if (end.reads > 0) listener.Read(connection, end.reads);
    if (we_end) sink.EndSending();
    if (end.shuts_down) listener.ShutDown(connection);
    listener.HangUp(connection);
    receipts = ReceiptsOf(sink, 1);
    ASSERT_EQ(receipts.size(), 1u);
    EXPECT_EQ(receipts[0].batch, &batch);
    if (end.is_read) {
      EXPECT_EQ(receipts[0].kind, Receipt::Kind::kAcknowledged);
      EXPECT_EQ(receipts[0].certainty,
                kKnowsUnconfirmed ? Certainty::kRead : Certainty::kHandedOver);
      EXPECT_EQ(sink.lost_connections(), 1u);
    } else {
      EXPECT_EQ(receipts[0].kind, Receipt::Kind::kRetry);
      EXPECT_EQ(receipts[0].error,
                "connection lost before everything was read");
      EXPECT_TRUE(receipts[0].may_have_arrived);
      EXPECT_TRUE(receipts[0].was_connection_lost);
      EXPECT_EQ(sink.lost_connections(), 1u);
    }
  }
}

std::string NameOf(const ::testing::TestParamInfo<End>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Ends, EndTest,
                         ::testing::Values(End{"ReadsNothing", 0, false, false},
                                           End{"ReadsAPart", 5, false, false},
                                           End{"ReadsAll", 8, false, true},
                                           End{"ShutsDown", 8, true, true},
                                           End{"ShutsDownUnread", 5, true,
                                               false}),
                         NameOf);

TEST(SocketSinkTest, AReceiverThatNeverReadsIsNeverSaidToHaveRead) {
  Listener listener("tcp");
  SocketSink sink(listener.uri(), {});
  ASSERT_TRUE(sink.Open().ok());
  Batch batch = BatchOf({"one\n"});
  sink.Send(batch);
  std::vector<Receipt> receipts = ReceiptsOf(sink, 1);
  ASSERT_EQ(receipts.size(), 1u);
  sink.EndSending();
  receipts.clear();
  for (int i = 0; i < 10; ++i) {
    sink.Poll(std::chrono::milliseconds(1), receipts);
  }
  EXPECT_TRUE(receipts.empty());
  // The connection has not been accepted yet.
  listener.Stop();
  receipts = ReceiptsOf(sink, 1);
  ASSERT_EQ(receipts.size(), 1u);
  EXPECT_EQ(receipts[0].kind, Receipt::Kind::kRetry);
}

TEST(StreamLedgerTest, WhatLiesFurtherBackThanABufferHasBeenRead) {
  StreamLedger ledger(std::size_t{1} << 30);
  std::vector<Batch> batches(3);
  for (Batch& batch : batches) batch.bytes.assign(1000, 'x');
  std::vector<Receipt> receipts;
  ledger.Add(batches[0], 1000);
  ledger.Add(batches[1], 1000 + StreamLedger::kMostUnread - 1);
  ledger.Add(batches[2], 1000 + StreamLedger::kMostUnread);
  ledger.Confirm(1000 + StreamLedger::kMostUnread - 1, receipts);
  ASSERT_EQ(receipts.size(), 2u);
  EXPECT_EQ(receipts[1].kind, Receipt::Kind::kProvisional);
  receipts.clear();
  ledger.Confirm(1000 + StreamLedger::kMostUnread, receipts);
  ASSERT_EQ(receipts.size(), 2u);
  EXPECT_EQ(receipts[1].batch, &batches[0]);
  EXPECT_EQ(receipts[1].kind, Receipt::Kind::kAcknowledged);
  EXPECT_EQ(receipts[1].certainty, Certainty::kRead);
}

TEST(StreamLedgerTest, WhatIsFarBehindTheBytesHandedOverHasBeenRead) {
  StreamLedger ledger(StreamLedger::kMostHeld);
  std::vector<Receipt> receipts;
  Batch first = BatchOf({"one\n"});
  ledger.Add(first, 4);
  constexpr std::uint64_t kMost =
      StreamLedger::kMostUnread + StreamLedger::kMostUnconfirmed;
  ledger.HandOver(kMost + 3, receipts);
  ASSERT_EQ(receipts.size(), 1u);
  EXPECT_EQ(receipts[0].kind, Receipt::Kind::kProvisional);
  EXPECT_EQ(receipts[0].certainty, Certainty::kHandedOver);
  ledger.HandOver(kMost + 4, receipts);
  ASSERT_EQ(receipts.size(), 2u);
  EXPECT_EQ(receipts[1].kind, Receipt::Kind::kAcknowledged);
  EXPECT_EQ(receipts[1].certainty, Certainty::kRead);
}

TEST(StreamLedgerTest, WhatIsTooMuchToBeHeldIsNotSaidToBeRead) {
  StreamLedger ledger(10'000);
  std::vector<Batch> batches(20);
  std::vector<Receipt> receipts;
  std::uint64_t end = 0;
  for (Batch& batch : batches) {
    batch.bytes.assign(1000, 'x');
    ledger.Add(batch, end += 1000);
    ledger.Confirm(end, receipts);
  }
  std::size_t settled = 0;
  for (const Receipt& receipt : receipts) {
    if (receipt.kind != Receipt::Kind::kAcknowledged) continue;
    ++settled;
    EXPECT_EQ(receipt.certainty, Certainty::kBuffered);
  }
  EXPECT_GE(settled, 10u);
  receipts.clear();
  ledger.LoseHeld("lost", receipts);
  EXPECT_EQ(settled + receipts.size(), batches.size());
}

}  // namespace
}  // namespace busyhour::internal
