#include "deliver/output_sink.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/system.h"
#include "deliver/batches.h"

namespace busyhour::internal {
namespace {

class OutputSinkTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ::signal(SIGPIPE, SIG_IGN);
    ASSERT_EQ(OpenPipe(pipe_), 0);
  }
  void TearDown() override {
    CloseReader();
    ::close(pipe_[1]);
  }
  void CloseReader() {
    if (pipe_[0] >= 0) ::close(pipe_[0]);
    pipe_[0] = -1;
  }
  int reader() const { return pipe_[0]; }
  int writer() const { return pipe_[1]; }

 private:
  std::array<int, 2> pipe_{-1, -1};
};

TEST_F(OutputSinkTest, WhatIsWrittenIsAcknowledged) {
  OutputSink sink(writer(), "the pipe");
  ASSERT_TRUE(sink.Open().ok());
  Batch batch = BatchOf({"a\n", "b\n"});
  ASSERT_TRUE(sink.HasRoom());
  sink.Send(batch);
  const std::vector<Receipt> receipts = ReceiptsOf(sink, 1);
  ASSERT_EQ(receipts.size(), 1u);
  EXPECT_EQ(receipts[0].batch, &batch);
  EXPECT_EQ(receipts[0].kind, Receipt::Kind::kAcknowledged);
  EXPECT_TRUE(sink.HasRoom());
  std::array<char, 8> read;
  EXPECT_EQ(::read(reader(), read.data(), read.size()), 4);
}

// If the reader is slow, neither Send nor Poll blocks. The flags of the
// descriptor do not change, because other processes may share it.
TEST_F(OutputSinkTest, AFullPipeHoldsUpNothingElse) {
  OutputSink sink(writer(), "the pipe");
  ASSERT_TRUE(sink.Open().ok());
  EXPECT_EQ(::fcntl(writer(), F_GETFL) & O_NONBLOCK, 0);
  Batch batch = BatchOf({std::string(3 << 20, 'x')});
  sink.Send(batch);
  EXPECT_FALSE(sink.HasRoom());
  std::vector<Receipt> receipts;
  sink.Poll(std::chrono::milliseconds(1), receipts);
  EXPECT_TRUE(receipts.empty());
  std::vector<char> buffer(1 << 20);
  std::size_t bytes = 0;
  while (receipts.empty()) {
    const ssize_t got = ::read(reader(), buffer.data(), buffer.size());
    ASSERT_GT(got, 0);
    bytes += static_cast<std::size_t>(got);
    sink.Poll(std::chrono::milliseconds(1), receipts);
  }
  EXPECT_EQ(receipts[0].kind, Receipt::Kind::kAcknowledged);
  while (bytes < batch.bytes.size()) {
    bytes += static_cast<std::size_t>(
        ::read(reader(), buffer.data(), buffer.size()));
  }
  EXPECT_EQ(bytes, batch.bytes.size());
}

TEST_F(OutputSinkTest, AReaderThatIsGoneIsTheEnd) {
  OutputSink sink(writer(), "the pipe");
  ASSERT_TRUE(sink.Open().ok());
  CloseReader();
  Batch batch = BatchOf({"a\n"});
  sink.Send(batch);
  const std::vector<Receipt> receipts = ReceiptsOf(sink, 1);
  ASSERT_EQ(receipts.size(), 1u);
  EXPECT_EQ(receipts[0].kind, Receipt::Kind::kRefused);
  EXPECT_EQ(receipts[0].error, "the reader closed the pipe");
  EXPECT_TRUE(receipts[0].is_final);
}

TEST_F(OutputSinkTest, SaysThatTheDeviceIsFull) {
  const int fd = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  OutputSink sink(fd, "/dev/full");
  ASSERT_TRUE(sink.Open().ok());
  Batch batch = BatchOf({"a\n"});
  sink.Send(batch);
  const std::vector<Receipt> receipts = ReceiptsOf(sink, 1);
  ASSERT_EQ(receipts.size(), 1u);
  EXPECT_EQ(receipts[0].error,
            "cannot write to /dev/full: No space left on device");
  ::close(fd);
}

}  // namespace
}  // namespace busyhour::internal
