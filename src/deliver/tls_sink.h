#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "deliver/batch_sink.h"
#include "deliver/uri.h"

namespace busyhour {

/// Batches over TLS, `tls://HOST:PORT`, by libcurl. The receiver's certificate
/// is verified.
///
/// A batch is acknowledged once the receiver's system has confirmed its bytes
/// (SIOCOUTQ), as for a `SocketSink`. What is not confirmed when a connection
/// breaks is sent again, whole, and may then have arrived twice.
class TlsSink : public BatchSink {
 public:
  struct Options {
    int connections = 1;
    std::chrono::milliseconds connect_timeout{5000};
    /// A file of certificates that are trusted instead of the system's.
    std::string ca;
  };

  TlsSink(Uri uri, Options options);
  ~TlsSink() override;

  Status Open() override;
  bool HasRoom() const noexcept override;
  void Send(Batch& batch) override;
  void Poll(std::chrono::nanoseconds wait,
            std::vector<Receipt>& receipts) override;
  Status Close() override;

 private:
  struct Connection;

  void Connect(Connection& connection);
  // Goes on with those that are being connected; what is wrong, in words.
  std::string GoOnConnecting();
  void Write(Connection& connection);
  void ReadAway(Connection& connection);
  void TakeConfirmed(Connection& connection);
  void Lose(Connection& connection, const std::string& error, bool is_final);

  const Uri uri_;
  const Options options_;
  void* multi_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::size_t next_ = 0;
  std::vector<Receipt> ready_;
};

}  // namespace busyhour
