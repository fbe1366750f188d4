#include "conditions/fluid_queue.h"

#include <algorithm>
#include <utility>

namespace busyhour::internal {

FluidQueue::FluidQueue(Callers callers) : callers_(std::move(callers)) {
  // A call that begins somewhere in a cell, and lasts n to n + 1 cells, ends in
  // cell n or n + 1 after it.
  released_.assign(callers_.holding.size() + 1, 0.0);
  for (std::size_t n = 0; n < callers_.holding.size(); ++n) {
    mean_holding_ += callers_.holding[n] * (static_cast<double>(n) + 0.5);
    released_[n] += callers_.holding[n] / 2;
    released_[n + 1] += callers_.holding[n] / 2;
  }
}

double FluidQueue::WillingAfter(std::size_t cells) const noexcept {
  if (callers_.willing.empty()) return 1;
  return callers_.willing[std::min(cells, callers_.willing.size() - 1)];
}

double FluidQueue::AbandonmentRate(double cells) const noexcept {
  const auto whole = static_cast<std::size_t>(cells);
  double waited = 0;  // by one caller, in the mean
  for (std::size_t n = 0; n < whole; ++n) {
    waited += (WillingAfter(n) + WillingAfter(n + 1)) / 2;
  }
  const double part = cells - static_cast<double>(whole);
  const double before = WillingAfter(whole);
  const double at_end = before + (WillingAfter(whole + 1) - before) * part;
  waited += (before + at_end) / 2 * part;
  return waited > 0 ? (1 - at_end) / waited : 0;
}

std::vector<FluidQueue::Level> FluidQueue::Run(
    std::span<const Cell> cells) const {
  std::vector<Level> levels(cells.size());
  // Agents who become free in each cell.
  std::vector<double> done(cells.size() + released_.size(), 0.0);
  double busy = 0;
  // The first cell whose callers wait, and the share of them who are served.
  std::size_t first = 0;
  double served = 0;
  // The cells whose middle is reached, and how many were served before it.
  std::vector<std::pair<std::size_t, double>> middles;
  for (std::size_t now = 0; now < cells.size(); ++now) {
    middles.clear();
    busy = std::max(busy - done[now], 0.0);
    double free = std::max(cells[now].agents - busy, 0.0);
    double passed = 0;  // callers who are served in this cell
    while (first <= now) {
      const double willing = cells[first].arrivals * WillingAfter(now - first);
      const double left = willing * (1 - served);
      const double taken = std::min(left, free);
      const double served_before = served;
      served = taken < left ? served + taken / willing : 1;
      if (served_before <= 0.5 && served > 0.5) {
        middles.emplace_back(first, passed + (0.5 - served_before) * willing);
      }
      passed += taken;
      free -= taken;
      if (served < 1) break;
      served = 0;
      ++first;
    }
    // Those who are served in this cell begin one after the other in it.
    for (const auto& [cell, at] : middles) {
      const double part = passed > 0 ? at / passed : 0.5;
      levels[cell].wait =
          cell == now
              ? 0
              : std::max(static_cast<double>(now - cell) + part - 0.5, 0.0);
    }
    busy += passed;
    busy -= passed * released_[0];
    for (std::size_t n = 1; n < released_.size(); ++n) {
      done[now + n] += passed * released_[n];
    }
    levels[now].busy = busy;
    double waiting = 0;
    for (std::size_t cell = first; cell <= now; ++cell) {
      waiting += cells[cell].arrivals * WillingAfter(now - cell) *
                 (cell == first ? 1 - served : 1);
    }
    levels[now].waiting = waiting;
  }
  for (std::size_t cell = std::max<std::size_t>(first, 1); cell < levels.size();
       ++cell) {
    levels[cell].wait = levels[cell - 1].wait;
  }
  return levels;
}

}  // namespace busyhour::internal
