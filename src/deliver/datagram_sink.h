#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "deliver/batch_sink.h"
#include "deliver/socket_address.h"
#include "deliver/uri.h"

namespace busyhour::internal {

/// Sends each message as a datagram: `udp://HOST:PORT`.
///
/// Datagrams are not confirmed. A datagram counts as acknowledged when the
/// system has accepted it; the network or the receiver may still lose it. A
/// machine may answer "port unreachable", but limits the number of these
/// answers, so one answer fails all datagrams that were sent within
/// `kAnswerTime` before it. A datagram is never sent again.
class DatagramSink : public BatchSink {
 public:
  explicit DatagramSink(Uri uri);
  ~DatagramSink() override;

  Status Open() override;
  bool HasRoom() const noexcept override { return batch_ == nullptr; }
  void Send(Batch& batch) override;
  void Poll(std::chrono::nanoseconds wait,
            std::vector<Receipt>& receipts) override;

  static constexpr std::chrono::milliseconds kAnswerTime{500};

 private:
  // A batch for which an answer may still arrive.
  struct Held {
    Batch* batch;
    std::vector<std::uint32_t> refused;
    std::chrono::nanoseconds until;  // on the system's steady clock
  };

  void Write();
  // The system has accepted the current batch, except for `refused_`.
  void End();
  // After an answer, all held batches have failed. Otherwise, batches that were
  // held long enough have succeeded, and so have those that exceed the memory
  // limit.
  void Settle();

  const Uri uri_;
  int fd_ = -1;
  Batch* batch_ = nullptr;
  std::size_t next_ = 0;  // index of the next message in it
  std::vector<std::uint32_t> refused_;
  std::string refusal_;
  std::string answer_;  // empty if there was none
  std::deque<Held> held_;
  std::size_t held_bytes_ = 0;
  std::vector<Receipt> ready_;
};

}  // namespace busyhour::internal
