#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "logs/delivery_order.h"
#include "logs/record.h"

namespace busyhour::internal {

/// Finds the last record delivered in a stream, which a fault may truncate.
class LastDelivered {
 public:
  /// Takes the delivered records, in any order. `place` is the index of the
  /// record within its call.
  void Take(const Record& record, std::size_t place) noexcept {
    const DeliveryOrder order = DeliveryOrder::Of(record);
    if (order < order_) return;
    order_ = order;
    record_ = record;
    place_ = place;
  }

  /// Nothing if no record was taken.
  const std::optional<Record>& record() const noexcept { return record_; }
  std::size_t place() const noexcept { return place_; }

 private:
  DeliveryOrder order_;
  std::optional<Record> record_;
  std::size_t place_ = 0;
};

}  // namespace busyhour::internal
