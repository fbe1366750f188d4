#pragma once

#include <vector>

#include "filter/call_kinds.h"
#include "filter/formula.h"

namespace busyhour::internal {

/// A claim of an expression, or its opposite.
struct Literal {
  const Claim* claim = nullptr;
  bool is_negated = false;
};

/// Whether a call of the kind can have all of these at once. Not exact: false
/// is certain, true is not.
bool CanHaveAll(const CallKind& kind, const std::vector<Literal>& literals);

}  // namespace busyhour::internal
