#include "deliver/socket_sink.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <memory>
#include <utility>

#include "deliver/wait.h"

namespace busyhour {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// Nothing tells when a receiver's system confirms bytes: they are asked about
// this often.
constexpr nanoseconds kConfirmPeriod{1'000'000};
// How long a receiver may take to read the last bytes, in parts: one that talks
// uses them up the sooner.
constexpr milliseconds kCloseWait{10};
constexpr int kCloseWaits = 500;
// What is read away at a time of a receiver that speaks, in buffers: one that
// never stops does not keep the others waiting.
constexpr int kMostReads = 16;

nanoseconds Now() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

std::string Words(int error) {
  switch (error) {
    case ECONNREFUSED:
      return "connection refused";
    case ECONNRESET:
    case EPIPE:
    case 0:
      return "connection lost";
    case ETIMEDOUT:
      return "connection timed out";
    case EAGAIN:  // a unix socket, whose receiver accepts nothing
      return "no room for another connection";
    default:
      return std::strerror(error);
  }
}

int PollOne(int fd, short events, milliseconds wait) {
  pollfd one{fd, events, 0};
  return ::poll(&one, 1, static_cast<int>(wait.count()));
}

// What there is to be told of a socket now.
short Look(int fd) {
  pollfd one{fd, 0, 0};
  return ::poll(&one, 1, 0) > 0 ? one.revents : short{0};
}

}  // namespace

