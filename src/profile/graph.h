#pragma once

#include <vector>

#include "profile/profile.h"
#include "text/json.h"
#include "text/problems.h"

namespace busyhour {

/// Adds a problem when an outcome of `step`, which stands at `node`, leads
/// nowhere.
void CheckTargets(const Step& step, const JsonNode& node,
                  ProblemList& problems);

/// Adds a problem for each step that no call reaches, that no call gets on from
/// to an end, or that is reached before or after the call is connected although
/// its operation cannot be then. All steps and targets of the flow must be in
/// order; `nodes` are where the steps stand.
void CheckGraph(const Flow& flow, const std::vector<const JsonNode*>& nodes,
                ProblemList& problems);

}  // namespace busyhour
