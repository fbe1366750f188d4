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

/// Batches over TLS, `tls://HOST:PORT`, by libcurl. The receiver's certificate
/// is verified.
///
/// A batch is acknowledged as by a `SocketSink`. A receiver that ends a
/// connection without saying so in TLS (close_notify) may have left something
/// unread: what is not known to have been read is sent again.
class TlsSink : public BatchSink {
 public:
  struct Options {
    int connections = 1;
    std::chrono::milliseconds connect_timeout{5000};
    TlsOptions tls;
  };

  TlsSink(Uri uri, Options options);
  ~TlsSink() override;

  /// Waits for a while after the first handshake: it is only then that a
  /// receiver refuses who has no certificate (TLS 1.3).
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
  // Goes on with those that are being connected; what is wrong, in words.
  std::string GoOnConnecting();
  void Write(Connection& connection);
  // `number` is that of a connection, here and below.
  void ReadAway(std::size_t number);
  void TakeConfirmed(Connection& connection);
  void Lose(Connection& connection, const std::string& error, bool is_final);
  // The receiver has ended it, in order.
  void TakeEnd(Connection& connection);
  // It broke, and has perhaps said why.
  void LoseRefused(Connection& connection);
  void Disconnect(Connection& connection);
  // From now on nothing more is sent over it; another takes its place.
  void Retire(std::size_t number);
  // Goes on with one that ends. False when it has.
  bool GoOnEnding(Connection& connection);

  const Uri uri_;
  const Options options_;
  void* multi_;
  std::vector<std::unique_ptr<Connection>> connections_;
  // Those of which it is not known yet whether all was read.
  std::vector<std::unique_ptr<Connection>> endings_;
  std::size_t next_ = 0;
  std::uint64_t lost_connections_ = 0;
  std::vector<Receipt> ready_;
};

}  // namespace busyhour
