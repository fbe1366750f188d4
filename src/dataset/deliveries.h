#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "logs/record.h"

namespace busyhour {

/// Records next to each other in the order in which those of one log are
/// delivered.
struct RecordRange {
  std::uint64_t first = 0;  ///< from 0
  std::uint64_t count = 0;
};

/// What became of a job's records on their way to a receiver, by `LogType`.
/// Those that are planned and in no list were acknowledged.
struct Deliveries {
  using Lists = PerLog<std::vector<RecordRange>>;

  std::string target;
  /// The clock has ended the run, or will: the job has no extent of its own,
  /// and what stands for it reaches as far as anything may have been sent.
  bool by_clock = false;
  /// How many were to be sent; those after them were not.
  PerLog<std::uint64_t> planned{};
  Lists failed;    ///< may have arrived all the same
  Lists dropped;   ///< never sent
  Lists not_sent;  ///< never sent either, for the run had ended
};

}  // namespace busyhour
