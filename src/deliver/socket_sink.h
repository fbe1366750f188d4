#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "deliver/batch_sink.h"
#include "deliver/unconfirmed.h"
#include "deliver/uri.h"

namespace busyhour {

/// An address that a socket can be connected to.
struct SocketAddress {
  sockaddr_storage address{};
  socklen_t length = 0;
};

/// The addresses of a host's port, or of a path of this machine for scheme
/// `unix`; fails when there is none.
Status FindAddresses(const Uri& uri, int type,
                     std::vector<SocketAddress>& addresses);

/// Batches to a stream socket: `tcp://HOST:PORT` and `unix:PATH`.
///
/// A batch is acknowledged once the receiver's system has confirmed its bytes
/// (SIOCOUTQ); for a unix socket, once the receiver has read them. What is not
/// confirmed when a connection breaks is sent again, whole, and may then have
/// arrived twice.
class SocketSink : public BatchSink {
 public:
  struct Options {
    int connections = 1;
    std::chrono::milliseconds connect_timeout{5000};
  };

  SocketSink(Uri uri, Options options);
  ~SocketSink() override;

  Status Open() override;
  bool HasRoom() const noexcept override;
  void Send(Batch& batch) override;
  void Poll(std::chrono::nanoseconds wait,
            std::vector<Receipt>& receipts) override;
  Status Close() override;

 private:
  struct Connection {
    int fd = -1;
    bool connecting = false;
    std::chrono::nanoseconds connect_by{0};  // by the system's steady clock
    std::size_t next_address = 0;
    Unconfirmed sent;
    std::size_t unwritten = 0;  // bytes of the last batch
    std::uint64_t written = 0;
    bool has_room() const noexcept { return !connecting && unwritten == 0; }
  };

  void Connect(Connection& connection);
  void EndConnecting(Connection& connection);
  void Write(Connection& connection);
  void ReadAway(Connection& connection);
  void TakeConfirmed(Connection& connection);
  void Lose(Connection& connection, int error);
  Status ConnectNow(Connection& connection);

  const Uri uri_;
  const Options options_;
  std::vector<SocketAddress> addresses_;
  std::vector<Connection> connections_;
  std::size_t next_ = 0;
  std::vector<Receipt> ready_;
};

}  // namespace busyhour
