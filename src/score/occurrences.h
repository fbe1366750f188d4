#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "busyhour/error.h"

namespace busyhour::internal {

/// An occurrence of an incident that touched a record. The labels of several
/// resources have a line for each: together they are one occurrence.
struct Occurrence {
  std::uint32_t incident = 0;  ///< an index of `Occurrences::incidents`
  SimTime from;                ///< when its cause began
  SimTime to;                  ///< when its cause ended; may be `kLatestTime`
  /// When the effect was nearly over: 99 % of the touched records have earlier
  /// times. In files without this, the time of the last one.
  SimTime last_effect;
  /// Indices of `Occurrences::resources`: those with a touched record. None if
  /// the labels name no resources.
  std::vector<std::uint32_t> resources;
};

/// The truth about the incidents of a run.
struct Occurrences {
  std::vector<std::string> incidents;  ///< names, in the order of the file
  /// Names in lower case, because Azure ignores the case. None if the labels
  /// name no resources.
  std::vector<std::string> resources;
  std::vector<Occurrence> list;    ///< those with an effect
  std::size_t without_effect = 0;  ///< the number of the others

  /// Whether there is none, not even one without an effect.
  bool empty() const noexcept { return list.empty() && without_effect == 0; }
  /// The first and the last time in the file.
  SimTime first = kLatestTime;
  SimTime last = kEarliestTime;
};

/// Reads the file that `generate --incident-labels` wrote; without incidents in
/// the run, it is empty. Its lines about records are skipped. All problems are
/// added to `problems`.
Occurrences ReadOccurrences(const std::string& path,
                            std::vector<Problem>& problems);

}  // namespace busyhour::internal
