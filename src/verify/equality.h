#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "logs/field_values.h"
#include "read/received_record.h"
#include "read/received_time.h"
#include "verify/treatments.h"

namespace busyhour::internal {

struct EqualityOptions {
  Treatments treatments;
  /// Of dates such as 02/03/2026; found by comparison if not set.
  std::optional<DateOrder> date_order;
  /// Of times that name no zone.
  TimeZone zone;
};

/// Determines whether received values have the same meaning as sent ones, in
/// any spelling. For one thread.
///
/// The order of day and month in an input is that of the first date that equals
/// its sent time in only one order. From then on, only this order counts.
class Equality {
 public:
  /// `options` must outlive this object.
  explicit Equality(const EqualityOptions& options);

  /// Forgets the order of the last input.
  void BeginInput();

  /// Whether a received value has the meaning of the sent one.
  bool Same(const FieldValue& sent, const ReceivedRecord::Value& received);
  /// Whether a value may be missing in a received record.
  bool MayBeMissing(const FieldValue& sent) const;
  /// Reads a time in the order that was found.
  std::optional<ReceivedTime> Time(const ReceivedRecord::Value& received) const;

  /// Why dates are read day first: `"02/03/2026 08:00" was sent as
  /// 2026-03-02T08:00:00Z`; empty if they are not, or the user says so.
  const std::string& day_first_reason() const noexcept { return reason_; }

 private:
  bool SaysTime(SimTime sent, const ReceivedRecord::Value& received);
  bool SaysText(std::string_view sent, std::string_view text) const;
  bool SaysBoolean(bool sent, std::string_view text) const;

  const EqualityOptions& options_;
  TimeReading times_;
  bool has_order_ = false;
  std::string reason_;
};

}  // namespace busyhour::internal
