#pragma once

#include "profile/keys.h"
#include "profile/traffic.h"
#include "text/json.h"
#include "text/problems.h"

namespace busyhour::internal {

/// The keys of `traffic` for dates and events: holidays, growth, months and
/// bursts.
void VisitCalendar(Traffic& traffic, KeyVisitor& keys);

/// Checks these keys of `traffic`, which is at `node`, once they have been
/// read.
void CheckCalendar(const Traffic& traffic, const JsonNode& node,
                   ProblemList& problems);

}  // namespace busyhour::internal
