#include "engine/extent_meter.h"

#include "base/units.h"

namespace busyhour::internal {

std::string ExtentMeter::WhyNotReached(const CallSource& source) const {
  if (decides() && is_hopeless() && has_filter_) {
    return (reached_ == 0 ? "no call is selected"
                          : "the extent is not reached: no call is selected") +
           std::string(" among ") + FormatCount(calls_ - last_useful_) +
           (reached_ == 0 ? "" : " after the last one that is");
  }
  if (decides() && is_hopeless()) {
    return "the job's logs are empty: its first " +
           FormatCount(kCallsWithoutRecords) +
           " calls leave no records in them";
  }
  const bool is_reached = decides() ? reached_ >= extent_.amount
                          : extent_.kind == Extent::Kind::kCalls
                              ? source.calls_left() == 0
                              : true;
  if (is_reached) return "";
  if (!has_picked_) return UnreachedText(extent_);
  return "only " + FormatCount(reached_) + " of " +
         FormatCount(extent_.amount) +
         " picked calls are there: they were picked by another version";
}

}  // namespace busyhour::internal
