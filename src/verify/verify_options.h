#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "logs/log.h"
#include "verify/name_map.h"

namespace busyhour {

struct VerifyOptions {
  /// A value must be spelled as it was sent, under its name and in its place.
  bool strict = false;
  /// The only fields that are compared; nothing for all.
  std::optional<PerLog<FieldSet>> fields;
  NameMap names;
  /// Where in what is received the record stands; empty to look for it.
  std::vector<std::string> at;
  /// Where in what is received, or in the record, the far end wrote when it got
  /// there; empty when it did not.
  std::vector<std::string> arrival;
  std::size_t examples = 10;  ///< most of each kind
  std::size_t max_record = 1 << 20;
  std::uint64_t max_inflated = std::uint64_t{1} << 40;
};

}  // namespace busyhour
