#include "profile/when.h"

#include "base/units.h"

namespace busyhour::internal {

std::string WhenText(const When& when) {
  if (when.is_random()) {
    return "at random, every " + FormatDurationExact(when.random_every_ms) +
           " in the mean";
  }
  const std::string length = FormatDurationExact(when.length_ms);
  if (!when.is_once()) {
    if (when.length_ms == 0) return "";
    return length + " every " + FormatDurationExact(when.every_ms);
  }
  const std::string start =
      when.at.ms >= 0 ? FormatTime(when.at)
                      : FormatDurationExact(when.after_ms) + " after the start";
  return when.endless ? "from " + start + " on" : length + " from " + start;
}

}  // namespace busyhour::internal
