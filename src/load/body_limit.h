#pragma once

#include <cstddef>
#include <string>

namespace busyhour::internal {

/// The maximum body size of a receiver, as it states it, or as the bodies show
/// that it accepts and refuses. In the latter case, bodies are halved until one
/// is accepted. From then on, no larger ones are sent.
class BodyLimit {
 public:
  /// A limit of which this is known, in bytes; `least_refused` is above 0.
  static BodyLimit Of(std::size_t most_taken, std::size_t least_refused,
                      bool is_stated) noexcept;

  /// The part of the limit that compressed bodies are planned for, because
  /// parts of a text compress differently.
  static constexpr double kSafeShare = 0.9;

  /// A body of this size was accepted.
  void Take(std::size_t bytes) noexcept;
  /// A body of this size was refused because of its size.
  void Refuse(std::size_t bytes) noexcept;
  /// The receiver has stated that bodies have at most this size.
  void State(std::size_t bytes) noexcept;

  /// Another sender has learned this of the same receiver.
  void Merge(const BodyLimit& other) noexcept;

  bool is_known() const noexcept { return least_refused_ > 0; }
  /// Whether the receiver has stated the limit, which is `most()`.
  bool is_stated() const noexcept { return is_stated_; }
  std::size_t most_taken() const noexcept { return most_taken_; }
  std::size_t least_refused() const noexcept { return least_refused_; }

  /// The maximum size for further bodies, after one was refused.
  std::size_t most() const noexcept { return most_; }
  /// Whether it is unknown if a body of this size is accepted. Only one such
  /// body is in flight at a time, because all of several would be refused.
  bool IsTrial(std::size_t bytes) const noexcept {
    return is_known() && !is_stated_ && bytes > most_taken_ &&
           most_taken_ < most_ / 2;
  }

 private:
  std::size_t most_taken_ = 0;
  std::size_t least_refused_ = 0;
  std::size_t most_ = 0;
  bool is_stated_ = false;
};

/// What is known of the limit, after "the receiver"; empty if nothing is.
std::string WordsOf(const BodyLimit& limit);

}  // namespace busyhour::internal
