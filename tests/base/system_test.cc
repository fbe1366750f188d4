#include "base/system.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace busyhour::internal {
namespace {

using namespace std::chrono_literals;

// What holds with Linux's calls and without: these tests are run with both.

std::string NameOfThisTest() { return ::testing::internal::GetArgvs().front(); }

bool StartedProgramsInherit(int fd) {
  return (::fcntl(fd, F_GETFD) & FD_CLOEXEC) == 0;
}
bool Blocks(int fd) { return (::fcntl(fd, F_GETFL) & O_NONBLOCK) == 0; }

// A pipe whose ends the destructor closes.
struct Pipe {
  Pipe() { EXPECT_EQ(OpenPipe(ends), 0); }
  ~Pipe() {
    for (const int end : ends) ::close(end);
  }
  std::array<int, 2> ends{-1, -1};
};

TEST(SystemTest, FindsTheRunningProgram) {
  const std::string name = NameOfThisTest();
  NoteProgram(name.c_str());
  EXPECT_TRUE(std::filesystem::equivalent(RunningProgram(), name));
  EXPECT_TRUE(RunningProgram().is_absolute());
}

TEST(SystemTest, RandomBytesDiffer) {
  std::set<std::string> all;
  for (int i = 0; i < 100; ++i) {
    std::array<unsigned char, 16> bytes{};
    ASSERT_TRUE(FillRandom(bytes));
    all.insert(std::string(bytes.begin(), bytes.end()));
  }
  EXPECT_EQ(all.size(), 100u);
}

TEST(SystemTest, FindsBytesInBytes) {
  EXPECT_EQ(FindBytes("abcabd", "abd"), 3u);
  EXPECT_EQ(FindBytes(std::string_view("a\0b", 3), "b"), 2u);
  EXPECT_EQ(FindBytes("abc", ""), 0u);
  EXPECT_EQ(FindBytes("abc", "abcd"), std::string_view::npos);
}

TEST(SystemTest, ThePeakOfThisProcessIsSomeMegabytes) {
  rusage usage{};
  ASSERT_EQ(::getrusage(RUSAGE_SELF, &usage), 0);
  EXPECT_GT(PeakBytes(usage), 1u << 20);
  EXPECT_LT(PeakBytes(usage), std::uint64_t{1} << 40);
}

TEST(SystemTest, ReservedSpaceIsNotALongerFile) {
  const std::string path =
      ::testing::TempDir() + "system_test_" + std::to_string(::getpid());
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600);
  ASSERT_GE(fd, 0);
  ReserveSpace(fd, 0, 1 << 20);
  EXPECT_EQ(::write(fd, "content", 7), 7);
  BeginToWrite(fd, 0, 7);
  EXPECT_EQ(ForceContent(fd), 0);
  struct stat info {};
  EXPECT_EQ(::fstat(fd, &info), 0);
  EXPECT_EQ(info.st_size, 7);
  ::close(fd);
  ::unlink(path.c_str());
  EXPECT_LT(ForceContent(fd), 0);
}

TEST(SystemTest, NobodyInheritsPipesAndSockets) {
  const Pipe pipe;
  std::array<int, 2> pair{-1, -1};
  ASSERT_EQ(OpenSocketPair(pair), 0);
  const int one = OpenSocket(AF_INET, SOCK_STREAM);
  for (const int fd : {pipe.ends[0], pipe.ends[1], pair[0], pair[1], one}) {
    EXPECT_GE(fd, 0);
    EXPECT_FALSE(StartedProgramsInherit(fd));
    EXPECT_EQ(Blocks(fd), fd != one);
  }
  for (const int fd : {pair[0], pair[1], one}) ::close(fd);
  errno = 0;
  EXPECT_LT(OpenSocket(-1, SOCK_STREAM), 0);
  EXPECT_NE(errno, 0);
}

