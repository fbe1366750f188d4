#pragma once

#include <string>
#include <vector>

#include "load/report.h"

namespace busyhour::internal {

/// The place of this run. `with` are the settings of its receiver: the values
/// of the variables that they name are secrets.
RunPlace PlaceOfRun(int argc, const char* const* argv,
                    const std::vector<std::string>& with);

}  // namespace busyhour::internal
