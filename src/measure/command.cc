#include "measure/command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "base/system.h"
#include "base/units.h"

namespace busyhour::internal {
namespace {

// Maximum length of standard error in a message.
constexpr std::size_t kMaxComplaintBytes = 400;
constexpr std::size_t kStreams = 3;
constexpr int kCommandNotFound = 127;

// A message from the server. The first one reports the start of a command, the
// second one its end.
struct Report {
  bool has_ended = false;
  pid_t process = -1;  // negative if no process could be started
  int status = 0;
  double cpu_s = 0.0;
  std::uint64_t peak_bytes = 0;
};

double SecondsOf(const timeval& time) {
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_usec) / 1e6;
}

// ------------------------------------------------------------- in the server

// Receives a request: the length of a command with the descriptors of its three
// streams, and its text. False if there are no more requests.
bool Receive(int socket, std::string& command,
             std::array<int, kStreams>& streams) {
  std::size_t size = 0;
  iovec part{&size, sizeof size};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof streams)> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t got = 0;
  do {
    got = ::recvmsg(socket, &message, 0);
  } while (got < 0 && errno == EINTR);
  const cmsghdr* const header = CMSG_FIRSTHDR(&message);
  if (got != sizeof size || header == nullptr) return false;
  std::memcpy(streams.data(), CMSG_DATA(header), sizeof streams);
  // The command gets copies, in their usual places.
  for (const int stream : streams) ::fcntl(stream, F_SETFD, FD_CLOEXEC);
  command.resize(size);
  for (std::size_t begin = 0; begin < size;) {
    got = ::recv(socket, command.data() + begin, size - begin, 0);
    if (got == 0 || (got < 0 && errno != EINTR)) return false;
    if (got > 0) begin += static_cast<std::size_t>(got);
  }
  return true;
}

[[noreturn]] void Become(const std::string& command,
                         const std::array<int, kStreams>& streams) {
  // A separate process group, so that all of its processes can be killed at
  // once. The command must also end when this program ends.
  ::setpgid(0, 0);
  EndWithParent();
  ::signal(SIGPIPE, SIG_DFL);
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGXFSZ, SIG_DFL);
  std::array<int, kStreams> from = streams;
  for (int& stream : from) {
    // Move descriptors that dup2 below would overwrite. There are such
    // descriptors if our own standard streams were closed.
    if (stream < static_cast<int>(kStreams)) {
      stream = ::fcntl(stream, F_DUPFD_CLOEXEC, static_cast<int>(kStreams));
    }
  }
  for (std::size_t i = 0; i < kStreams; ++i) {
    ::dup2(from[i], static_cast<int>(i));
  }
  ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
  ::_exit(kCommandNotFound);
}

[[noreturn]] void Serve(int socket) {
  std::string command;
  std::array<int, kStreams> streams{};
  while (Receive(socket, command, streams)) {
    Report report;
    report.process = ::fork();
    if (report.process == 0) Become(command, streams);
    for (const int stream : streams) ::close(stream);
    if (::send(socket, &report, sizeof report, kNoSignal) < 0) break;
    if (report.process < 0) continue;
    // Until the process is reaped, its id cannot be reused.
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(report.process), &info,
                    WEXITED | WNOWAIT) < 0 &&
           errno == EINTR) {
    }
    ::kill(-report.process, SIGKILL);
    rusage usage{};
    while (::wait4(report.process, &report.status, 0, &usage) < 0 &&
           errno == EINTR) {
    }
    report.has_ended = true;
    report.cpu_s = SecondsOf(usage.ru_utime) + SecondsOf(usage.ru_stime);
    report.peak_bytes = PeakBytes(usage);
    if (::send(socket, &report, sizeof report, kNoSignal) < 0) break;
  }
  ::_exit(0);
}

// ------------------------------------------------------------ in the launcher

