#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "busyhour/error.h"
#include "logs/log.h"

namespace busyhour {

/// The names that a pipeline has changed or removed on purpose.
struct NameMap {
  /// From a received name to the original column.
  std::unordered_map<std::string, std::string> renamed;
  /// Fields that it removes.
  PerLog<FieldSet> dropped;
};

/// Reads `{"took_ms": "durationMs", "uri": null}`: a received name and the
/// original one, or an original name that was removed. Adds errors to
/// `problems`.
NameMap ReadNameMap(const std::string& path, std::vector<Problem>& problems);

}  // namespace busyhour
