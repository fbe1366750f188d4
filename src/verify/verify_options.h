#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "logs/field.h"
#include "verify/name_map.h"

namespace busyhour {

struct VerifyOptions {
  /// A value must be spelled as it was sent, under its name and in its place.
  bool strict = false;
  /// The only fields that are compared; empty for all.
  std::vector<Field> fields;
  NameMap names;
  /// JSON Pointer of the record in what is received; empty to look for it.
  std::string at;
  std::size_t examples = 10;  ///< most of each kind
  std::size_t max_record = 1 << 20;
  std::uint64_t max_inflated = std::uint64_t{1} << 40;
};

}  // namespace busyhour