// A pipe whose ends are closed by the destructor at the latest.
struct PipeEnds {
  PipeEnds() {
    std::array<int, 2> ends{};
    if (OpenPipe(ends) != 0) {
      throw std::runtime_error(std::string("cannot open a pipe: ") +
                               std::strerror(errno));
    }
    from = ends[0];
    to = ends[1];
    WidenPipe(to);
  }
  ~PipeEnds() {
    Close(from);
    Close(to);
  }
  PipeEnds(const PipeEnds&) = delete;
  PipeEnds& operator=(const PipeEnds&) = delete;

  static void Close(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
  static void StopBlocking(int end) { ::fcntl(end, F_SETFL, O_NONBLOCK); }

  int from = -1;
  int to = -1;
};

bool Send(int socket, const std::string& command,
          const std::array<int, kStreams>& streams) {
  std::size_t size = command.size();
  iovec part{&size, sizeof size};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof streams)> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof streams);
  std::memcpy(CMSG_DATA(header), streams.data(), sizeof streams);
  if (::sendmsg(socket, &message, kNoSignal) < 0) return false;
  for (std::string_view left = command; !left.empty();) {
    const ssize_t sent = ::send(socket, left.data(), left.size(), kNoSignal);
    if (sent < 0 && errno != EINTR) return false;
    if (sent > 0) left.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// Writes the input of a command and reads its output until it ends.
class Feed {
 public:
  Feed(int socket, std::string_view input)
      : socket_(socket), left_(input), buffer_(kTakeBytes, '\0') {}

  bool Start(const std::string& command) {
    if (!Send(socket_, command, {in_.from, out_.to, complaints_.to})) {
      return false;
    }
    // The read end of the command's input stays open here. The bytes left in it
    // at the end are the unread ones, and writing never fails with a broken
    // pipe.
    PipeEnds::Close(out_.to);
    PipeEnds::Close(complaints_.to);
    PipeEnds::StopBlocking(in_.to);
    PipeEnds::StopBlocking(out_.from);
    PipeEnds::StopBlocking(complaints_.from);
    return true;
  }

  // False if the server has ended.
  bool RunUntil(std::chrono::steady_clock::time_point deadline) {
    while (!report_.has_ended) {
      if (left_.empty()) PipeEnds::Close(in_.to);
      const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(
          deadline - std::chrono::steady_clock::now());
      if (wait.count() <= 0 && !is_late_) {
        is_late_ = true;
        if (report_.process > 0) {
          ::kill(-report_.process, SIGKILL);
          ::kill(report_.process, SIGKILL);
        }
      }
      // poll() ignores negative descriptors.
      std::array<pollfd, 4> ends = {{{socket_, POLLIN, 0},
                                     {in_.to, POLLOUT, 0},
                                     {out_.from, POLLIN, 0},
                                     {complaints_.from, POLLIN, 0}}};
      ::poll(ends.data(), ends.size(),
             is_late_ ? -1 : static_cast<int>(wait.count()) + 1);
      if (ends[1].revents != 0) Write();
      if (ends[2].revents != 0) Take(out_.from, output_, kOutput, kTakeBytes);
      if (ends[3].revents != 0) {
        Take(complaints_.from, complaint_, kComplaint, kTakeBytes);
      }
      if (ends[0].revents != 0 && !TakeReport()) return false;
    }
    // Read the rest of the output, up to the size of a pipe: processes that the
    // command left running may still write.
    Take(out_.from, output_, kOutput, kWidePipe);
    Take(complaints_.from, complaint_, kComplaint, kWidePipe);
    return true;
  }

  const Report& report() const { return report_; }
  bool is_late() const { return is_late_; }
  std::string& output() { return output_; }
  const std::string& complaint() const { return complaint_; }
  // Number of input bytes that were not read.
  std::uint64_t unread() const {
    int in_pipe = 0;
    if (::ioctl(in_.from, FIONREAD, &in_pipe) != 0) return left_.size();
    return left_.size() + static_cast<std::uint64_t>(in_pipe);
  }

 private:
  static constexpr std::size_t kOutput = Launcher::kMaxOutputBytes;
  static constexpr std::size_t kComplaint = kMaxComplaintBytes;
  static constexpr std::size_t kTakeBytes = 64 << 10;

  void Write() {
    const ssize_t wrote =
        ::write(in_.to, left_.data(), std::min(left_.size(), kWidePipe));
    if (wrote > 0) left_.remove_prefix(static_cast<std::size_t>(wrote));
  }

  // Reads at most `most` available bytes, and keeps the first `limit` bytes of
  // all reads.
  void Take(int& end, std::string& kept, std::size_t limit, std::size_t most) {
    while (end >= 0 && most > 0) {
      const ssize_t got =
          ::read(end, buffer_.data(), std::min(most, buffer_.size()));
      if (got < 0) {
        if (errno == EINTR) continue;
        return;
      }
      if (got == 0) return PipeEnds::Close(end);
      const auto bytes = static_cast<std::size_t>(got);
      kept.append(buffer_, 0,
                  std::min(bytes, limit - std::min(limit, kept.size())));
      most -= bytes;
    }
  }

  bool TakeReport() {
    Report report;
    const ssize_t got = ::recv(socket_, &report, sizeof report, MSG_WAITALL);
    if (got < 0 && errno == EINTR) return true;
    if (got != sizeof report) return false;
    report_ = report;
    if (report_.process < 0) return false;
    return true;
  }

  const int socket_;
  PipeEnds in_;
  PipeEnds out_;
  PipeEnds complaints_;
  std::string_view left_;
  std::string buffer_;
  std::string output_;
  std::string complaint_;
  Report report_;
  bool is_late_ = false;
};

// The text of standard error as one line.
std::string Because(const std::string& complaint) {
  std::string line = complaint;
  while (!line.empty() && line.back() == '\n') line.pop_back();
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line.empty() ? line : ": " + line;
}

std::string FailureOf(const Feed& feed, std::chrono::milliseconds limit) {
  const int status = feed.report().status;
  if (feed.is_late()) {
    return "took longer than " + FormatDuration(limit.count()) +
           " and was terminated";
  }
  if (WIFSIGNALED(status)) {
    return std::string("was terminated by a signal: ") +
           ::strsignal(WTERMSIG(status)) + Because(feed.complaint());
  }
  if (WEXITSTATUS(status) != 0) {
    return "ended with status " + std::to_string(WEXITSTATUS(status)) +
           Because(feed.complaint());
  }
  if (const std::uint64_t unread = feed.unread(); unread > 0) {
    return "left " + FormatCount(unread) + " bytes of its input unread";
  }
  return {};
}

}  // namespace