Status FindAddresses(const Uri& uri, int type,
                     std::vector<SocketAddress>& addresses) {
  if (uri.scheme == "unix") {
    SocketAddress found;
    auto& path = reinterpret_cast<sockaddr_un&>(found.address);
    if (uri.path.empty() || uri.path.size() >= sizeof(path.sun_path)) {
      return Status::Failed(uri.text + ": the path must have 1 to " +
                            std::to_string(sizeof(path.sun_path) - 1) +
                            " characters");
    }
    path.sun_family = AF_UNIX;
    std::memcpy(path.sun_path, uri.path.c_str(), uri.path.size() + 1);
    found.length = sizeof(sockaddr_un);
    addresses.push_back(found);
    return Status::Ok();
  }
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = type;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(
      uri.host.c_str(), std::to_string(uri.port).c_str(), &hints, &list);
  if (error != 0) {
    return Status::Failed("cannot find the host of " + uri.text + ": " +
                          ::gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(list,
                                                             ::freeaddrinfo);
  for (const addrinfo* at = list; at != nullptr; at = at->ai_next) {
    SocketAddress found;
    std::memcpy(&found.address, at->ai_addr, at->ai_addrlen);
    found.length = at->ai_addrlen;
    addresses.push_back(found);
  }
  return Status::Ok();
}

SocketSink::SocketSink(Uri uri, Options options)
    : uri_(std::move(uri)),
      options_(options),
      connections_(static_cast<std::size_t>(options.connections)) {}

SocketSink::~SocketSink() {
  for (const Connection& connection : connections_) {
    if (connection.fd >= 0) ::close(connection.fd);
  }
}

Status SocketSink::Open() {
  if (Status status = FindAddresses(uri_, SOCK_STREAM, addresses_);
      !status.ok()) {
    return status;
  }
  for (Connection& connection : connections_) {
    if (Status status = ConnectNow(connection); !status.ok()) return status;
  }
  ready_.clear();
  return Status::Ok();
}

Status SocketSink::ConnectNow(Connection& connection) {
  int error = 0;
  for (std::size_t i = 0; i < addresses_.size(); ++i) {
    Connect(connection);
    if (connection.connecting) {
      pollfd one{connection.fd, POLLOUT, 0};
      int ready = 0;
      do {
        ready =
            ::poll(&one, 1, static_cast<int>(options_.connect_timeout.count()));
      } while (ready < 0 && errno == EINTR);
      socklen_t length = sizeof(error);
      ::getsockopt(connection.fd, SOL_SOCKET, SO_ERROR, &error, &length);
      if (ready == 0) error = ETIMEDOUT;
      connection.connecting = false;
    } else {
      error = connection.fd >= 0 ? 0 : errno;
    }
    if (connection.fd >= 0 && error == 0) return Status::Ok();
    Lose(connection, error);
  }
  return Status::Failed("cannot connect to " + uri_.text + ": " + Words(error));
}

// Begins to connect; what comes of it, `Poll` finds out.
void SocketSink::Connect(Connection& connection) {
  const SocketAddress& address =
      addresses_[connection.next_address++ % addresses_.size()];
  connection.fd = ::socket(address.address.ss_family,
                           SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (connection.fd < 0) return;
  if (uri_.scheme != "unix") {
    const int on = 1;
    ::setsockopt(connection.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
  connection.written = 0;
  if (::connect(connection.fd,
                reinterpret_cast<const sockaddr*>(&address.address),
                address.length) == 0) {
    return;
  }
  const int error = errno;
  if (error == EINPROGRESS) {
    connection.connecting = true;
    connection.connect_by = Now() + options_.connect_timeout;
    return;
  }
  ::close(connection.fd);
  connection.fd = -1;
  errno = error;
}

bool SocketSink::HasRoom() const noexcept {
  return std::any_of(connections_.begin(), connections_.end(),
                     [](const Connection& each) { return each.has_room(); });
}

void SocketSink::Send(Batch& batch) {
  while (!connections_[next_].has_room()) {
    next_ = (next_ + 1) % connections_.size();
  }
  Connection& connection = connections_[next_];
  next_ = (next_ + 1) % connections_.size();
  connection.unwritten = batch.bytes.size();
  if (connection.fd < 0) {
    Connect(connection);
    const int error = errno;
    connection.sent.Add(batch, batch.bytes.size());
    if (connection.fd < 0) {
      Lose(connection, error);
      return;
    }
  } else {
    connection.sent.Add(batch, connection.written + batch.bytes.size());
  }
  if (!connection.connecting) Write(connection);
}

void SocketSink::Write(Connection& connection) {
  while (connection.unwritten > 0) {
    const std::string& bytes = connection.sent.last().batch->bytes;
    const ssize_t written = ::send(
        connection.fd, bytes.data() + bytes.size() - connection.unwritten,
        connection.unwritten, MSG_NOSIGNAL);
    if (written >= 0) {
      connection.unwritten -= static_cast<std::size_t>(written);
      connection.written += static_cast<std::uint64_t>(written);
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return;
    Lose(connection, errno);
    return;
  }
}

// A receiver may speak, and is not listened to; when it hangs up, that is a
// lost connection.
void SocketSink::ReadAway(Connection& connection) {
  std::array<char, 4096> bytes;
  for (int i = 0; i < kMostReads; ++i) {
    const ssize_t got =
        ::recv(connection.fd, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (got > 0) continue;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    const int error = got == 0 ? 0 : errno;
    // To have read the error is to have lost the sign by which it is told
    // whether a unix socket was read to its end.
    if (got == 0 || uri_.scheme != "unix") TakeConfirmed(connection);
    Lose(connection, error);
    return;
  }
}

void SocketSink::TakeConfirmed(Connection& connection) {
  if (connection.sent.empty()) return;
  const int unconfirmed = UnconfirmedBytes(connection.fd);
  // A unix socket that is closed before it has been read to its end drops the
  // rest, which then looks as if it had been read; but the error comes first.
  if (uri_.scheme == "unix" && (Look(connection.fd) & POLLERR) != 0) return;
  connection.sent.TakeConfirmed(connection.written, unconfirmed, ready_);
}

void SocketSink::Lose(Connection& connection, int error) {
  if (connection.fd >= 0) ::close(connection.fd);
  connection.fd = -1;
  connection.connecting = false;
  const std::deque<Unconfirmed::Entry> lost = connection.sent.TakeAll();
  for (const Unconfirmed::Entry& sent : lost) {
    Receipt receipt;
    receipt.batch = sent.batch;
    receipt.kind = Receipt::Kind::kRetry;
    receipt.error = Words(error);
    const bool is_last = &sent == &lost.back();
    receipt.may_have_arrived =
        connection.written > 0 &&
        !(is_last && connection.unwritten == sent.batch->bytes.size());
    ready_.push_back(std::move(receipt));
  }
  connection.unwritten = 0;
  connection.written = 0;
}

// Finds out whether there is a connection now. The system would try for
// minutes.
void SocketSink::EndConnecting(Connection& connection) {
  pollfd one{connection.fd, POLLOUT, 0};
  int error = 0;
  if (::poll(&one, 1, 0) > 0) {
    socklen_t length = sizeof(error);
    ::getsockopt(connection.fd, SOL_SOCKET, SO_ERROR, &error, &length);
    connection.connecting = false;
  } else if (Now() >= connection.connect_by) {
    error = ETIMEDOUT;
  }
  if (error != 0) Lose(connection, error);
}

void SocketSink::Poll(nanoseconds wait, std::vector<Receipt>& receipts) {
  std::vector<pollfd> fds;
  std::vector<Connection*> polled;
  bool unconfirmed = false;
  for (Connection& connection : connections_) {
    if (connection.fd < 0) continue;
    if (!connection.connecting) TakeConfirmed(connection);
    const bool writes = connection.connecting || connection.unwritten > 0;
    fds.push_back({connection.fd,
                   static_cast<short>(writes ? POLLIN | POLLOUT : POLLIN), 0});
    polled.push_back(&connection);
    unconfirmed = unconfirmed || !connection.sent.empty();
    if (connection.connecting) {
      wait = std::clamp<nanoseconds>(connection.connect_by - Now(),
                                     nanoseconds(0), wait);
    }
  }
  if (!ready_.empty()) wait = nanoseconds(0);
  if (unconfirmed) wait = std::min(wait, kConfirmPeriod);
  WaitFor(fds, wait);
  for (std::size_t i = 0; i < fds.size(); ++i) {
    Connection& connection = *polled[i];
    if (connection.connecting) EndConnecting(connection);
    if (connection.fd < 0 || connection.connecting) continue;
    if ((fds[i].revents & (POLLIN | POLLERR | POLLHUP)) != 0) {
      ReadAway(connection);
    }
    if (connection.fd >= 0 && fds[i].revents != 0) Write(connection);
  }
  for (Connection& connection : connections_) {
    if (connection.fd >= 0 && !connection.connecting) TakeConfirmed(connection);
  }
  std::move(ready_.begin(), ready_.end(), std::back_inserter(receipts));
  ready_.clear();
}

Status SocketSink::Close() {
  for (Connection& connection : connections_) {
    if (connection.fd >= 0) ::shutdown(connection.fd, SHUT_WR);
  }
  // A receiver that closes has read everything; one that does not in time, or
  // of which nobody expects it any more, is left to the system, which goes on
  // sending. All of them share the time.
  int waits = kCloseWaits;
  for (Connection& connection : connections_) {
    if (connection.fd < 0) continue;
    std::array<char, 4096> bytes;
    while (connection.sent.empty() && waits > 0) {
      --waits;
      const int ready = PollOne(connection.fd, POLLIN, kCloseWait);
      if (ready < 0 || (ready > 0 && ::recv(connection.fd, bytes.data(),
                                            bytes.size(), MSG_DONTWAIT) <= 0)) {
        break;
      }
    }
    ::close(connection.fd);
    connection.fd = -1;
  }
  return Status::Ok();
}

}  // namespace busyhour
