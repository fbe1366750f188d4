#pragma once

#include <cstddef>

namespace busyhour {

/// How large a body may be for a receiver that does not say, found from what it
/// takes and refuses. Bodies are halved until one is taken; then it is known
/// well enough, and no more are refused.
class BodyLimit {
 public:
  /// A body of so many bytes was taken.
  void Take(std::size_t bytes) noexcept;
  /// One was refused for its size.
  void Refuse(std::size_t bytes) noexcept;

  bool is_known() const noexcept { return least_refused_ > 0; }
  std::size_t most_taken() const noexcept { return most_taken_; }
  std::size_t least_refused() const noexcept { return least_refused_; }

  /// What bodies are kept within once one was refused.
  std::size_t most() const noexcept { return most_; }
  /// Whether it is open what becomes of a body of so many bytes. One of those
  /// goes at a time: of several, all would be refused.
  bool IsTrial(std::size_t bytes) const noexcept {
    return is_known() && bytes > most_taken_ && most_taken_ < most_ / 2;
  }

 private:
  std::size_t most_taken_ = 0;
  std::size_t least_refused_ = 0;
  std::size_t most_ = 0;
};

}  // namespace busyhour
