#pragma once

#include <cstdint>

#include "dataset/dataset.h"
#include "engine/pipe.h"

// The text output of `generate` on standard error.

namespace busyhour::internal {

/// Writes the progress of the run to one line of the terminal.
void ShowProgress(const Progress& progress, double seconds);
/// Clears that line.
void ClearProgress();

/// The totals of a run. Neither `whole` nor `failed`: it was interrupted.
struct GenerateSummary {
  Tally tally;
  /// The part of the totals that an earlier run made.
  std::uint64_t records_before = 0;
  std::uint64_t bytes_before = 0;
  double seconds = 0.0;
  bool whole = false;
  bool failed = false;  ///< it was not merely interrupted
};
void ShowSummary(const Profile& profile, const Job& job, const Dataset& dataset,
                 const GenerateSummary& summary);

}  // namespace busyhour::internal
