#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "logs/delivery_order.h"
#include "logs/record.h"

namespace busyhour {

/// Finds the record that a stream delivers last, the one that a fault may cut.
class LastDelivered {
 public:
  /// Takes a record as it is delivered, in any order. `place` is its place
  /// among its call's records.
  void Take(const Record& record, std::size_t place) noexcept {
    const DeliveryOrder order = DeliveryOrder::Of(record);
    if (order < order_) return;
    order_ = order;
    record_ = record;
    place_ = place;
  }

  /// Nothing when no record was taken.
  const std::optional<Record>& record() const noexcept { return record_; }
  std::size_t place() const noexcept { return place_; }

 private:
  DeliveryOrder order_;
  std::optional<Record> record_;
  std::size_t place_ = 0;
};

}  // namespace busyhour
