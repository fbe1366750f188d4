#pragma once

#include <chrono>
#include <cstdint>

namespace busyhour::internal {

/// On a terminal, shows on standard error how many calls have been searched, if
/// that takes longer.
class SearchProgress {
 public:
  SearchProgress();
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

}  // namespace busyhour::internal
