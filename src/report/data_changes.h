#pragma once

#include <cstdint>

#include "dataset/manifest_reader.h"
#include "report/job_figures.h"
#include "report/page.h"

namespace busyhour::internal {

/// A data set, or the records of a load run, with what a page shows of it.
struct ShownData {
  const SavedManifest& saved;
  std::uint64_t calls = 0;
  JobFigures figures;
};

/// Whether the figures are of spans of the same simulated time.
bool AreOfSameTime(const JobFigures& a, const JobFigures& b);

/// In what two data sets differ; of those of the same time, by more than noise.
Table ChangesOf(const ShownData& data, const ShownData& old);

}  // namespace busyhour::internal
