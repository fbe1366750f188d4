#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "deliver/batch_sink.h"
#include "deliver/tls_options.h"
#include "deliver/uri.h"

namespace busyhour {

/// Sends batches over TLS, `tls://HOST:PORT`, with libcurl. The receiver's
/// certificate is verified.
///
/// Batches are acknowledged as by a `SocketSink`. A receiver that closes a
/// connection without close_notify may have left bytes unread: batches that are
/// not known to have been read are sent again.
class TlsSink : public BatchSink {
 public:
  struct Options {
    int connections = 1;
    std::chrono::milliseconds connect_timeout{5000};
    TlsOptions tls;
  };

  TlsSink(Uri uri, Options options);
  ~TlsSink() override;

  /// Waits for a short time after the first handshake: with TLS 1.3, a receiver
  /// refuses a missing certificate only then.
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
  struct Connection;

  std::unique_ptr<Connection> NewConnection() const;
  void Connect(Connection& connection);
  // Continues connections that are being made. Returns an error message, or an
  // empty text.
  std::string GoOnConnecting();
  void Write(Connection& connection);
  // `number` is the index of a connection, here and below.
  void DiscardInput(std::size_t number);
  void TakeConfirmed(Connection& connection);
  void FailConnection(Connection& connection, const std::string& error,
                      bool is_final);
  // The receiver has closed the connection in order.
  void TakeEnd(Connection& connection);
  // The connection broke, perhaps with an alert.
  void LoseRefused(Connection& connection);
  void Disconnect(Connection& connection);
  // Sends nothing more on it; another connection takes its place.
  void Retire(std::size_t number);
  // Continues the end of a connection. False when it is complete.
  bool GoOnEnding(Connection& connection);

  const Uri uri_;
  const Options options_;
  void* multi_;
  std::vector<std::unique_ptr<Connection>> connections_;
  // Connections for which it is not yet known whether everything was read.
  std::vector<std::unique_ptr<Connection>> endings_;
  std::size_t next_ = 0;
  std::uint64_t lost_connections_ = 0;
  std::vector<Receipt> ready_;
};

}  // namespace busyhour
