#pragma once

#include <span>

#include "check/figure.h"
#include "verify/verdict.h"

namespace busyhour::internal {

/// The figures of `verify` that thresholds can judge; docs/thresholds.md.
std::span<const FigureOf<Verdict>> VerifyFigures();

}  // namespace busyhour::internal
