#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "job/job.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// On a terminal, shows on standard error how many calls have been searched, if
/// that takes longer.
class SearchProgress {
 public:
  /// With `quiet`, shows nothing.
  explicit SearchProgress(bool quiet);
  ~SearchProgress() { Clear(); }
  SearchProgress(const SearchProgress&) = delete;
  SearchProgress& operator=(const SearchProgress&) = delete;

  void Show(std::uint64_t searched);
  /// Before other lines.
  void Clear();

 private:
  bool on_terminal_;
  std::chrono::steady_clock::time_point next_;
  bool is_shown_ = false;
};

/// Finds the calls that a job picks, see `PickCalls`; or at least one that its
/// expression selects, see `WhyNoneIsSelected`. Shows the progress. Returns why
/// they are not found; empty if they are. With `quiet`, shows nothing.
std::string FindCalls(const Worlds& worlds, int threads, Job& job, bool quiet);

}  // namespace busyhour::internal
