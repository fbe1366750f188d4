#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "deliver/amqp_link.h"
#include "deliver/batch_sink.h"

namespace busyhour::internal {

/// Sends messages to Azure Event Hubs or to any other receiver that speaks AMQP
/// 1.0, over one connection.
///
/// A message is acknowledged when the receiver has accepted it. A batch gets
/// its receipt when all its messages have an outcome, or when the connection is
/// lost. If some of its messages must be sent again, the others are not: the
/// batch remembers them (`Batch::states`).
class AmqpSink : public BatchSink {
 public:
  struct Options {
    AmqpLink::Options link;
    /// The receiver's address for error messages.
    std::string uri;
    /// Maximum time from sending a message to its outcome. After it, the
    /// connection is given up.
    std::chrono::milliseconds timeout{60'000};
  };

  explicit AmqpSink(Options options);

  /// Waits until the link is open: the receiver may refuse it.
  Status Open() override;
  bool HasRoom() const noexcept override;
  void Send(Batch& batch) override;
  void Poll(std::chrono::nanoseconds wait,
            std::vector<Receipt>& receipts) override;
  std::string_view obstacle() const noexcept override;
  std::uint64_t lost_connections() const noexcept override {
    return lost_connections_;
  }
  Status Close() override;

 private:
  // A batch in flight.
  struct Pending {
    Batch* batch = nullptr;
    std::size_t next = 0;       // the first message that is not sent yet
    std::size_t in_flight = 0;  // messages without an outcome
    std::size_t unsure = 0;     // open messages that the receiver may have
    std::chrono::nanoseconds sent_at{0};  // the last message
    std::chrono::milliseconds retry_after{0};
    std::string error;
    std::string answer;
  };

  // Sends open messages, as far as there is room.
  void SendOpen();
  // Finds the next open message. False if there is none.
  static bool HasNext(Pending& pending);
  void TakeOutcome(const AmqpOutcome& outcome);
  void TakeFailure();
  void EndTooLarge(Pending& pending, std::size_t limit);
  void End(Pending& pending);
  void CheckTime();

  const Options options_;
  AmqpLink link_;
  std::map<std::uint64_t, Pending> pending_;  // by number, in order of sending
  std::uint64_t next_number_ = 0;
  std::string head_;
  std::vector<AmqpOutcome> outcomes_;
  std::vector<Receipt> ready_;
  std::uint64_t lost_connections_ = 0;
};

}  // namespace busyhour::internal
