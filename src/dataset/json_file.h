#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "busyhour/error.h"

namespace busyhour::internal {

/// Reads a file of at most 64 MiB that a busyhour has written as JSON. Nothing,
/// with an error in `problems`, if it is not JSON, is nested too deep, or if an
/// object has a name twice. `kind` is what it should be: `a manifest`.
std::optional<nlohmann::json> ReadJsonFile(const std::string& path,
                                           std::string_view kind,
                                           std::vector<Problem>& problems);

}  // namespace busyhour::internal
