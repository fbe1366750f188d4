#pragma once

#include <cstdint>

#include "dataset/dataset.h"
#include "engine/pipe.h"

// What `generate` says to a person, on standard error.

namespace busyhour {

/// Writes how far the run has got over the same line of the terminal.
void ShowProgress(const Progress& progress, double seconds);
/// Clears that line.
void ClearProgress();

/// What a run came to.
struct GenerateSummary {
  Tally tally;
  /// Of these, what an earlier run had made.
  std::uint64_t records_before = 0;
  std::uint64_t bytes_before = 0;
  double seconds = 0.0;
  bool whole = false;
};
void ShowSummary(const Profile& profile, const Job& job,
                 const OutputFiles& files, const GenerateSummary& summary);

}  // namespace busyhour
