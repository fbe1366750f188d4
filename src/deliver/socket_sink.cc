#include "deliver/socket_sink.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <utility>

#include "deliver/wait.h"

namespace busyhour {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// There is no event when a receiver's system confirms bytes, so it is polled
// with this period.
constexpr nanoseconds kConfirmPeriod{1'000'000};
std::string ConnectionError(int error) {
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

int ErrorOf(int fd) {
  int error = 0;
  socklen_t length = sizeof(error);
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
  return error;
}

enum class Reading : std::uint8_t { kNothing, kEnd, kError };

// Reads and discards data that a receiver sends. An error is reported.
Reading DropInput(int fd) {
  std::array<char, 4096> bytes;
  for (int i = 0; i < StreamLedger::kMostReads; ++i) {
    if (Shows(fd, POLLERR)) return Reading::kError;
    const ssize_t got = ::recv(fd, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (got > 0) continue;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    // After its end, a socket does not report its error through read(2).
    return got < 0 || Shows(fd, POLLERR) ? Reading::kError : Reading::kEnd;
  }
  return Reading::kNothing;
}

}  // namespace

SocketSink::SocketSink(Uri uri, Options options)
    : uri_(std::move(uri)),
      options_(options),
      connections_(static_cast<std::size_t>(options.connections),
                   Connection(StreamLedger::kMostHeld /
                              static_cast<std::size_t>(options.connections))) {}

SocketSink::~SocketSink() {
  for (const Connection& connection : connections_) {
    if (connection.fd >= 0) ::close(connection.fd);
  }
  for (const Ending& ending : endings_) ::close(ending.fd);
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
      error = ready == 0 ? ETIMEDOUT : ErrorOf(connection.fd);
      if (error == 0) connection.connecting = false;
    } else {
      error = connection.fd >= 0 ? 0 : errno;
    }
    if (connection.fd >= 0 && error == 0) return Status::Ok();
    FailConnection(connection, error);
  }
  return Status::Failed("cannot connect to " + uri_.text + ": " +
                        ConnectionError(error));
}

// Starts to connect; `Poll` determines the result.
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
    connection.connect_by = SteadyNow() + options_.connect_timeout;
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
  // Data sent to a closed receiver is lost and answered with a reset, which
  // hides whether it had read the earlier data.
  if (connection.fd >= 0 && Shows(connection.fd, POLLRDHUP)) {
    DiscardInput(connection);
  }
  int error = 0;
  if (connection.fd < 0) {
    Connect(connection);
    error = errno;
  }
  connection.unwritten = batch.bytes.size();
  connection.ledger.Add(batch, connection.written + batch.bytes.size());
  if (connection.fd < 0) {
    FailConnection(connection, error);
  } else if (!connection.connecting) {
    Write(connection);
  }
}

void SocketSink::Write(Connection& connection) {
  while (connection.unwritten > 0) {
    const std::string& bytes = connection.ledger.last().bytes;
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
    FailConnection(connection, errno);
    return;
  }
}

void SocketSink::DiscardInput(Connection& connection) {
  switch (DropInput(connection.fd)) {
    case Reading::kNothing:
      return;
    case Reading::kEnd:
      TakeConfirmed(connection);
      TakeEnd(connection);
      return;
    case Reading::kError:
      // Bytes confirmed before may not have been read.
      FailConnection(connection, ErrorOf(connection.fd));
      return;
  }
}

void SocketSink::TakeConfirmed(Connection& connection) {
  if (!connection.ledger.has_sent()) return;
  const std::uint64_t confirmed =
      ConfirmedBytes(connection.fd, connection.written);
  // After a reset, all bytes of a TCP socket seem confirmed, and all bytes of a
  // unix socket seem read. The error must therefore be checked first.
  if (Shows(connection.fd, POLLERR)) return;
  if (is_unix()) {
    connection.ledger.Read(confirmed, ready_);
  } else {
    connection.ledger.Confirm(confirmed, ready_);
  }
}

void SocketSink::TakeEnd(Connection& connection) {
  ++lost_connections_;
  const std::uint64_t confirmed =
      ConfirmedBytes(connection.fd, connection.written);
  connection.ledger.LoseSent(ConnectionError(0), connection.unwritten, ready_);
  if (connection.ledger.has_held()) {
    endings_.push_back({connection.fd, std::move(connection.ledger),
                        connection.written, confirmed, EndedBy::kReceiver,
                        SteadyNow() + kResetWait});
  } else {
    ::close(connection.fd);
  }
  Clear(connection);
}

void SocketSink::FailConnection(Connection& connection, int error) {
  const bool was_connected = connection.fd >= 0 && !connection.connecting;
  if (was_connected) ++lost_connections_;
  if (connection.fd >= 0) ::close(connection.fd);
  connection.ledger.LoseHeld(StreamLedger::kUnread, ready_);
  connection.ledger.LoseSent(ConnectionError(error), connection.unwritten,
                             ready_);
  Clear(connection);
}

