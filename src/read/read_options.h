#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "read/name_map.h"

namespace busyhour {

/// How an input is read.
struct ReadOptions {
  /// Names that a pipeline has changed.
  NameMap names;
  /// Where in what is received the record stands, as the names of a JSON
  /// Pointer; empty to look for it.
  std::vector<std::string> at;
  /// Where in what is received, or in the record, the far end wrote when it got
  /// there; empty when it did not.
  std::vector<std::string> arrival;
  /// A longer record is a broken one, in bytes.
  std::size_t max_record = 1 << 20;
  /// The most bytes that come out of a compressed input.
  std::uint64_t max_inflated = std::uint64_t{1} << 40;
};

}  // namespace busyhour
