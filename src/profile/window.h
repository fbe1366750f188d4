#pragma once

#include <cstdint>

#include "text/json.h"
#include "text/problems.h"

namespace busyhour {

/// Checks a recurring window of time, which is given by the keys `every`,
/// `offset` and `length` of `node`. Adds errors to `problems`.
void CheckWindow(const JsonNode& node, std::int64_t every_ms,
                 std::int64_t offset_ms, std::int64_t length_ms,
                 ProblemList& problems);

}  // namespace busyhour
