#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/histogram.h"
#include "base/time.h"
#include "verify/fields.h"

namespace busyhour {

/// A JSON Pointer through objects, as the names on its way. Text that is not
/// one, or leads to the whole, is nothing.
std::optional<std::vector<std::string>> ReadPointer(std::string_view text);

std::string PointerText(const std::vector<std::string>& pointer);

/// The object, or the value, to which the names lead.
std::optional<int> ObjectAt(const ReceivedRecord& record,
                            const std::vector<std::string>& pointer);
const ReceivedRecord::Value* ValueAt(const ReceivedRecord& record,
                                     const std::vector<std::string>& pointer);

/// When something got to the far end.
struct ArrivalTime {
  SimTime time;
  std::int64_t ns = 0;  ///< beyond the millisecond, below 1,000,000
};

/// What a far end wrote: a time in any spelling that `TimeOf` reads, or a
/// number, or a number as text: seconds, milliseconds, microseconds or
/// nanoseconds since 1970, whichever brings it before the year 5138.
std::optional<ArrivalTime> ReadArrival(const ReceivedRecord::Value& value);

/// How long records were under way, from their delivery as simulated to their
/// arrival. First copies only.
struct Latency {
  Histogram ns;  ///< a negative one as 0
  /// The least and greatest, exactly; negative where clocks disagree.
  std::int64_t min_ns = 0;
  std::int64_t max_ns = 0;
  std::uint64_t negative = 0;    ///< that arrived before they were delivered
  std::uint64_t unreadable = 0;  ///< of which the arrival could not be read

  void Add(SimTime delivery, const std::optional<ArrivalTime>& arrival);
};

}  // namespace busyhour
