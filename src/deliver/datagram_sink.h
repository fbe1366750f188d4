#pragma once

#include <string>
#include <vector>

#include "deliver/batch_sink.h"
#include "deliver/socket_sink.h"
#include "deliver/uri.h"

namespace busyhour {

/// A datagram a message: `udp://HOST:PORT`.
///
/// Nobody answers for a datagram: it counts as acknowledged when the system has
/// taken it, and the network or the receiver may still lose it.
class DatagramSink : public BatchSink {
 public:
  explicit DatagramSink(Uri uri);
  ~DatagramSink() override;

  Status Open() override;
  bool HasRoom() const noexcept override { return batch_ == nullptr; }
  void Send(Batch& batch) override;
  void Poll(std::chrono::nanoseconds wait,
            std::vector<Receipt>& receipts) override;

 private:
  void Write();
  void End(Receipt::Kind kind, std::string error);

  const Uri uri_;
  int fd_ = -1;
  Batch* batch_ = nullptr;
  std::size_t next_ = 0;  // message of it
  std::vector<std::uint32_t> refused_;
  std::string refusal_;
  std::vector<Receipt> ready_;
};

}  // namespace busyhour
