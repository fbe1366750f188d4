#include "load/find_max.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace busyhour::internal {
namespace {

// The lowest rate that is tried.
constexpr double kLeastRate = 1.0;
// Seconds in which records must have waited for the receiver to know the rate
// at which it took them.
constexpr std::size_t kLeastSeconds = 2;
// The maximum length of a trial that waits for buffers to fill, in trials.
constexpr Nanos kMostLength = 10;
// A receiver's buffers vary in size; this share may be more than was measured.
constexpr double kMoreBuffer = 1.25;

double SecondsOf(Nanos time) {
  return static_cast<double>(time) / static_cast<double>(kNanosPerSecond);
}

// What the trials so far say about the receiver.
struct Bounds {
  Bounds(const std::vector<Trial>& trials, Nanos slo) {
    for (const Trial& trial : trials) {
      if (trial.held) continue;
      if (not_held == 0 || trial.rate < not_held) {
        not_held = trial.rate;
        starved = trial.starved;
      }
      if (trial.taken_rate == 0) continue;
      capacity = trial.taken_rate;
      // A record may also be late by `slo`.
      buffered = (trial.buffered + capacity * SecondsOf(slo)) * kMoreBuffer;
    }
    upper = not_held;
    if (capacity > 0 &&
        !std::any_of(trials.begin(), trials.end(), [this](const Trial& trial) {
          return trial.held && Exceeds(trial);
        })) {
      upper = std::min(upper, capacity);
    }
    for (const Trial& trial : trials) {
      if (!trial.held || (not_held > 0 && trial.rate >= not_held) ||
          (upper > 0 && trial.rate > upper)) {
        continue;
      }
      if (trial.rate > held) is_confirmed = false;
      if (trial.rate >= held) is_confirmed |= trial.confirms;
      held = std::max(held, trial.rate);
    }
  }

  // Whether the receiver took more in this trial than its capacity and its
  // buffers explain.
  bool Exceeds(const Trial& trial) const {
    return (trial.rate - capacity) * SecondsOf(trial.length) > buffered;
  }

  double held = 0;      // the highest rate that was sustained; 0 if none
  double not_held = 0;  // the lowest rate that was not; 0 if none
  double upper = 0;     // the lowest rate that cannot be sustained
  double capacity = 0;  // 0 if it is not known
  double buffered = 0;
  bool is_confirmed = false;
  bool starved = false;
};

Nanos LengthOf(const FindMaxOptions& options, double seconds, Nanos least) {
  return std::clamp(static_cast<Nanos>(std::min(seconds, 1e9) *
                                       static_cast<double>(kNanosPerSecond)),
                    least * options.trial, kMostLength * options.trial);
}

// If the capacity limits the search: a trial somewhat above it, which lasts
// until the buffers are full. A receiver that sustains it was only slower while
// records were waiting. False if there was such a trial.
bool ProbesAbove(const FindMaxOptions& options, const Bounds& bounds,
                 const std::vector<Trial>& trials, Trial& next) {
  if (bounds.upper == bounds.not_held) return false;
  next.rate = bounds.held * (1 + 2 * options.precision);
  next.length = LengthOf(
      options, 1.1 * bounds.buffered / (next.rate - bounds.capacity), 1);
  return std::none_of(trials.begin(), trials.end(), [&](const Trial& trial) {
    return trial.held ? trial.rate >= next.rate && trial.length >= next.length
                      : trial.rate > bounds.held && trial.rate <= next.rate;
  });
}

// The next trial. False if the search has ended.
bool FindNext(const FindMaxOptions& options, const Bounds& bounds,
              const std::vector<Trial>& trials, Trial& next) {
  const Trial& last = trials.back();
  const double precision = options.precision;
  next.length = options.trial;
  const bool is_most = bounds.held >= options.most_rate;
  if (is_most || (bounds.held > 0 && bounds.upper > 0 &&
                  bounds.held >= bounds.upper * (1 - precision))) {
    if (ProbesAbove(options, bounds, trials, next)) return true;
    next.rate = bounds.held;
    next.confirms = true;
    next.length =
        LengthOf(options, bounds.buffered / (precision * bounds.held), 2);
    return !bounds.is_confirmed;
  }
  if (bounds.upper == 0) {
    next.rate = std::min(last.rate * 2, options.most_rate);
    return true;
  }
  if (bounds.held == 0 && bounds.not_held <= kLeastRate) return false;
  // Just below the capacity, once: a trial there has not failed before.
  const double near = bounds.capacity * (1 - precision / 5);
  if (near > std::max(bounds.held, kLeastRate) &&
      near < bounds.not_held * (1 - precision / 2)) {
    next.rate = near;
  } else if (bounds.held > 0) {
    next.rate = (bounds.held + bounds.upper) / 2;
  } else {
    // The achieved rate is a good estimate of the sustained rate.
    next.rate =
        std::max(kLeastRate, last.achieved > 0
                                 ? std::min(bounds.not_held / 2, last.achieved)
                                 : bounds.not_held / 2);
  }
  return true;
}

// How much longer acknowledgements took in each second of the last third than
// in any of the first third; 0 if they did not.
Nanos AckGrowth(const std::vector<LoadSecond>& seconds) {
  std::vector<Nanos> medians;
  for (const LoadSecond& second : seconds) {
    if (second.latency_p50 > 0) medians.push_back(second.latency_p50);
  }
  const auto third = static_cast<std::ptrdiff_t>(medians.size() / 3);
  if (third == 0) return 0;
  const Nanos before =
      *std::max_element(medians.begin(), medians.begin() + third);
  const Nanos after = *std::min_element(medians.end() - third, medians.end());
  return std::max<Nanos>(0, after - before);
}

}  // namespace

