#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "deliver/batch_sink.h"
#include "deliver/socket_address.h"
#include "deliver/stream_ledger.h"
#include "deliver/stream_sockets.h"
#include "deliver/uri.h"

namespace busyhour::internal {

/// Sends batches to a stream socket: `tcp://HOST:PORT` and `unix:PATH`.
///
/// Over TCP, a batch is acknowledged provisionally when the receiver's system
/// has confirmed its bytes, and finally when the receiver has read
/// them. Over a unix socket, a batch is acknowledged when the receiver has read
/// it. If a connection breaks, every batch that may not have been read is sent
/// again completely, and may then arrive twice.
///
/// Where this machine's system does not tell what is confirmed, a batch is
/// acknowledged provisionally when that system has it.
///
/// A receiver that closes the connection with unread bytes resets it; one that
/// has read everything does not. A receiver that only shuts down its sending
/// side, reads no more and keeps the connection cannot be distinguished from
/// the latter.
class SocketSink : public BatchSink {
 public:
  struct Options {
    int connections = 1;
    std::chrono::milliseconds connect_timeout{5000};
  };

  SocketSink(Uri uri, Options options,
             std::unique_ptr<StreamSockets> sockets = NewSystemSockets());
  ~SocketSink() override;

  Status Open() override;
  bool HasRoom() const noexcept override;
  void Send(Batch& batch) override;
  void Poll(std::chrono::nanoseconds wait,
            std::vector<Receipt>& receipts) override;
  void EndSending() override;
  std::uint64_t lost_connections() const noexcept override {
    return lost_connections_;
  }
  Status Close() override;

 private:
  struct Connection {
    explicit Connection(std::size_t most_held) : ledger(most_held) {}
    int fd = -1;
    bool connecting = false;
    std::chrono::nanoseconds connect_by{0};  // by the clock of the sockets
    std::size_t next_address = 0;
    StreamLedger ledger;
    std::size_t unwritten = 0;  // bytes of the last batch
    std::uint64_t written = 0;
    bool has_room() const noexcept { return !connecting && unwritten == 0; }
  };
  // A connection on which nothing more is sent, and for which it is not yet
  // known whether everything was read.
  struct Ending {
    int fd;
    StreamLedger ledger;
    std::uint64_t written;
    std::optional<std::uint64_t> confirmed;
    EndedBy ended_by;
    std::chrono::nanoseconds until;  // by the clock of the sockets
  };

  bool is_unix() const noexcept { return uri_.scheme == "unix"; }
  // Return an error, or 0. `connecting` is set while the result is unknown.
  int Connect(Connection& connection);
  int EndConnecting(Connection& connection);
  void Write(Connection& connection);
  void DiscardInput(Connection& connection);
  void TakeConfirmed(Connection& connection);
  // Handles an orderly close by the receiver.
  void TakeEnd(Connection& connection);
  // Handles a connection that broke or could not be made.
  void FailConnection(Connection& connection, int error);
  void Clear(Connection& connection);
  // Continues to close a connection. False when it is closed.
  bool GoOnEnding(Ending& ending);
  Status ConnectNow(Connection& connection);

  const Uri uri_;
  const Options options_;
  const std::unique_ptr<StreamSockets> sockets_;
  std::vector<SocketAddress> addresses_;
  std::vector<Connection> connections_;
  std::vector<Ending> endings_;
  std::size_t next_ = 0;
  std::uint64_t lost_connections_ = 0;
  std::vector<Receipt> ready_;
};

}  // namespace busyhour::internal
