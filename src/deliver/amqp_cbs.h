#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "deliver/amqp_failure.h"
#include "deliver/sas_token.h"

struct pn_delivery_t;
struct pn_link_t;
struct pn_session_t;

namespace busyhour::internal {

/// Presents a shared access signature to Azure Event Hubs or Service Bus, over
/// two links to the address `$cbs` ("claims-based security"), and again before
/// it expires.
class AmqpCbs {
 public:
  struct Options {
    std::string resource;       ///< `sb://HOST/HUB`
    std::optional<SasKey> key;  ///< signs tokens
    std::string token;          ///< without a key: the only token
    std::chrono::milliseconds lifetime{3'600'000};
  };

  explicit AmqpCbs(Options options) : options_(std::move(options)) {}

  /// Opens the links. They belong to the session.
  void Open(pn_session_t* session);
  bool Owns(const pn_link_t* link) const noexcept {
    return link == sender_ || link == receiver_;
  }
  /// The receiver has opened one of the links, or granted credit.
  void TakeProgress();
  /// Handles a message or an outcome on one of the links. Returns why access is
  /// not granted; nothing if it is granted or not yet known.
  std::optional<AmqpFailure> Take(pn_delivery_t* delivery);
  /// Renews the token when it is time.
  void Renew();

  /// The token that was presented last, which is a secret, and how many have
  /// been presented.
  const std::string& token() const noexcept { return token_; }
  std::uint64_t requests() const noexcept { return requests_; }
  bool is_granted() const noexcept { return is_granted_; }
  /// When a token was presented and not answered yet, on the system's steady
  /// clock; 0 if there is none.
  std::chrono::nanoseconds asked_at() const noexcept { return asked_at_; }

 private:
  void PutToken();

  const Options options_;
  pn_link_t* sender_ = nullptr;
  pn_link_t* receiver_ = nullptr;
  bool is_granted_ = false;
  bool must_put_ = false;
  std::chrono::nanoseconds asked_at_{0};
  std::chrono::nanoseconds renew_at_{0};
  std::uint64_t requests_ = 0;
  std::string token_;
};

}  // namespace busyhour::internal
