#pragma once

#include "profile/keys.h"
#include "profile/when.h"
#include "text/json.h"
#include "text/problems.h"

namespace busyhour::internal {

/// The keys of the times at which an incident or a fault happens.
/// `may_be_always`: without any of them it always happens, and `length` has no
/// default.
void VisitWhen(When& when, KeyVisitor& keys, bool may_be_always = false);

/// Checks keys that depend on each other, after `when` has been read from
/// `node`. Adds errors to `problems`.
void CheckWhen(const When& when, const JsonNode& node, ProblemList& problems,
               bool may_be_always = false);

}  // namespace busyhour::internal