Launcher::Launcher() {
  std::array<int, 2> ends{};
  if (OpenSocketPair(ends) != 0) {
    throw std::runtime_error(std::string("cannot open a socket: ") +
                             std::strerror(errno));
  }
  socket_ = ends[0];
  server_ = ::fork();
  if (server_ == 0) {
    ::close(ends[0]);
    Serve(ends[1]);
  }
  ::close(ends[1]);
  if (server_ < 0) {
    const int error = errno;
    ::close(socket_);
    throw std::runtime_error(std::string("cannot start a process: ") +
                             std::strerror(error));
  }
}

Launcher::~Launcher() {
  ::close(socket_);
  int status = 0;
  while (::waitpid(server_, &status, 0) < 0 && errno == EINTR) {
  }
}

CommandRun Launcher::Run(const std::string& command, std::string_view input,
                         std::chrono::milliseconds limit) {
  CommandRun run;
  Feed feed(socket_, input);
  const auto begin = std::chrono::steady_clock::now();
  if (!feed.Start(command) || !feed.RunUntil(begin + limit)) {
    run.failure = feed.report().process < 0
                      ? "could not be started"
                      : "was lost: the process that starts commands has ended";
    return run;
  }
  run.wall_s =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
          .count();
  run.cpu_s = feed.report().cpu_s;
  run.peak_bytes = feed.report().peak_bytes;
  run.output = std::move(feed.output());
  run.failure = FailureOf(feed, limit);
  return run;
}

}  // namespace busyhour::internal
