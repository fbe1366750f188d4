#include "deliver/amqp_failure.h"

#include <algorithm>
#include <array>

namespace busyhour::internal {

AmqpMeaning MeaningOfRejection(std::string_view condition) noexcept {
  if (condition == "amqp:link:message-size-exceeded") {
    return AmqpMeaning::kTooLarge;
  }
  if (condition == "com.microsoft:server-busy") return AmqpMeaning::kBusy;
  if (condition == "com.microsoft:timeout" ||
      condition == "amqp:internal-error") {
    return AmqpMeaning::kUnsure;
  }
  if (condition == "com.microsoft:operation-cancelled" ||
      condition == "amqp:resource-limit-exceeded") {
    return AmqpMeaning::kRetry;
  }
  return AmqpMeaning::kRefused;
}

bool EndsForGood(std::string_view condition) noexcept {
  constexpr std::array<std::string_view, 9> kFinal = {
      "amqp:not-found",
      "amqp:unauthorized-access",
      "amqp:not-allowed",
      "amqp:not-implemented",
      "amqp:invalid-field",
      "amqp:precondition-failed",
      "com.microsoft:auth-failed",
      "com.microsoft:argument-error",
      "com.microsoft:entity-disabled"};
  return std::find(kFinal.begin(), kFinal.end(), condition) != kFinal.end();
}

}  // namespace busyhour::internal