void Judge(const LoadResult& result, Nanos slo, Trial& trial) {
  const Account& account = result.account;
  const std::uint64_t acknowledged = account.count(Ending::kAcknowledged);
  trial.began = result.began;
  trial.achieved = static_cast<double>(acknowledged) /
                   SecondsOf(std::max<Nanos>(account.end(), 1));
  trial.lateness_p99 = account.lateness().Quantile(0.99);
  trial.held = result.status.ok() && trial.lateness_p99 <= slo &&
               acknowledged == account.planned();
  trial.refusal = account.refusal();
  // A sink takes batches that the receiver has not accepted yet. They are not
  // late, but wait longer and longer if the receiver is slower than the plan.
  if (const Nanos growth = AckGrowth(account.seconds());
      trial.held && growth > slo) {
    trial.held = false;
    trial.ack_growth = growth;
    trial.taken_rate = account.acknowledged_rate();
    // Less is waiting in a trial that shows no growth.
    trial.buffered = trial.taken_rate * SecondsOf(slo);
    return;
  }
  // The waits between retries would make the receiver look slower than it is.
  if (account.retries() > 0) return;
  const std::vector<LoadSecond>& seconds = account.seconds();
  const auto taken = [&](std::size_t begin, std::size_t end) {
    double records = 0;
    for (std::size_t i = begin; i < end; ++i) {
      records += static_cast<double>(
          seconds[i].endings[static_cast<std::size_t>(Ending::kAcknowledged)]);
    }
    return records;
  };
  // Seconds at whose beginning and end records were waiting.
  const auto waits = [&](const LoadSecond& second) {
    return second.backlog > slo;
  };
  const auto first = std::find_if(seconds.begin(), seconds.end(), waits);
  if (first == seconds.end()) return;
  const auto begin = static_cast<std::size_t>(first - seconds.begin()) + 1;
  const auto end = static_cast<std::size_t>(
      std::find_if_not(first, seconds.end(), waits) - seconds.begin());
  if (end < begin + kLeastSeconds) return;
  trial.taken_rate = taken(begin, end) / static_cast<double>(end - begin);
  trial.buffered = std::max(
      0.0, taken(0, begin) - trial.taken_rate * static_cast<double>(begin));
}

const Trial* FindMaxResult::confirmation() const {
  const auto at =
      std::find_if(trials.rbegin(), trials.rend(), [this](const Trial& trial) {
        return trial.confirms && trial.held && trial.rate == rate;
      });
  return at == trials.rend() ? nullptr : &*at;
}

FindMaxResult FindMax(const FindMaxOptions& options,
                      const std::function<bool(Trial&)>& run,
                      const std::function<void(const Trial&)>& tell) {
  FindMaxResult result;
  Trial next;
  next.rate = options.first_rate;
  next.length = options.trial;
  for (;;) {
    Trial trial = next;
    if (!run(trial)) {
      result.stopped = true;
      return result;
    }
    result.trials.push_back(trial);
    tell(trial);
    const Bounds bounds(result.trials, options.slo);
    result.rate = bounds.held;
    result.starved = bounds.starved;
    result.refusal = trial.refusal;
    next = Trial{};
    if (!result.refusal.empty() ||
        !FindNext(options, bounds, result.trials, next)) {
      return result;
    }
  }
}

}  // namespace busyhour::internal