TEST(SystemTest, APipeOpenedAgainDoesNotBlockAndItsOtherUsersStillDo) {
  const Pipe pipe;
  const int again = OpenAgain(pipe.ends[1]);
  ASSERT_GE(again, 0);
  EXPECT_FALSE(Blocks(again));
  EXPECT_TRUE(Blocks(pipe.ends[1]));
  const std::string much(4 << 20, 'x');
  EXPECT_LT(::write(again, much.data(), much.size()), 4 << 20);
  ::close(again);
}

TEST(SystemTest, WritingToAClosedConnectionRaisesNoSignal) {
  struct sigaction before;
  struct sigaction usual {};
  usual.sa_handler = SIG_DFL;
  ASSERT_EQ(::sigaction(SIGPIPE, &usual, &before), 0);
  std::array<int, 2> pair{-1, -1};
  ASSERT_EQ(OpenSocketPair(pair), 0);
  EXPECT_FALSE(HasInputEnded(pair[0]));
  ::close(pair[1]);
  EXPECT_TRUE(HasInputEnded(pair[0]));
  EXPECT_LT(::send(pair[0], "x", 1, kNoSignal), 0);
  EXPECT_EQ(errno, EPIPE);
  ::close(pair[0]);
  ::sigaction(SIGPIPE, &before, nullptr);
}

TEST(SystemTest, SaysHowMuchIsUnconfirmedOrThatItDoesNotKnow) {
  std::array<int, 2> pair{-1, -1};
  ASSERT_EQ(OpenSocketPair(pair), 0);
  ASSERT_EQ(::send(pair[0], "abc", 3, kNoSignal), 3);
  const auto before = UnconfirmedBytes(pair[0]);
  EXPECT_EQ(before.has_value(), kKnowsUnconfirmed);
  // With the bytes of its own that the system counts.
  EXPECT_GE(before.value_or(3), 3u);
  std::array<char, 3> bytes;
  ASSERT_EQ(::recv(pair[1], bytes.data(), bytes.size(), 0), 3);
  EXPECT_EQ(UnconfirmedBytes(pair[0]).value_or(0), 0u);
  for (const int end : pair) ::close(end);
}

// A receiver of datagrams at this machine, and a socket connected to it.
class Datagrams : public ::testing::Test {
 protected:
  void SetUp() override {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    socklen_t length = sizeof(address);
    receiver_ = OpenSocket(AF_INET, SOCK_DGRAM);
    sender_ = OpenSocket(AF_INET, SOCK_DGRAM);
    ASSERT_EQ(::bind(receiver_, any, length), 0);
    ASSERT_EQ(::getsockname(receiver_, any, &length), 0);
    ASSERT_EQ(::connect(sender_, any, length), 0);
    KeepAnswers(sender_, AF_INET);
  }
  void TearDown() override {
    Close();
    ::close(sender_);
  }
  void Close() {
    if (receiver_ >= 0) ::close(receiver_);
    receiver_ = -1;
  }
  std::string Received() const {
    pollfd one{receiver_, POLLIN, 0};
    std::array<char, 100> bytes;
    if (PollFor({&one, 1}, 5s) != 1) return "nothing";
    const ssize_t got = ::recv(receiver_, bytes.data(), bytes.size(), 0);
    return {bytes.data(), static_cast<std::size_t>(got)};
  }

  int receiver_ = -1;
  int sender_ = -1;
};

TEST_F(Datagrams, AreSentInOrder) {
  const std::array<std::string_view, 3> some = {"one", "", "three"};
  EXPECT_EQ(SendDatagrams(sender_, some), 3);
  EXPECT_EQ(Received(), "one");
  EXPECT_EQ(Received(), "");
  EXPECT_EQ(Received(), "three");
  EXPECT_EQ(TakeAnswer(sender_), 0);
}

