#include <fcntl.h>
#include <linux/errqueue.h>
#include <linux/sockios.h>
#include <malloc.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "base/system.h"

namespace busyhour::internal {

void NoteProgram(const char*) noexcept {}

std::filesystem::path RunningProgram() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error);
}

const bool kKnowsClockError = true;

std::optional<std::chrono::microseconds> ClockErrorBound() noexcept {
  timex clock{};
  if (::adjtimex(&clock) == TIME_ERROR || (clock.status & STA_UNSYNC) != 0) {
    return std::nullopt;
  }
  return std::chrono::microseconds(clock.maxerror);
}

bool FillRandom(std::span<unsigned char> bytes) noexcept {
  return ::getrandom(bytes.data(), bytes.size(), 0) ==
         static_cast<ssize_t>(bytes.size());
}

// Linux gives each thread its own priority.
void LowerThreadPriority(int steps) noexcept {
  ::setpriority(PRIO_PROCESS, 0, steps);
}

void EndWithParent() noexcept { ::prctl(PR_SET_PDEATHSIG, SIGKILL); }

std::uint64_t PeakBytes(const rusage& usage) noexcept {
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

void KeepFreedMemory(int map_bytes, int most_bytes) noexcept {
  ::mallopt(M_MMAP_THRESHOLD, map_bytes);
  ::mallopt(M_TRIM_THRESHOLD, most_bytes);
}

void PreferHugePages(void* at, std::size_t bytes) noexcept {
  ::madvise(at, bytes, MADV_HUGEPAGE);
}

std::size_t FindBytes(std::string_view text, std::string_view part) noexcept {
  const void* const found =
      ::memmem(text.data(), text.size(), part.data(), part.size());
  return found == nullptr ? text.npos
                          : static_cast<std::size_t>(
                                static_cast<const char*>(found) - text.data());
}

void ExpectWholeRead(int fd) noexcept {
  ::posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
}

bool ReserveSpace(int fd, std::uint64_t from, std::uint64_t bytes) noexcept {
  return ::fallocate(fd, FALLOC_FL_KEEP_SIZE, static_cast<off_t>(from),
                     static_cast<off_t>(bytes)) == 0;
}

void BeginToWrite(int fd, std::uint64_t from, std::uint64_t bytes) noexcept {
  ::sync_file_range(fd, static_cast<off_t>(from), static_cast<off_t>(bytes),
                    SYNC_FILE_RANGE_WRITE);
}

int ForceContent(int fd) noexcept { return ::fdatasync(fd); }

int OpenPipe(std::array<int, 2>& ends) noexcept {
  return ::pipe2(ends.data(), O_CLOEXEC);
}

void WidenPipe(int fd) noexcept {
  // Fails if `fd` is not a pipe, which is fine.
  ::fcntl(fd, F_SETPIPE_SZ, static_cast<int>(kWidePipe));
}

std::size_t LentBytes(int fd) noexcept {
  const int bytes = ::fcntl(fd, F_GETPIPE_SZ);
  return bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

ssize_t PutPages(int fd, const iovec* pieces, int count) noexcept {
  return ::vmsplice(fd, pieces, static_cast<std::size_t>(count), 0);
}

int OpenAgain(int fd) noexcept {
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  return ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
}

const int kNoSignal = MSG_NOSIGNAL;

int OpenSocket(int family, int type) noexcept {
  return ::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

int OpenSocketPair(std::array<int, 2>& ends) noexcept {
  return ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data());
}

const bool kKnowsUnconfirmed = true;

std::optional<std::uint64_t> UnconfirmedBytes(int fd) noexcept {
  int bytes = 0;
  if (::ioctl(fd, SIOCOUTQ, &bytes) != 0 || bytes < 0) {
    return std::numeric_limits<std::uint64_t>::max();
  }
  return static_cast<std::uint64_t>(bytes);
}

const short kEndOfInput = POLLRDHUP;

bool HasInputEnded(int fd) noexcept {
  pollfd one{fd, POLLRDHUP, 0};
  return ::poll(&one, 1, 0) > 0 && (one.revents & POLLRDHUP) != 0;
}

int SendDatagrams(int fd,
                  std::span<const std::string_view> datagrams) noexcept {
  std::array<mmsghdr, kMostDatagrams> headers;
  std::array<iovec, kMostDatagrams> pieces;
  for (std::size_t i = 0; i < datagrams.size(); ++i) {
    pieces[i] = {const_cast<char*>(datagrams[i].data()), datagrams[i].size()};
    headers[i] = {};
    headers[i].msg_hdr.msg_iov = &pieces[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  return ::sendmmsg(fd, headers.data(), static_cast<unsigned>(datagrams.size()),
                    MSG_NOSIGNAL);
}

void KeepAnswers(int fd, int family) noexcept {
  const int on = 1;
  if (family == AF_INET6) {
    ::setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof(on));
  } else {
    ::setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
  }
}

namespace {

// The errno of another machine's answer; 0 if the message is something else.
int AnswerIn(msghdr& message) noexcept {
  for (cmsghdr* at = CMSG_FIRSTHDR(&message); at != nullptr;
       at = CMSG_NXTHDR(&message, at)) {
    const bool is_error =
        (at->cmsg_level == IPPROTO_IP && at->cmsg_type == IP_RECVERR) ||
        (at->cmsg_level == IPPROTO_IPV6 && at->cmsg_type == IPV6_RECVERR);
    if (!is_error) continue;
    sock_extended_err error;
    std::memcpy(&error, CMSG_DATA(at), sizeof(error));
    if (error.ee_origin == SO_EE_ORIGIN_ICMP ||
        error.ee_origin == SO_EE_ORIGIN_ICMP6) {
      return static_cast<int>(error.ee_errno);
    }
  }
  return 0;
}

}  // namespace

int TakeAnswer(int fd) noexcept {
  int last = 0;
  for (;;) {
    alignas(cmsghdr) std::array<char, 512> control;
    msghdr message{};
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (::recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return last;
    if (const int error = AnswerIn(message); error != 0) last = error;
  }
}

int PollFor(std::span<pollfd> files, std::chrono::nanoseconds wait) noexcept {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(wait);
  const timespec time = {seconds.count(), (wait - seconds).count()};
  return ::ppoll(files.data(), files.size(), &time, nullptr);
}

namespace {

static_assert(EPOLLIN == POLLIN && EPOLLOUT == POLLOUT && EPOLLERR == POLLERR &&
              EPOLLHUP == POLLHUP);

class EpollPoller : public Poller {
 public:
  /// Closes `epoll` at its end.
  explicit EpollPoller(int epoll) noexcept : epoll_(epoll) {}
  EpollPoller(const EpollPoller&) = delete;
  EpollPoller& operator=(const EpollPoller&) = delete;
  ~EpollPoller() override { ::close(epoll_); }

  void Watch(int fd, short events) override {
    epoll_event event{};
    event.data.fd = fd;
    event.events = static_cast<std::uint32_t>(events);
    if (events == 0) {
      ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, &event);
    } else if (::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) != 0) {
      ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
    }
  }

  std::span<const pollfd> Wait(std::chrono::nanoseconds wait) override {
    // Waits in whole milliseconds only.
    pollfd any{epoll_, POLLIN, 0};
    if (PollFor({&any, 1}, wait) <= 0) return {};
    std::array<epoll_event, kMost> events;
    const int count =
        ::epoll_wait(epoll_, events.data(), static_cast<int>(kMost), 0);
    const auto found = static_cast<std::size_t>(std::max(count, 0));
    for (std::size_t i = 0; i < found; ++i) {
      found_[i] = {events[i].data.fd, 0, static_cast<short>(events[i].events)};
    }
    return {found_.data(), found};
  }

 private:
  static constexpr std::size_t kMost = 64;

  const int epoll_;
  std::array<pollfd, kMost> found_;
};

}  // namespace

std::unique_ptr<Poller> NewPoller() {
  const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) {
    throw std::system_error(errno, std::generic_category(),
                            "cannot wait for answers");
  }
  return std::make_unique<EpollPoller>(epoll);
}

}  // namespace busyhour::internal
