#pragma once

#include <cstdint>

#include "text/json.h"
#include "text/problems.h"

namespace busyhour {

/// Adds what is wrong with a window of time that comes again and again, as the
/// keys `every`, `offset` and `length` of `node` give it.
void CheckWindow(const JsonNode& node, std::int64_t every_ms,
                 std::int64_t offset_ms, std::int64_t length_ms,
                 ProblemList& problems);

}  // namespace busyhour
