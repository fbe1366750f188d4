#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "deliver/amqp_cbs.h"
#include "deliver/amqp_failure.h"
#include "deliver/amqp_outcome.h"
#include "deliver/curl_stream.h"
#include "deliver/secrets.h"

struct pn_delivery_t;
struct pn_event_t;
struct pn_link_t;
struct pn_session_t;

namespace busyhour::internal {

/// A connection to an AMQP 1.0 receiver with one link that sends, made with
/// Qpid Proton. For one thread.
///
/// The receiver's credit is respected. The library's buffers are bounded: the
/// receiver's frames have at most 64 KiB, and it may open nothing by itself.
class AmqpLink {
 public:
  struct Options {
    CurlStream::Options stream;
    std::string address;  ///< `HUB` or `HUB/Partitions/0`
    std::string user;     ///< SASL PLAIN; empty for ANONYMOUS
    std::string password;
    std::optional<AmqpCbs::Options> cbs;
    /// The connection is lost if nothing has arrived for this time, and the
    /// receiver is told so.
    std::chrono::milliseconds idle_timeout{60'000};
    /// Maximum time from the start of a connection to its open link.
    std::chrono::milliseconds open_timeout{10'000};
    Secrets secrets;
  };

  explicit AmqpLink(Options options);
  ~AmqpLink();

  /// Starts to connect.
  void Connect();
  bool is_closed() const noexcept { return state_ == State::kClosed; }
  /// Whether the link is open.
  bool is_ready() const noexcept { return state_ == State::kReady; }
  /// Whether another message may be sent now.
  bool HasRoom() const noexcept;
  /// Whether the receiver grants no credit.
  bool lacks_credit() const noexcept;
  /// The receiver's limit on the size of a message; 0 if it has none.
  std::uint64_t max_message_bytes() const noexcept;

  /// Sends a message, whose encoded form is `head` and `body`. The link must
  /// have room.
  void Send(AmqpTag tag, std::string_view head, std::string_view body);
  /// Continues the work, and appends the outcomes that have arrived. Returns
  /// when something has happened, and after `wait` at the latest.
  void Poll(std::chrono::nanoseconds wait, std::vector<AmqpOutcome>& outcomes);
  /// Why the connection was closed, once.
  std::optional<AmqpFailure> TakeFailure();
  /// Closes the connection because of an error of ours.
  void Fail(AmqpFailure failure);
  /// Closes the connection in order. Waits for the receiver for a short time.
  void Close();

 private:
  struct Driver;
  enum class State : std::uint8_t {
    kClosed,
    kConnecting,  ///< TCP and TLS
    kOpening,     ///< AMQP
    kReady,
  };

  void Start();
  void OpenLink();
  void HandleEvents(std::vector<AmqpOutcome>& outcomes);
  void Handle(pn_event_t* event, std::vector<AmqpOutcome>& outcomes);
  void HandleOpened(pn_link_t* link);
  void TakeOutcome(pn_delivery_t* delivery, std::vector<AmqpOutcome>& outcomes);
  // Sends what the library has written. True if the socket is full.
  bool Write();
  // Reads what has arrived. True if anything has.
  bool Read();
  // The time of the next timer of the library from now.
  std::chrono::nanoseconds Tick();
  void CheckTimes();
  void Drop();
  // The failure with a condition of the receiver.
  AmqpFailure FailureOf(void* condition, std::string fallback);
  // The receiver's words in printable form, without secrets.
  std::string Shown(std::string_view words);

  const Options options_;
  CurlStream stream_;
  std::unique_ptr<Driver> driver_;
  std::optional<AmqpCbs> cbs_;
  State state_ = State::kClosed;
  bool was_connected_ = false;
  bool is_full_ = false;  // the socket
  std::chrono::nanoseconds open_by_{0};
  std::optional<AmqpFailure> failure_;
  Secrets secrets_;
  std::uint64_t known_tokens_ = 0;  // of this connection, among the secrets
};

}  // namespace busyhour::internal
