#include "deliver/splice_sink.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/system.h"

namespace busyhour::internal {
namespace {

class SpliceSinkTest : public testing::Test {
 protected:
  SpliceSinkTest() {
    ::signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(::pipe(ends_.data()), 0);
  }
  ~SpliceSinkTest() override {
    CloseReader();
    ::close(writer());
  }

  int reader() const { return ends_[0]; }
  int writer() const { return ends_[1]; }
  void CloseReader() {
    if (ends_[0] >= 0) ::close(std::exchange(ends_[0], -1));
  }

  static Status Write(Sink& sink, std::string_view text) {
    return sink.Write({&text, 1});
  }

  // Reads `bytes` bytes, in chunks of various sizes.
  std::string Read(std::size_t bytes) const {
    std::string text(bytes, '\0');
    std::size_t at = 0;
    for (std::size_t step = 1; at < bytes; step = step * 7 % 60'013) {
      const ssize_t got =
          ::read(reader(), &text[at], std::min(step, bytes - at));
      if (got <= 0) break;
      at += static_cast<std::size_t>(got);
      std::this_thread::yield();
    }
    text.resize(at);
    return text;
  }

 private:
  std::array<int, 2> ends_{};
};

TEST_F(SpliceSinkTest, KnowsAPipe) {
  EXPECT_TRUE(SpliceSink::IsPipe(writer()));
  EXPECT_FALSE(SpliceSink::IsPipe(::fileno(stdin) + 1000));
}

// For all buffers that are overwritten as soon as `held_bytes()` more bytes
// have been written: the reader receives their original content.
TEST_F(SpliceSinkTest, BuffersMayBeUsedAgainAfterTheHeldBytes) {
  constexpr std::size_t kBlocks = 400;
  const auto block_bytes = [](std::size_t i) { return 1 + i * 7919 % 40'000; };
  const auto fill = [](std::size_t i) {
    return static_cast<char>('a' + i * 11 % 26);
  };
  std::string expected;
  for (std::size_t i = 0; i < kBlocks; ++i) {
    expected.append(block_bytes(i), fill(i));
  }
  std::string seen;
  std::thread reading([&] { seen = Read(expected.size()); });
  SpliceSink sink(writer(), "a pipe");
  // A sink that copies holds nothing.
  EXPECT_EQ(sink.held_bytes(), LentBytes(writer()));
  std::vector<std::vector<char>> idle;
  std::deque<std::pair<std::uint64_t, std::vector<char>>> lent;
  std::uint64_t written = 0;
  std::size_t made = 0;
  for (std::size_t i = 0; i < kBlocks; ++i) {
    if (idle.empty()) {
      idle.emplace_back(40'000);
      ++made;
    }
    std::vector<char> buffer = std::move(idle.back());
    idle.pop_back();
    std::fill_n(buffer.begin(), block_bytes(i), fill(i));
    ASSERT_TRUE(Write(sink, {buffer.data(), block_bytes(i)}).ok());
    written += block_bytes(i);
    lent.emplace_back(written, std::move(buffer));
    while (!lent.empty() && written - lent.front().first >= sink.held_bytes()) {
      idle.push_back(std::move(lent.front().second));
      lent.pop_front();
    }
  }
  EXPECT_TRUE(sink.Finish().ok());
  reading.join();
  EXPECT_TRUE(seen == expected);
  EXPECT_LT(made, kBlocks / 2);  // buffers were reused
}

TEST_F(SpliceSinkTest, FinishWaitsUntilAllIsRead) {
  const std::string text(50'000, 'x');
  SpliceSink sink(writer(), "a pipe");
  ASSERT_TRUE(Write(sink, text).ok());
  std::thread reading([&] { EXPECT_EQ(Read(text.size()), text); });
  EXPECT_TRUE(sink.Finish().ok());
  int unread = -1;
  EXPECT_EQ(::ioctl(reader(), FIONREAD, &unread), 0);
  EXPECT_EQ(unread, 0);
  reading.join();
}

TEST_F(SpliceSinkTest, AReaderThatHasGoneIsNoFailure) {
  SpliceSink sink(writer(), "a pipe");
  ASSERT_TRUE(Write(sink, "never read").ok());
  CloseReader();
  EXPECT_TRUE(Write(sink, "more").closed());
  EXPECT_TRUE(sink.Finish().ok());
}

TEST_F(SpliceSinkTest, StopsWhenItIsTold) {
  std::atomic<bool> stop = true;
  SpliceSink sink(writer(), "a pipe", &stop);
  EXPECT_TRUE(Write(sink, "text").closed());
}

}  // namespace
}  // namespace busyhour::internal
