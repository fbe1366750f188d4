#pragma once

#include <compare>
#include <cstdint>

#include "base/call_key.h"
#include "logs/record.h"

namespace busyhour::internal {

/// The position of a record in the order of delivery.
struct DeliveryOrder {
  std::int64_t delivery_ms = -1;
  CallKey call;
  std::uint16_t sequence = 0;
  bool is_copy = false;
  friend auto operator<=>(const DeliveryOrder&, const DeliveryOrder&) = default;

  static DeliveryOrder Of(const Record& record) noexcept {
    return {record.delivery().ms, record.call(), record.sequence,
            record.is_copy()};
  }
};

}  // namespace busyhour::internal
