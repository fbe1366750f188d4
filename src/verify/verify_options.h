#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "busyhour/error.h"
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

/// Options of `verify` as they are given; nothing for the default.
struct VerifyWords {
  std::optional<std::string> as;
  std::optional<std::string> treat;
  std::optional<std::string> zone;
  std::optional<std::string> date_order;
  std::optional<std::string> fields;
  std::optional<std::string> map;
  std::optional<std::string> at;
  std::optional<std::string> arrival;
  bool strict = false;
};

/// The options that the words say. Those that are wrong or cannot be combined
/// are added to `problems`, each under its option's name (`--treat`).
VerifyOptions ReadVerifyWords(const VerifyWords& words,
                              std::vector<Problem>& problems);

/// Reads a comma-separated list of fields, by their names in any log and shape.
PerLog<FieldSet> ReadFields(std::string_view list, const RefuseValue& refuse);

}  // namespace busyhour::internal
