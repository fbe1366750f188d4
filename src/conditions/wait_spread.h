#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace busyhour::internal {

/// A queue at a moment: means, with time in any unit.
struct QueueState {
  double agents = 1;            ///< on duty
  double busy = 0;              ///< agents
  double waiting = 0;           ///< callers
  double wait = 0;              ///< of a patient caller who comes now
  double service_rate = 1;      ///< of one busy agent
  double abandonment_rate = 0;  ///< of one waiting caller
};

/// How the waits of callers who come at that moment vary around the mean: the
/// number of calls varies as in the stationary Erlang-A model (M/M/s+M) with
/// the same mean load, and a caller who finds all agents busy waits until those
/// before him are served or give up. In a queue of more than about 100,000
/// callers, all of them wait equally long.
///
/// Waits are those of callers who never give up. Uses only the four operations
/// on numbers, so the results are the same on all machines.
class WaitSpread {
 public:
  WaitSpread() = default;
  /// `unit_ms`: milliseconds in the unit of the state's times.
  WaitSpread(const QueueState& state, double unit_ms);

  /// The wait of a caller, for 64 random bits; monotonic in them. Milliseconds.
  std::uint32_t operator()(std::uint64_t draw) const noexcept;

  /// Probability that an agent is free.
  double free_share() const noexcept {
    return static_cast<double>(free_) / 4294967296.0;
  }

 private:
  static constexpr std::size_t kSteps = 32;
  /// A wait is at most a day.
  static constexpr double kLongestMs = 86'400'000;

  // Draws of 32 bits below it find a free agent.
  std::uint64_t free_ = std::uint64_t{1} << 32;
  // Quantiles of the others' waits at equal distances; the last one is that of
  // all but one in 200.
  std::array<std::uint32_t, kSteps + 1> quantiles_{};
};

}  // namespace busyhour::internal
