#include "cli/search_progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "base/units.h"

namespace busyhour::internal {
namespace {

constexpr std::chrono::milliseconds kShownEach{500};

}  // namespace

SearchProgress::SearchProgress()
    : on_terminal_(isatty(STDERR_FILENO) != 0),
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

}  // namespace busyhour::internal
