#include "deliver/socket_sink.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "base/system.h"

namespace busyhour::internal {
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

}  // namespace

SocketSink::SocketSink(Uri uri, Options options,
                       std::unique_ptr<StreamSockets> sockets)
    : uri_(std::move(uri)),
      options_(options),
      sockets_(std::move(sockets)),
      connections_(static_cast<std::size_t>(options.connections),
                   Connection(StreamLedger::kMostHeld /
                              static_cast<std::size_t>(options.connections))) {}

SocketSink::~SocketSink() {
  for (const Connection& connection : connections_) {
    if (connection.fd >= 0) sockets_->Close(connection.fd);
  }
  for (const Ending& ending : endings_) sockets_->Close(ending.fd);
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
    error = Connect(connection);
    while (error == 0 && connection.connecting) {
      pollfd one{connection.fd, POLLOUT, 0};
      sockets_->WaitFor(
          std::span(&one, 1),
          std::max(connection.connect_by - sockets_->Now(), nanoseconds(0)));
      error = EndConnecting(connection);
    }
    if (error == 0) return Status::Ok();
    FailConnection(connection, error);
  }
  return Status::Failed("cannot connect to " + uri_.text + ": " +
                        ConnectionError(error));
}

// Starts to connect; `Poll` determines the result.
int SocketSink::Connect(Connection& connection) {
  const SocketAddress& address =
      addresses_[connection.next_address++ % addresses_.size()];
  const StreamSockets::Connecting begun = sockets_->Connect(address);
  connection.fd = begun.fd;
  connection.connecting = begun.goes_on;
  connection.connect_by = sockets_->Now() + options_.connect_timeout;
  connection.written = 0;
  return begun.error;
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
  if (connection.fd >= 0 && sockets_->Shows(connection.fd, kEndOfInput)) {
    DiscardInput(connection);
  }
  const int error = connection.fd < 0 ? Connect(connection) : 0;
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
    std::size_t count = 0;
    const int error = sockets_->Send(
        connection.fd,
        std::string_view(bytes).substr(bytes.size() - connection.unwritten),
        count);
    if (error == EAGAIN) return;
    if (error != 0) {
      FailConnection(connection, error);
      return;
    }
    connection.unwritten -= count;
    connection.written += count;
  }
}

void SocketSink::DiscardInput(Connection& connection) {
  switch (sockets_->DropInput(connection.fd)) {
    case StreamSockets::Input::kNothing:
      return;
    case StreamSockets::Input::kEnd:
      TakeConfirmed(connection);
      TakeEnd(connection);
      return;
    case StreamSockets::Input::kError:
      // Bytes confirmed before may not have been read.
      FailConnection(connection, sockets_->ErrorOf(connection.fd));
      return;
  }
}

void SocketSink::TakeConfirmed(Connection& connection) {
  if (!connection.ledger.has_sent()) return;
  const std::optional<std::uint64_t> confirmed =
      sockets_->ConfirmedBytes(connection.fd, connection.written);
  // After a reset, all bytes of a TCP socket seem confirmed, and all bytes of a
  // unix socket seem read. The error must therefore be checked first.
  if (sockets_->Shows(connection.fd, POLLERR)) return;
  if (!confirmed) {
    connection.ledger.HandOver(connection.written, ready_);
  } else if (is_unix()) {
    connection.ledger.Read(*confirmed, ready_);
  } else {
    connection.ledger.Confirm(*confirmed, ready_);
  }
}

void SocketSink::TakeEnd(Connection& connection) {
  ++lost_connections_;
  const std::optional<std::uint64_t> confirmed =
      sockets_->ConfirmedBytes(connection.fd, connection.written);
  connection.ledger.LoseSent(ConnectionError(0), connection.unwritten, ready_);
  if (connection.ledger.has_held()) {
    endings_.push_back({connection.fd, std::move(connection.ledger),
                        connection.written, confirmed, EndedBy::kReceiver,
                        sockets_->Now() + kResetWait});
  } else {
    sockets_->Close(connection.fd);
  }
  Clear(connection);
}

