#pragma once

#include <span>

#include "check/figure.h"
#include "score/score.h"

namespace busyhour::internal {

/// The figures of `score` that thresholds can judge; docs/thresholds.md.
std::span<const FigureOf<Score>> ScoreFigures();

}  // namespace busyhour::internal
