#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "deliver/curl.h"
#include "deliver/stream_ledger.h"

namespace busyhour::internal {

/// How the data that a TLS receiver sends ends.
enum class TlsReading : std::uint8_t {
  kNothing,  ///< not yet
  kEnd,      ///< with close_notify
  kCut,      ///< without close_notify
  kBroken,   ///< by a reset or an alert
};

/// A connection of a `TlsSink`, and the batches sent on it.
struct TlsConnection {
  explicit TlsConnection(std::size_t most_held) : ledger(most_held) {}

  std::optional<NamedAddress> address;
  EasyHandle easy;  ///< null if there is none
  int fd = -1;      ///< valid once connected
  StreamLedger ledger;
  std::size_t unwritten = 0;  ///< bytes of the last batch
  std::uint64_t written = 0;  ///< before encryption
  std::array<char, CURL_ERROR_SIZE> details{};

  EndedBy ended_by = EndedBy::kNobody;
  /// Whether the receiver has sent close_notify after ours.
  bool has_answered = false;
  /// Whether the receiver's system has ended its data (FIN), after a
  /// close_notify.
  bool has_fin = false;
  /// Whether the connection broke after that.
  bool is_broken = false;
  /// End of waiting, on the system's steady clock.
  std::chrono::nanoseconds until{0};

  bool is_connecting() const noexcept { return easy != nullptr && fd < 0; }
  bool has_room() const noexcept { return !is_connecting() && unwritten == 0; }

  /// Reads and discards data that a receiver sends.
  TlsReading DropInput();

  /// Of a connection that ends: the events of poll(2) that matter, and whether
  /// something happens at `until`.
  short EventsOfEnding() const noexcept;
  bool HasTimeLimit() const noexcept {
    return ended_by == EndedBy::kNobody || has_answered || has_fin;
  }
  /// Sets `has_fin` with the time until which a reset may follow, or
  /// `is_broken`.
  void LookForFin() noexcept;
};

}  // namespace busyhour::internal
