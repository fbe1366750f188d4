#include <fcntl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/system.h"

namespace busyhour::internal {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

const char* g_program = "";  // argv[0]

int CloseInPrograms(int fd) noexcept {
  return ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

int StopBlocking(int fd) noexcept {
  return ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
}

// Systems without a flag for send(2) have an option of the socket.
void RaiseNoSignal([[maybe_unused]] int fd) noexcept {
#ifdef SO_NOSIGPIPE
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof(on));
#endif
}

// Closes `fd` unless `result` tells that all went well, and keeps the error.
int OrClosed(int fd, int result) noexcept {
  if (result >= 0) return fd;
  const int error = errno;
  ::close(fd);
  errno = error;
  return -1;
}

}  // namespace

void NoteProgram(const char* name) noexcept {
  if (name != nullptr) g_program = name;
}

fs::path RunningProgram() {
  std::error_code error;
  const std::string name = g_program;
  if (name.find('/') != name.npos) return fs::canonical(name, error);
  const char* const variable = std::getenv("PATH");
  const std::string places = variable == nullptr ? "" : variable;
  for (std::size_t begin = 0; begin <= places.size();) {
    const std::size_t end = std::min(places.find(':', begin), places.size());
    const std::string place = places.substr(begin, end - begin);
    const fs::path file = fs::path(place.empty() ? "." : place) / name;
    if (fs::is_regular_file(file, error) && ::access(file.c_str(), X_OK) == 0) {
      return fs::canonical(file, error);
    }
    begin = end + 1;
  }
  return {};
}

const bool kKnowsClockError = false;

std::optional<std::chrono::microseconds> ClockErrorBound() noexcept {
  return std::nullopt;
}

bool FillRandom(std::span<unsigned char> bytes) noexcept {
  return ::getentropy(bytes.data(), bytes.size()) == 0;
}

void LowerThreadPriority(int) noexcept {}

void EndWithParent() noexcept {}

std::uint64_t PeakBytes(const rusage& usage) noexcept {
#ifdef __APPLE__
  constexpr std::uint64_t kUnit = 1;
#else
  constexpr std::uint64_t kUnit = 1024;
#endif
  return static_cast<std::uint64_t>(usage.ru_maxrss) * kUnit;
}

void KeepFreedMemory(int, int) noexcept {}

void PreferHugePages(void*, std::size_t) noexcept {}

std::size_t FindBytes(std::string_view text, std::string_view part) noexcept {
  return text.find(part);
}

void ExpectWholeRead(int) noexcept {}

bool ReserveSpace(int, std::uint64_t, std::uint64_t) noexcept { return false; }

void BeginToWrite(int, std::uint64_t, std::uint64_t) noexcept {}

int ForceContent(int fd) noexcept {
#ifdef F_FULLFSYNC
  // There, fsync(2) leaves data in the memory of the disk.
  if (::fcntl(fd, F_FULLFSYNC) == 0) return 0;
#endif
  return ::fsync(fd);
}

int OpenPipe(std::array<int, 2>& ends) noexcept {
  if (::pipe(ends.data()) != 0) return -1;
  for (const int end : ends) CloseInPrograms(end);
  return 0;
}

void WidenPipe(int) noexcept {}

std::size_t LentBytes(int) noexcept { return 0; }

ssize_t PutPages(int fd, const iovec* pieces, int count) noexcept {
  return ::writev(fd, pieces, count);
}

int OpenAgain(int fd) noexcept {
  const std::string path = "/dev/fd/" + std::to_string(fd);
  return ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
}

#ifdef MSG_NOSIGNAL
const int kNoSignal = MSG_NOSIGNAL;
#else
const int kNoSignal = 0;
#endif

int OpenSocket(int family, int type) noexcept {
  const int fd = ::socket(family, type, 0);
  if (fd < 0) return -1;
  RaiseNoSignal(fd);
  return OrClosed(fd, std::min(CloseInPrograms(fd), StopBlocking(fd)));
}

int OpenSocketPair(std::array<int, 2>& ends) noexcept {
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0) return -1;
  for (const int end : ends) {
    RaiseNoSignal(end);
    CloseInPrograms(end);
  }
  return 0;
}

const bool kKnowsUnconfirmed = false;

std::optional<std::uint64_t> UnconfirmedBytes(int) noexcept {
  return std::nullopt;
}

const short kEndOfInput = POLLIN;

bool HasInputEnded(int fd) noexcept {
  std::array<char, 4096> dropped;
  for (;;) {
    const ssize_t got =
        ::recv(fd, dropped.data(), dropped.size(), MSG_DONTWAIT);
    if (got == 0) return true;
    // An error ends the connection, which poll(2) then shows.
    if (got < 0 && errno != EINTR) return false;
  }
}

int SendDatagrams(int fd,
                  std::span<const std::string_view> datagrams) noexcept {
  int count = 0;
  for (const std::string_view datagram : datagrams) {
    if (::send(fd, datagram.data(), datagram.size(), kNoSignal) < 0) {
      return count > 0 ? count : -1;
    }
    ++count;
  }
  return count;
}

void KeepAnswers(int, int) noexcept {}

int TakeAnswer(int fd) noexcept {
  int error = 0;
  socklen_t length = sizeof(error);
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
  return error;
}

namespace {

// Sleeps. Negative if a signal arrived.
int Sleep(nanoseconds time) noexcept {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const timespec span = {seconds.count(), (time - seconds).count()};
  return ::nanosleep(&span, nullptr);
}

}  // namespace

int PollFor(std::span<pollfd> files, nanoseconds wait) noexcept {
  using Clock = std::chrono::steady_clock;
  constexpr nanoseconds kStep = std::chrono::microseconds(100);
  // A wait may be shorter than asked for.
  constexpr nanoseconds kMost = std::chrono::hours(24);
  wait = std::clamp(wait, nanoseconds(0), kMost);
  if (files.empty()) return Sleep(wait);
  const Clock::time_point end = Clock::now() + wait;
  for (nanoseconds left = wait;; left = end - Clock::now()) {
    const auto whole =
        std::max(std::chrono::floor<milliseconds>(left), milliseconds(0));
    const int ready = ::poll(files.data(), static_cast<nfds_t>(files.size()),
                             static_cast<int>(whole.count()));
    if (ready != 0) return ready;
    left = end - Clock::now();
    if (left <= nanoseconds(0)) return 0;
    if (Sleep(std::min(left, kStep)) < 0) return -1;
  }
}

namespace {

class PollPoller : public Poller {
 public:
  void Watch(int fd, short events) override {
    const auto at =
        std::find_if(files_.begin(), files_.end(),
                     [fd](const pollfd& each) { return each.fd == fd; });
    if (at == files_.end()) {
      if (events != 0) files_.push_back({fd, events, 0});
    } else if (events == 0) {
      files_.erase(at);
    } else {
      at->events = events;
    }
  }

  std::span<const pollfd> Wait(nanoseconds wait) override {
    found_.clear();
    if (PollFor(files_, wait) > 0) {
      std::copy_if(files_.begin(), files_.end(), std::back_inserter(found_),
                   [](const pollfd& each) { return each.revents != 0; });
    }
    return found_;
  }

 private:
  std::vector<pollfd> files_;
  std::vector<pollfd> found_;
};

}  // namespace

std::unique_ptr<Poller> NewPoller() { return std::make_unique<PollPoller>(); }

}  // namespace busyhour::internal
