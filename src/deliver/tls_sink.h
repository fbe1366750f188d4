#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "deliver/batch_sink.h"
#include "deliver/curl.h"
#include "deliver/tls_options.h"
#include "deliver/uri.h"

namespace busyhour::internal {

struct TlsConnection;

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
  std::unique_ptr<TlsConnection> NewConnection() const;
  void Connect(TlsConnection& connection);
  // Continues connections that are being made. Returns an error message, or an
  // empty text.
  std::string GoOnConnecting();
  void Write(TlsConnection& connection);
  // `number` is the index of a connection, here and below.
  void DiscardInput(std::size_t number);
  void TakeConfirmed(TlsConnection& connection);
  void FailConnection(TlsConnection& connection, const std::string& error,
                      bool is_final);
  // Handles an orderly close by the receiver.
  void TakeEnd(TlsConnection& connection);
  // Handles a connection that broke, perhaps with an alert.
  void LoseRefused(TlsConnection& connection);
  void Disconnect(TlsConnection& connection);
  // Stops sending on a connection, and replaces it by a new one.
  void Retire(std::size_t number);
  // Continues to close a connection. False when it is closed.
  bool GoOnEnding(TlsConnection& connection);

  const Uri uri_;
  const Options options_;
  MultiHandle multi_;
  std::vector<std::unique_ptr<TlsConnection>> connections_;
  // Connections for which it is not yet known whether everything was read.
  std::vector<std::unique_ptr<TlsConnection>> endings_;
  std::size_t next_ = 0;
  std::uint64_t lost_connections_ = 0;
  std::vector<Receipt> ready_;
};

}  // namespace busyhour::internal