// Makes room for another connection.
void SocketSink::Clear(Connection& connection) {
  connection.fd = -1;
  connection.connecting = false;
  connection.ledger =
      StreamLedger(StreamLedger::kMostHeld / connections_.size());
  connection.unwritten = 0;
  connection.written = 0;
}

// Checks whether the connection has been made. The system itself would try for
// minutes.
void SocketSink::EndConnecting(Connection& connection) {
  int error = 0;
  if (Shows(connection.fd, POLLOUT | POLLERR | POLLHUP)) {
    error = ErrorOf(connection.fd);
    if (error == 0) connection.connecting = false;
  } else if (SteadyNow() >= connection.connect_by) {
    error = ETIMEDOUT;
  }
  if (error != 0) FailConnection(connection, error);
}

bool SocketSink::GoOnEnding(Ending& ending) {
  const bool has_ended = ending.ended_by == EndedBy::kReceiver;
  const bool is_broken = Shows(ending.fd, POLLERR);
  const Reading got = is_broken   ? Reading::kError
                      : has_ended ? Reading::kNothing
                                  : DropInput(ending.fd);
  const bool is_over = SteadyNow() >= ending.until;
  if (got == Reading::kError) {
    if (!has_ended) ++lost_connections_;
    ending.ledger.LoseHeld(StreamLedger::kUnread, ready_);
  } else if (got == Reading::kEnd && ending.ended_by == EndedBy::kUs) {
    ending.ledger.Settle(Certainty::kRead, ready_);
  } else if (got == Reading::kEnd) {
    ++lost_connections_;
    ending.ended_by = EndedBy::kReceiver;
    ending.until = SteadyNow() + kResetWait;
    return true;
  } else if (has_ended && is_over) {
    // A receiver that still accepts bytes has not closed, and it is not known
    // what it has read.
    const std::uint64_t confirmed = ConfirmedBytes(ending.fd, ending.written);
    const bool is_closed =
        confirmed == ending.confirmed && confirmed == ending.written;
    ending.ledger.Settle(is_closed ? Certainty::kRead : Certainty::kBuffered,
                         ready_);
  } else {
    if (ending.ended_by == EndedBy::kNobody && is_over) {
      // A receiver that closes after this has read everything, or resets the
      // connection.
      ::shutdown(ending.fd, SHUT_WR);
      ending.ended_by = EndedBy::kUs;
    }
    return true;
  }
  ::close(ending.fd);
  return false;
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
    unconfirmed = unconfirmed || connection.ledger.has_sent();
    if (connection.connecting) {
      wait = std::clamp<nanoseconds>(connection.connect_by - SteadyNow(),
                                     nanoseconds(0), wait);
    }
  }
  for (const Ending& ending : endings_) {
    // The end of the receiver's data has been read and remains readable.
    fds.push_back(
        {ending.fd,
         ending.ended_by == EndedBy::kReceiver ? short{0} : short{POLLIN}, 0});
    if (ending.ended_by != EndedBy::kUs) {
      wait = std::clamp<nanoseconds>(ending.until - SteadyNow(), nanoseconds(0),
                                     wait);
    }
  }
  if (!ready_.empty()) wait = nanoseconds(0);
  if (unconfirmed) wait = std::min(wait, kConfirmPeriod);
  WaitFor(fds, wait);
  for (std::size_t i = 0; i < polled.size(); ++i) {
    Connection& connection = *polled[i];
    if (connection.connecting) EndConnecting(connection);
    if (connection.fd < 0 || connection.connecting) continue;
    if ((fds[i].revents & (POLLIN | POLLERR | POLLHUP)) != 0) {
      DiscardInput(connection);
    }
    if (connection.fd >= 0 && fds[i].revents != 0) Write(connection);
  }
  for (Connection& connection : connections_) {
    if (connection.fd >= 0 && !connection.connecting) TakeConfirmed(connection);
  }
  std::erase_if(endings_, [this](Ending& each) { return !GoOnEnding(each); });
  std::move(ready_.begin(), ready_.end(), std::back_inserter(receipts));
  ready_.clear();
}

void SocketSink::EndSending() {
  for (Connection& connection : connections_) {
    if (connection.fd < 0 || connection.connecting ||
        connection.ledger.has_sent()) {
      continue;
    }
    endings_.push_back({connection.fd, std::move(connection.ledger),
                        connection.written, connection.written,
                        EndedBy::kNobody, SteadyNow() + kOurEndWait});
    Clear(connection);
  }
}

// The system continues to send remaining data.
Status SocketSink::Close() {
  for (Connection& connection : connections_) {
    if (connection.fd >= 0) ::close(connection.fd);
    Clear(connection);
  }
  for (const Ending& ending : endings_) ::close(ending.fd);
  endings_.clear();
  ready_.clear();
  return Status::Ok();
}

}  // namespace busyhour
