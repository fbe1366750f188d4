#pragma once

#include <cstdint>
#include <vector>

#include "engine/unsorted_seconds.h"
#include "logs/record.h"

namespace busyhour::internal {

/// Puts the records of seconds into order of delivery. For one thread.
class SecondSorter {
 public:
  /// Appends the records of all seconds to `out`, in order of delivery. Ties
  /// keep the order in which they were added to the calendar.
  void Append(const UnsortedSeconds& seconds, std::vector<Record>& out);

 private:
  using Second = UnsortedSeconds::Second;

  void AppendVeryFew(const Second& second, std::vector<Record>& out);
  void AppendFew(const Second& second, std::vector<Record>& out);
  void AppendMany(const Second& second, std::vector<Record>& out);

  // Buffers, used again for the next second.
  std::vector<const Record*> gathered_;
  std::vector<std::uint32_t> keys_;
  std::vector<std::uint32_t> passed_;
};

}  // namespace busyhour::internal
