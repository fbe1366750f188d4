#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace busyhour::internal {

/// A queue with many servers as a fluid: callers who arrive at a varying rate,
/// agents who serve them in order, and callers who give up. It has the means of
/// such a queue and not its randomness. The approximation of an
/// M(t)/G/s(t)+G queue by Whitt (2006) and Liu and Whitt (2012), in cells of
/// time.
///
/// Constant after construction. Uses only the four operations on numbers, so
/// the results are the same on all machines.
class FluidQueue {
 public:
  /// How long callers occupy an agent, and how long they are willing to wait.
  struct Callers {
    /// Share of the calls that occupy an agent for [n, n + 1) cells.
    std::vector<double> holding;
    /// Share of the callers who are still willing to wait after n cells; those
    /// after the last are the same.
    std::vector<double> willing;
  };

  /// What happens in a cell of time.
  struct Cell {
    double arrivals = 0;  ///< callers who come to the queue
    double agents = 0;    ///< on duty
  };

  /// The means in a cell of time.
  struct Level {
    /// For a caller who comes in the middle of the cell and never gives up, in
    /// cells.
    double wait = 0;
    double waiting = 0;  ///< callers in the queue, at the end of the cell
    double busy = 0;     ///< agents, at the end of the cell
  };

  explicit FluidQueue(Callers callers);

  /// The levels in the cells, which begin with an empty queue. Callers who are
  /// not served by the end of the cells wait as long as those before them.
  std::vector<Level> Run(std::span<const Cell> cells) const;

  /// Mean time for which a call occupies an agent, in cells.
  double mean_holding() const noexcept { return mean_holding_; }
  /// The rate at which those give up who wait, over their first `cells`, per
  /// cell.
  double AbandonmentRate(double cells) const noexcept;

 private:
  double WillingAfter(std::size_t cells) const noexcept;

  Callers callers_;
  // Share of the calls that end n cells after that in which they began.
  std::vector<double> released_;
  double mean_holding_ = 0;
};

}  // namespace busyhour::internal
