#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace busyhour::internal {

/// Why an AMQP 1.0 receiver ended a connection or did not accept a message.
struct AmqpFailure {
  /// In a few words that do not vary between occurrences.
  std::string error{};
  /// The receiver's own words; empty if there are none.
  std::string answer{};
  /// Whether every other attempt would have the same result.
  bool is_final = false;
  /// Whether the connection had been made.
  bool was_connected = false;
  /// The delay that the receiver requests before a retry; 0 if none.
  std::chrono::milliseconds retry_after{0};
};

/// The meaning of an error condition.
enum class AmqpMeaning : std::uint8_t {
  kRefused,   ///< sending it again cannot succeed
  kRetry,     ///< sending it again may succeed
  kUnsure,    ///< the same, and the message may have been stored
  kBusy,      ///< the same as `kRetry`, after a delay
  kTooLarge,  ///< smaller messages may be accepted
};

/// The meaning of the condition with which a message is rejected. The names are
/// those of AMQP 1.0 (part 2, section 2.8.15) and of Azure Event Hubs
/// ("AMQP errors in Azure Service Bus").
AmqpMeaning MeaningOfRejection(std::string_view condition) noexcept;

/// Whether the condition with which a link or a connection ends concerns the
/// address or the access rights, so that no retry can succeed.
bool EndsForGood(std::string_view condition) noexcept;

/// The delay before a retry that Azure Event Hubs asks for when it is busy
/// (error 50002: "Please wait 4 seconds and try again").
inline constexpr std::chrono::milliseconds kBusyDelay{4000};

}  // namespace busyhour::internal
