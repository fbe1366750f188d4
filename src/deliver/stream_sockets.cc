#include "deliver/stream_sockets.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/system.h"
#include "deliver/stream_ledger.h"
#include "deliver/wait.h"

namespace busyhour::internal {
namespace {

class SystemSockets : public StreamSockets {
 public:
  std::chrono::nanoseconds Now() const noexcept override { return SteadyNow(); }
  Connecting Connect(const SocketAddress& address) override;
  int Send(int fd, std::string_view bytes, std::size_t& count) override;
  Input DropInput(int fd) override;
  bool Shows(int fd, short events) override {
    return busyhour::internal::Shows(fd, events);
  }
  int ErrorOf(int fd) override;
  std::optional<std::uint64_t> ConfirmedBytes(int fd,
                                              std::uint64_t written) override {
    return busyhour::internal::ConfirmedBytes(fd, written);
  }
  void EndWriting(int fd) override { ::shutdown(fd, SHUT_WR); }
  void Close(int fd) override { ::close(fd); }
  void WaitFor(std::span<pollfd> files,
               std::chrono::nanoseconds wait) override {
    busyhour::internal::WaitFor(files, wait);
  }
};

StreamSockets::Connecting SystemSockets::Connect(const SocketAddress& address) {
  const int family = address.address.ss_family;
  const int fd = OpenSocket(family, SOCK_STREAM);
  if (fd < 0) return {-1, errno};
  if (family != AF_UNIX) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address.address),
                address.length) == 0) {
    return {fd};
  }
  const int error = errno;
  if (error == EINPROGRESS) return {fd, 0, true};
  ::close(fd);
  return {-1, error};
}

int SystemSockets::Send(int fd, std::string_view bytes, std::size_t& count) {
  for (;;) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), kNoSignal);
    if (sent >= 0) {
      count = static_cast<std::size_t>(sent);
      return 0;
    }
    if (errno != EINTR) return errno == EWOULDBLOCK ? EAGAIN : errno;
  }
}

StreamSockets::Input SystemSockets::DropInput(int fd) {
  std::array<char, 4096> bytes;
  for (int i = 0; i < StreamLedger::kMostReads; ++i) {
    if (Shows(fd, POLLERR)) return Input::kError;
    const ssize_t got = ::recv(fd, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (got > 0) continue;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    // After its end, a socket does not report its error through read(2).
    return got < 0 || Shows(fd, POLLERR) ? Input::kError : Input::kEnd;
  }
  return Input::kNothing;
}

int SystemSockets::ErrorOf(int fd) {
  int error = 0;
  socklen_t length = sizeof(error);
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
  return error;
}

}  // namespace

std::unique_ptr<StreamSockets> NewSystemSockets() {
  return std::make_unique<SystemSockets>();
}

}  // namespace busyhour::internal
