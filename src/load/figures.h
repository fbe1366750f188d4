#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "check/threshold.h"
#include "load/load_run.h"

namespace busyhour::internal {

/// The figures of a load run that thresholds can judge; docs/load.md.
std::vector<FigureName> LoadFigures();

/// The seconds of a run from which the thresholds need its times.
std::vector<std::size_t> WindowsFor(std::span<const Threshold> thresholds);

/// Judges a run. Its plan must have the windows for the thresholds.
std::vector<Check> JudgeLoad(std::span<const Threshold> thresholds,
                             const LoadResult& result, const LoadPlan& plan);

}  // namespace busyhour::internal
