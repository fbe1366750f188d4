#include "deliver/fd_sink.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace busyhour::internal {
namespace {

class PipePair {
 public:
  PipePair() {
    // Like the program: a write after the reader closes returns an error and
    // raises no signal.
    ::signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(::pipe(ends_.data()), 0);
  }
  ~PipePair() {
    CloseReader();
    CloseWriter();
  }
  int reader() const { return ends_[0]; }
  int writer() const { return ends_[1]; }
  void CloseReader() { Close(ends_[0]); }
  void CloseWriter() { Close(ends_[1]); }
  // Where possible, makes it smaller than some groups of spans, and larger than
  // each span.
  void Narrow() {
#ifdef F_SETPIPE_SZ
    EXPECT_GT(::fcntl(writer(), F_SETPIPE_SZ, 4096), 0);
#endif
  }

 private:
  static void Close(int& fd) {
    if (fd >= 0) ::close(fd);
    fd = -1;
  }
  std::array<int, 2> ends_{-1, -1};
};

// Reads to the end of the file, a few bytes at a time.
std::string ReadAll(int fd) {
  std::string bytes;
  std::array<char, 777> buffer;
  for (ssize_t count; (count = ::read(fd, buffer.data(), buffer.size())) > 0;) {
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return bytes;
}

// Many spans of various sizes; some are empty.
struct Spans {
  Spans() {
    for (std::size_t i = 0; i < 3000; ++i) {
      texts.push_back(
          std::string(i * 31 % 701, static_cast<char>('a' + i % 26)));
      whole += texts.back();
    }
    views.assign(texts.begin(), texts.end());
  }
  std::vector<std::string> texts;
  std::vector<std::string_view> views;
  std::string whole;
};

// For all partial writes: every byte is written once, in order.
TEST(FdSinkTest, WritesEverythingThroughASmallPipe) {
  for (const bool blocking : {true, false}) {
    PipePair pipe;
    FdSink sink(pipe.writer(), "the pipe");
    pipe.Narrow();
    if (!blocking) {
      ASSERT_EQ(::fcntl(pipe.writer(), F_SETFL, O_NONBLOCK), 0);
    }
    const Spans spans;
    std::string received;
    std::thread reader([&] { received = ReadAll(pipe.reader()); });
    EXPECT_TRUE(sink.Write(spans.views).ok());
    EXPECT_TRUE(sink.Finish().ok());
    pipe.CloseWriter();
    reader.join();
    EXPECT_TRUE(received == spans.whole) << blocking;
  }
}

TEST(FdSinkTest, WritesASpanLargerThanThePipe) {
  PipePair pipe;
  FdSink sink(pipe.writer(), "the pipe");
  pipe.Narrow();
  ASSERT_EQ(::fcntl(pipe.writer(), F_SETFL, O_NONBLOCK), 0);
  std::string large;
  for (int i = 0; i < 100'000; ++i) large += std::to_string(i);
  const std::array<std::string_view, 3> spans = {"<", large, ">"};
  std::string received;
  std::thread reader([&] { received = ReadAll(pipe.reader()); });
  EXPECT_TRUE(sink.Write(spans).ok());
  pipe.CloseWriter();
  reader.join();
  EXPECT_TRUE(received == '<' + large + '>');
}

TEST(FdSinkTest, WritesNothingOfNothing) {
  PipePair pipe;
  FdSink sink(pipe.writer(), "the pipe");
  EXPECT_TRUE(sink.Write({}).ok());
  const std::array<std::string_view, 2> empty = {"", ""};
  EXPECT_TRUE(sink.Write(empty).ok());
  EXPECT_TRUE(sink.Finish().ok());
  pipe.CloseWriter();
  EXPECT_EQ(ReadAll(pipe.reader()), "");
}

TEST(FdSinkTest, LeavesTheDescriptorToItsOwner) {
  PipePair pipe;
  { FdSink sink(pipe.writer(), "the pipe"); }
  EXPECT_EQ(::write(pipe.writer(), "x", 1), 1);
}

TEST(FdSinkTest, AReaderThatIsGoneIsNoFailure) {
  PipePair pipe;
  FdSink sink(pipe.writer(), "the pipe");
  pipe.CloseReader();
  const std::string_view span = "bytes";
  const Status status = sink.Write({&span, 1});
  EXPECT_FALSE(status.ok());
  EXPECT_TRUE(status.closed());
  EXPECT_EQ(status.message(), "");
}

TEST(FdSinkTest, SaysThatTheDeviceIsFull) {
  const int fd = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  FdSink sink(fd, "/dev/full");
  const std::string_view span = "bytes";
  const Status status = sink.Write({&span, 1});
  EXPECT_FALSE(status.ok());
  EXPECT_FALSE(status.closed());
  EXPECT_EQ(status.message(),
            "cannot write to /dev/full: No space left on device");
  ::close(fd);
}

TEST(FdSinkTest, SaysThatItCannotBeWrittenTo) {
  PipePair pipe;
  FdSink sink(pipe.reader(), "standard output");
  const std::string_view span = "bytes";
  EXPECT_EQ(sink.Write({&span, 1}).message(),
            "cannot write to standard output: Bad file descriptor");
}

TEST(FdSinkTest, WritesNoMoreOnceItIsStopped) {
  PipePair pipe;
  std::atomic<bool> stop = false;
  FdSink sink(pipe.writer(), "the pipe", &stop);
  const std::string_view span = "bytes";
  EXPECT_TRUE(sink.Write({&span, 1}).ok());
  stop = true;
  EXPECT_TRUE(sink.Write({&span, 1}).closed());
  pipe.CloseWriter();
  EXPECT_EQ(ReadAll(pipe.reader()), "bytes");
}

std::atomic<bool> stopped_by_signal = false;

// A write blocked on a full pipe ends after the signal that sets `stop`.
TEST(FdSinkTest, ASignalEndsAWriteThatWaits) {
  struct sigaction action {};
  action.sa_handler = [](int) { stopped_by_signal = true; };
  struct sigaction before;
  ASSERT_EQ(::sigaction(SIGUSR1, &action, &before), 0);
  for (const bool blocking : {true, false}) {
    stopped_by_signal = false;
    PipePair pipe;
    FdSink sink(pipe.writer(), "the pipe", &stopped_by_signal);
    pipe.Narrow();
    if (!blocking) {
      ASSERT_EQ(::fcntl(pipe.writer(), F_SETFL, O_NONBLOCK), 0);
    }
    const Spans spans;
    std::atomic<bool> ended = false;
    bool closed = false;
    std::thread writer([&] {
      closed = sink.Write(spans.views).closed();
      ended = true;
    });
    // A signal may arrive before the write blocks, so send several.
    while (!ended) {
      ::pthread_kill(writer.native_handle(), SIGUSR1);
      std::this_thread::yield();
    }
    writer.join();
    EXPECT_TRUE(closed) << blocking;
  }
  ::sigaction(SIGUSR1, &before, nullptr);
}

}  // namespace
}  // namespace busyhour::internal
