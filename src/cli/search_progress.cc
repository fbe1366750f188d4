#include "cli/search_progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "base/units.h"
#include "engine/pick_calls.h"

namespace busyhour::internal {
namespace {

constexpr std::chrono::milliseconds kShownEach{500};

}  // namespace

SearchProgress::SearchProgress(bool quiet)
    : on_terminal_(!quiet && isatty(STDERR_FILENO) != 0),
      next_(std::chrono::steady_clock::now() + kShownEach) {}

void SearchProgress::Show(std::uint64_t searched) {
  const auto now = std::chrono::steady_clock::now();
  if (!on_terminal_ || now < next_) return;
  next_ = now + kShownEach;
  is_shown_ = true;
  fmt::print(stderr, "\r\033[K{} calls searched", FormatCount(searched));
}

void SearchProgress::Clear() {
  if (is_shown_) std::fputs("\r\033[K", stderr);
  is_shown_ = false;
}

std::string FindCalls(const Worlds& worlds, int threads, Job& job, bool quiet) {
  SearchProgress progress(quiet);
  const WatchSearch watch = [&progress](std::uint64_t searched) {
    progress.Show(searched);
  };
  return job.picks.empty() ? WhyNoneIsSelected(worlds, threads, job, watch)
                           : PickCalls(worlds, threads, job, watch);
}

}  // namespace busyhour::internal
