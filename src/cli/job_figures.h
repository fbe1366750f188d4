#pragma once

#include <span>

#include "check/figure.h"
#include "cli/job_preview.h"

namespace busyhour::internal {

/// The figures of `describe` that thresholds can judge; docs/thresholds.md.
std::span<const FigureOf<JobPreview>> JobFigures();

}  // namespace busyhour::internal
