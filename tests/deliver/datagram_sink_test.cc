#include "deliver/datagram_sink.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "deliver/batches.h"

namespace busyhour::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

class DatagramSocket {
 public:
  DatagramSocket() : fd_(::socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(fd_, any, length), 0);
    ::getsockname(fd_, any, &length);
    uri_ =
        *ParseUri("udp://127.0.0.1:" + std::to_string(ntohs(address.sin_port)));
  }
  ~DatagramSocket() { Close(); }

  const Uri& uri() const { return uri_; }
  /// The received datagrams; with loopback, they arrive before send returns.
  std::vector<std::string> Read() {
    std::vector<std::string> got;
    std::array<char, 70'000> buffer;
    for (ssize_t size; (size = ::recv(fd_, buffer.data(), buffer.size(),
                                      MSG_DONTWAIT)) >= 0;) {
      got.emplace_back(buffer.data(), static_cast<std::size_t>(size));
    }
    return got;
  }
  void Close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
  Uri uri_;
};

TEST(DatagramSinkTest, EachMessageIsADatagram) {
  DatagramSocket socket;
  DatagramSink sink(socket.uri());
  ASSERT_TRUE(sink.Open().ok());
  std::vector<std::string> messages;
  for (int i = 0; i < 100; ++i) messages.push_back("m" + std::to_string(i));
  Batch batch = BatchOf(messages);
  EXPECT_TRUE(sink.HasRoom());
  sink.Send(batch);
  const std::vector<Receipt> receipts = ReceiptsOf(sink, 1);
  ASSERT_EQ(receipts.size(), 1u);
  EXPECT_EQ(receipts[0].kind, Receipt::Kind::kProvisional);
  EXPECT_TRUE(receipts[0].refused.empty());
  EXPECT_EQ(socket.Read(), messages);
  EXPECT_TRUE(sink.HasRoom());
}

TEST(DatagramSinkTest, AMessageThatIsTooLongFailsAlone) {
  DatagramSocket socket;
  DatagramSink sink(socket.uri());
  ASSERT_TRUE(sink.Open().ok());
  Batch batch = BatchOf({"a", std::string(65'508, 'x'), "b"});
  sink.Send(batch);
  const std::vector<Receipt> receipts = ReceiptsOf(sink, 1);
  ASSERT_EQ(receipts.size(), 1u);
  EXPECT_EQ(receipts[0].kind, Receipt::Kind::kProvisional);
  EXPECT_EQ(receipts[0].error, "datagram too long");
  EXPECT_THAT(receipts[0].refused, ElementsAre(1u));
  EXPECT_THAT(socket.Read(), ElementsAre("a", "b"));
}

// All datagrams to a closed port fail, including the last ones and several in
// one call.
TEST(DatagramSinkTest, WhatIsSentToAPortThatNobodyHasHasFailed) {
  DatagramSocket socket;
  DatagramSink sink(socket.uri());
  ASSERT_TRUE(sink.Open().ok());
  socket.Close();
  Batch first = BatchOf({"a", "b", "c"});
  Batch second = BatchOf({"d", std::string(65'508, 'x'), "e"});
  sink.Send(first);
  sink.Send(second);
  const std::vector<Receipt> receipts = ReceiptsOf(sink, 4);
  ASSERT_EQ(receipts.size(), 4u);
  std::vector<std::uint32_t> failed_of_first;
  std::vector<std::uint32_t> failed_of_second;
  for (const Receipt& receipt : receipts) {
    auto& failed = receipt.batch == &first ? failed_of_first : failed_of_second;
    failed.insert(failed.end(), receipt.refused.begin(), receipt.refused.end());
    if (receipt.kind == Receipt::Kind::kAcknowledged) {
      EXPECT_EQ(receipt.error, "port unreachable");
    }
  }
  EXPECT_THAT(failed_of_first, UnorderedElementsAre(0u, 1u, 2u));
  EXPECT_THAT(failed_of_second, UnorderedElementsAre(0u, 1u, 2u));
}

TEST(DatagramSinkTest, WhatNobodyAnswersIsOnlyHandedOver) {
  DatagramSocket socket;
  DatagramSink sink(socket.uri());
  ASSERT_TRUE(sink.Open().ok());
  Batch batch = BatchOf({"a"});
  sink.Send(batch);
  const std::vector<Receipt> receipts = ReceiptsOf(sink, 2);
  ASSERT_EQ(receipts.size(), 2u);
  EXPECT_EQ(receipts[0].kind, Receipt::Kind::kProvisional);
  EXPECT_EQ(receipts[1].kind, Receipt::Kind::kAcknowledged);
  EXPECT_EQ(receipts[1].certainty, Certainty::kHandedOver);
  EXPECT_TRUE(receipts[1].refused.empty());
}

}  // namespace
}  // namespace busyhour::internal