void SocketSink::FailConnection(Connection& connection, int error) {
  const bool was_connected = connection.fd >= 0 && !connection.connecting;
  if (was_connected) ++lost_connections_;
  if (connection.fd >= 0) sockets_->Close(connection.fd);
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
int SocketSink::EndConnecting(Connection& connection) {
  if (!sockets_->Shows(connection.fd, POLLOUT | POLLERR | POLLHUP)) {
    return sockets_->Now() >= connection.connect_by ? ETIMEDOUT : 0;
  }
  const int error = sockets_->ErrorOf(connection.fd);
  if (error == 0) connection.connecting = false;
  return error;
}

bool SocketSink::GoOnEnding(Ending& ending) {
  const bool has_ended = ending.ended_by == EndedBy::kReceiver;
  const bool is_broken = sockets_->Shows(ending.fd, POLLERR);
  const StreamSockets::Input got = is_broken   ? StreamSockets::Input::kError
                                   : has_ended ? StreamSockets::Input::kNothing
                                               : sockets_->DropInput(ending.fd);
  const bool is_over = sockets_->Now() >= ending.until;
  if (got == StreamSockets::Input::kError) {
    if (!has_ended) ++lost_connections_;
    ending.ledger.LoseHeld(StreamLedger::kUnread, ready_);
  } else if (got == StreamSockets::Input::kEnd &&
             ending.ended_by == EndedBy::kUs) {
    // Only TCP resets a connection with unread bytes on all systems.
    ending.ledger.Settle(is_unix() ? ending.ledger.of_held() : Certainty::kRead,
                         ready_);
  } else if (got == StreamSockets::Input::kEnd) {
    ++lost_connections_;
    ending.ended_by = EndedBy::kReceiver;
    ending.until = sockets_->Now() + kResetWait;
    return true;
  } else if (has_ended && is_over) {
    // A receiver that still accepts bytes has not closed, and it is not known
    // what it has read.
    const std::optional<std::uint64_t> confirmed =
        sockets_->ConfirmedBytes(ending.fd, ending.written);
    const bool is_closed =
        confirmed == ending.confirmed && confirmed == ending.written;
    ending.ledger.Settle(is_closed ? Certainty::kRead : ending.ledger.of_held(),
                         ready_);
  } else {
    if (ending.ended_by == EndedBy::kNobody && is_over) {
      // A receiver that closes after this has read everything, or resets the
      // connection.
      sockets_->EndWriting(ending.fd);
      ending.ended_by = EndedBy::kUs;
    }
    return true;
  }
  sockets_->Close(ending.fd);
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
      wait = std::clamp<nanoseconds>(connection.connect_by - sockets_->Now(),
                                     nanoseconds(0), wait);
    }
  }
  for (const Ending& ending : endings_) {
    // The end of the receiver's data has been read and remains readable.
    fds.push_back(
        {ending.fd,
         ending.ended_by == EndedBy::kReceiver ? short{0} : short{POLLIN}, 0});
    if (ending.ended_by != EndedBy::kUs) {
      wait = std::clamp<nanoseconds>(ending.until - sockets_->Now(),
                                     nanoseconds(0), wait);
    }
  }
  if (!ready_.empty()) wait = nanoseconds(0);
  if (unconfirmed) wait = std::min(wait, kConfirmPeriod);
  sockets_->WaitFor(fds, wait);
  for (std::size_t i = 0; i < polled.size(); ++i) {
    Connection& connection = *polled[i];
    if (connection.connecting) {
      const int error = EndConnecting(connection);
      if (error != 0) FailConnection(connection, error);
    }
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
                        EndedBy::kNobody, sockets_->Now() + kOurEndWait});
    Clear(connection);
  }
}

// The system continues to send remaining data.
Status SocketSink::Close() {
  for (Connection& connection : connections_) {
    if (connection.fd >= 0) sockets_->Close(connection.fd);
    Clear(connection);
  }
  for (const Ending& ending : endings_) sockets_->Close(ending.fd);
  endings_.clear();
  ready_.clear();
  return Status::Ok();
}

}  // namespace busyhour::internal
