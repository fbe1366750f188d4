#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include "deliver/batches.h"
#include "deliver/listener.h"
#include "deliver/socket_sink.h"
#include "deliver/stream_sockets.h"

namespace busyhour::internal {
namespace {

// The sockets of a system that does not tell what is confirmed.
class SilentSockets : public StreamSockets {
 public:
  std::chrono::nanoseconds Now() const noexcept override {
    return system_->Now();
  }
  Connecting Connect(const SocketAddress& address) override {
    return system_->Connect(address);
  }
  int Send(int fd, std::string_view bytes, std::size_t& count) override {
    return system_->Send(fd, bytes, count);
  }
  Input DropInput(int fd) override { return system_->DropInput(fd); }
  bool Shows(int fd, short events) override {
    return system_->Shows(fd, events);
  }
  int ErrorOf(int fd) override { return system_->ErrorOf(fd); }
  std::optional<std::uint64_t> ConfirmedBytes(int, std::uint64_t) override {
    return std::nullopt;
  }
  void EndWriting(int fd) override { system_->EndWriting(fd); }
  void Close(int fd) override { system_->Close(fd); }
  void WaitFor(std::span<pollfd> files,
               std::chrono::nanoseconds wait) override {
    system_->WaitFor(files, wait);
  }

 private:
  const std::unique_ptr<StreamSockets> system_ = NewSystemSockets();
};

class SilentSystemTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(sink_.Open().ok());
    connection_ = listener_.Accept();
  }
  bool is_tcp() const { return GetParam() == std::string_view("tcp"); }
  // Sends a batch, and expects that it counts at once, but may be taken back.
  void Send() {
    sink_.Send(batch_);
    const std::vector<Receipt> receipts = ReceiptsOf(sink_, 1);
    ASSERT_EQ(receipts.size(), 1u);
    EXPECT_EQ(receipts[0].kind, Receipt::Kind::kProvisional);
    EXPECT_EQ(receipts[0].certainty, Certainty::kHandedOver);
  }
  Receipt Last() {
    const std::vector<Receipt> receipts = ReceiptsOf(sink_, 1);
    EXPECT_EQ(receipts.size(), 1u);
    return receipts.empty() ? Receipt() : receipts.front();
  }

  Listener listener_{GetParam()};
  SocketSink sink_{listener_.uri(), {}, std::make_unique<SilentSockets>()};
  std::size_t connection_ = 0;
  Batch batch_ = BatchOf({"one\n", "two\n"});
};
INSTANTIATE_TEST_SUITE_P(, SilentSystemTest, ::testing::Values("tcp", "unix"),
                         [](const auto& test) { return test.param; });

// Only TCP tells on all systems, after our end, what was not read.
TEST_P(SilentSystemTest, AReceiverThatClosesAfterOurEndHasReadEverything) {
  Send();
  std::thread reader([&] {
    EXPECT_EQ(listener_.Read(connection_), "one\ntwo\n");  // up to our end
    listener_.HangUp(connection_);
  });
  sink_.EndSending();
  const Receipt last = Last();
  reader.join();
  EXPECT_EQ(last.kind, Receipt::Kind::kAcknowledged);
  EXPECT_EQ(last.certainty,
            is_tcp() ? Certainty::kRead : Certainty::kHandedOver);
}

TEST_P(SilentSystemTest, AReceiverThatClosesWithUnreadBytesGetsThemAgain) {
  Send();
  EXPECT_EQ(listener_.Read(connection_, 4), "one\n");
  listener_.HangUp(connection_);
  const Receipt last = Last();
  EXPECT_EQ(last.kind, Receipt::Kind::kRetry);
  EXPECT_TRUE(last.may_have_arrived);
}

TEST_P(SilentSystemTest, AReceiverThatClosesBeforeUsMayHaveReadEverything) {
  Send();
  EXPECT_EQ(listener_.Read(connection_, 8), "one\ntwo\n");
  listener_.HangUp(connection_);
  const Receipt last = Last();
  EXPECT_EQ(last.kind, Receipt::Kind::kAcknowledged);
  EXPECT_EQ(last.certainty, Certainty::kHandedOver);
}

}  // namespace
}  // namespace busyhour::internal
