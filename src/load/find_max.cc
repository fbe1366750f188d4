#include "load/find_max.h"

#include <algorithm>
#include <utility>

namespace busyhour {
namespace {

// The lowest rate that is tried.
constexpr double kLeastRate = 1.0;

}  // namespace

FindMaxResult FindMax(const FindMaxOptions& options,
                      const std::function<bool(double rate, Trial&)>& run,
                      const std::function<void(const Trial&)>& tell) {
  FindMaxResult result;
  double not_held = 0.0;  // the lowest rate that was not sustained; 0 if none
  double next = options.first_rate;
  for (;;) {
    Trial trial;
    trial.rate = next;
    if (!run(next, trial)) {
      result.stopped = true;
      return result;
    }
    result.trials.push_back(trial);
    tell(trial);
    if (trial.held) {
      result.rate = std::max(result.rate, next);
    } else if (not_held == 0.0 || next < not_held) {
      not_held = next;
      result.starved = trial.starved;
    }
    if (not_held == 0.0) {
      if (next >= options.most_rate) return result;
      next = std::min(next * 2, options.most_rate);
    } else if (result.rate == 0.0) {
      if (next <= kLeastRate) return result;
      // The achieved rate is a good estimate of the sustained rate.
      next = std::max(kLeastRate, trial.achieved > 0
                                      ? std::min(next / 2, trial.achieved)
                                      : next / 2);
    } else {
      if (result.rate >= not_held * (1 - options.precision)) return result;
      next = (result.rate + not_held) / 2;
    }
  }
}

}  // namespace busyhour
