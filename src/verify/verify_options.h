#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "job/job_options.h"
#include "logs/log.h"
#include "read/read_options.h"
#include "verify/equality.h"

namespace busyhour::internal {

struct VerifyOptions {
  ReadOptions reading;
  EqualityOptions equality;
  /// A value must have the spelling, name and place of the sent value.
  bool strict = false;
  /// The only fields that are compared; all if not set.
  std::optional<PerLog<FieldSet>> fields;
  /// The records of the other logs are read, but not counted.
  LogSet judged = LogSet::All();
  std::size_t examples = 10;  ///< maximum for each kind
};

/// Reads a comma-separated list of fields, by their names in any log and shape.
PerLog<FieldSet> ReadFields(std::string_view list, const RefuseValue& refuse);

}  // namespace busyhour::internal
