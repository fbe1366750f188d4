#pragma once

#include <vector>

#include "profile/profile.h"
#include "text/json.h"
#include "text/problems.h"

namespace busyhour::internal {

/// Adds a problem if an outcome of `step`, which is at `node`, has no target.
void CheckTargets(const Step& step, const JsonNode& node,
                  ProblemList& problems);

/// Adds a problem for each step that no call reaches, from which no call
/// reaches an end, or that is reached before or after the call is connected
/// although its operation is not possible then. All steps and targets of the
/// flow must be valid. `nodes` are the places of the steps.
void CheckGraph(const Flow& flow, const std::vector<const JsonNode*>& nodes,
                ProblemList& problems);

}  // namespace busyhour::internal
