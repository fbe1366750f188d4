#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "busyhour/error.h"
#include "logs/log.h"

namespace busyhour {

/// What a pipeline has done to names on purpose.
struct NameMap {
  /// From the name that is received to the column that it was.
  std::unordered_map<std::string, std::string> renamed;
  /// Fields that it leaves out.
  PerLog<FieldSet> dropped;
};

/// Reads `{"took_ms": "durationMs", "uri": null}`: a received name and what it
/// was, or a name of ours that was dropped. Adds all that is wrong with the
/// file to `problems`.
NameMap ReadNameMap(const std::string& path, std::vector<Problem>& problems);

}  // namespace busyhour
