#pragma once

#include <cstddef>
#include <optional>

#include "logs/log.h"
#include "read/read_options.h"

namespace busyhour {

struct VerifyOptions {
  ReadOptions reading;
  /// A value must be spelled as it was sent, under its name and in its place.
  bool strict = false;
  /// The only fields that are compared; nothing for all.
  std::optional<PerLog<FieldSet>> fields;
  std::size_t examples = 10;  ///< most of each kind
};

}  // namespace busyhour