TEST_F(Datagrams, AreSentUpToTheFirstThatTheSystemDoesNotTake) {
  const std::string long_one(70'000, 'x');
  const std::array<std::string_view, 3> some = {"one", long_one, "three"};
  EXPECT_EQ(SendDatagrams(sender_, some), 1);
  EXPECT_EQ(Received(), "one");
  EXPECT_LT(SendDatagrams(sender_, std::span(some).subspan(1)), 0);
  EXPECT_EQ(errno, EMSGSIZE);
}

TEST_F(Datagrams, ToAClosedPortAreAnswered) {
  Close();
  const std::array<std::string_view, 1> some = {"one"};
  EXPECT_EQ(SendDatagrams(sender_, some), 1);
  pollfd one{sender_, 0, 0};
  EXPECT_EQ(PollFor({&one, 1}, 5s), 1);
  EXPECT_EQ(TakeAnswer(sender_), ECONNREFUSED);
  EXPECT_EQ(TakeAnswer(sender_), 0);
}

TEST(PollForTest, WaitsAsLongAsAskedAndNotMuchLess) {
  using Clock = std::chrono::steady_clock;
  const Pipe pipe;
  pollfd one{pipe.ends[0], POLLIN, 0};
  for (const auto wait : {0us, 30us, 1500us}) {
    for (const std::span<pollfd> files : {std::span(&one, 1), {}}) {
      const auto begin = Clock::now();
      EXPECT_EQ(PollFor(files, wait), 0);
      EXPECT_GE(Clock::now() - begin, wait);
    }
  }
}

TEST(PollForTest, EndsAtAnEvent) {
  const Pipe pipe;
  ASSERT_EQ(::write(pipe.ends[1], "x", 1), 1);
  std::array<pollfd, 2> files = {
      {{pipe.ends[0], POLLIN, 0}, {pipe.ends[1], POLLIN, 0}}};
  EXPECT_EQ(PollFor(files, 24h), 1);
  EXPECT_EQ(files[0].revents, POLLIN);
  EXPECT_EQ(files[1].revents, 0);
}

// The files that have events at once, and the events.
std::vector<std::array<int, 2>> Found(Poller& poller) {
  std::vector<std::array<int, 2>> found;
  for (const pollfd& file : poller.Wait(0s)) {
    found.push_back({file.fd, file.revents});
  }
  return found;
}

TEST(PollerTest, FindsTheEventsOfWatchedFiles) {
  using ::testing::ElementsAre;
  using ::testing::IsEmpty;
  std::array<int, 2> pair{-1, -1};
  ASSERT_EQ(OpenSocketPair(pair), 0);
  const std::unique_ptr<Poller> poller = NewPoller();
  EXPECT_THAT(Found(*poller), IsEmpty());
  poller->Watch(pair[0], POLLIN);
  EXPECT_THAT(Found(*poller), IsEmpty());
  ASSERT_EQ(::send(pair[1], "x", 1, kNoSignal), 1);
  EXPECT_THAT(Found(*poller), ElementsAre(std::array{pair[0], int{POLLIN}}));
  // Until it has been read.
  EXPECT_THAT(Found(*poller), ElementsAre(std::array{pair[0], int{POLLIN}}));
  poller->Watch(pair[0], POLLOUT);
  EXPECT_THAT(Found(*poller), ElementsAre(std::array{pair[0], int{POLLOUT}}));
  poller->Watch(pair[0], POLLIN | POLLOUT);
  EXPECT_THAT(Found(*poller),
              ElementsAre(std::array{pair[0], POLLIN | POLLOUT}));
  poller->Watch(pair[0], 0);
  EXPECT_THAT(Found(*poller), IsEmpty());
  poller->Watch(pair[0], POLLIN);
  ::close(pair[1]);
  ASSERT_EQ(Found(*poller).size(), 1u);
  EXPECT_NE(Found(*poller)[0][1] & POLLHUP, 0);
  poller->Watch(pair[0], 0);
  ::close(pair[0]);
}

}  // namespace
}  // namespace busyhour::internal
