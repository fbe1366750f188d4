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

namespace busyhour {

/// A datagram a message: `udp://HOST:PORT`.
///
/// Nobody confirms a datagram: it counts as acknowledged when the system has
/// taken it, and the network or the receiver may still lose it. But a machine
/// may answer "port unreachable". Machines limit the number of such answers, so
/// one fails all datagrams that were sent within `kAnswerTime` before it. A
/// datagram is never sent again.
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
  // A batch of which an answer may still come.
  struct Held {
    Batch* batch;
    std::vector<std::uint32_t> refused;
    std::chrono::nanoseconds until;  // by the system's steady clock
  };

  void Write();
  // The system has taken all of the batch at hand, but for what is refused.
  void End();
  // Reads the answers that have come.
  void TakeAnswers();
  // All that is held has failed when there was an answer; else what was held
  // long enough has not, nor what is too much to be held.
  void Settle();

  const Uri uri_;
  int fd_ = -1;
  Batch* batch_ = nullptr;
  std::size_t next_ = 0;  // message of it
  std::vector<std::uint32_t> refused_;
  std::string refusal_;
  std::string answer_;  // empty when there was none
  std::deque<Held> held_;
  std::size_t held_bytes_ = 0;
  std::vector<Receipt> ready_;
};

}  // namespace busyhour
