#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include "base/time.h"
#include "load/pace.h"

namespace busyhour::internal {

/// The times of sending by the system's clock, for records that carry them.
///
/// Records are made before they are sent, so this is the planned time: the
/// start of the run and the time at which a record is due. The first record
/// that is made sets the start, shortly after it.
class SendTimes {
 public:
  /// `now` is the system's clock. Without a pace, a record is sent when it is
  /// made. `begin` is the start of the run, if it is known before.
  SendTimes(std::function<SimTime()> now, bool paced,
            std::optional<SimTime> begin);

  /// For the thread that makes the records: when one is sent that is due then.
  SimTime Of(Nanos due);

  /// The start of the run, if it is set; for any thread.
  std::optional<SimTime> begin() const noexcept;

 private:
  static constexpr std::int64_t kUnset =
      std::numeric_limits<std::int64_t>::min();

  const std::function<SimTime()> now_;
  const bool paced_;
  std::atomic<std::int64_t> begin_ms_;
};

}  // namespace busyhour::internal
