#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "read/name_map.h"
#include "read/received_time.h"

namespace busyhour::internal {

/// Options for reading an input.
struct ReadOptions {
  /// Names that a pipeline has changed.
  NameMap names;
  /// Place of the record in a received object, as the names of a JSON Pointer;
  /// empty for automatic detection.
  std::vector<std::string> at;
  /// Place of the arrival time in a received object or in the record; empty if
  /// there is none.
  std::vector<std::string> arrival;
  /// How times are read.
  TimeReading times;
  /// Maximum size of a record in bytes; a longer one is undecodable.
  std::size_t max_record = 1 << 20;
  /// Maximum decompressed size of an input.
  std::uint64_t max_inflated = std::uint64_t{1} << 40;
};

}  // namespace busyhour::internal
