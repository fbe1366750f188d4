#include "conditions/wait_spread.h"

#include <algorithm>
#include <vector>

namespace busyhour::internal {
namespace {

// States whose probability is below this share of the largest do not count.
constexpr double kNegligible = 1e-7;
// Without this, the queue would not have a stationary state if nobody gives up.
constexpr double kLeastAbandonment = 1e-3;
constexpr double kLastQuantile = 0.995;
// A longer queue varies by less than one in 100.
constexpr double kMostWaiting = 100'000;

// A birth-death process of the calls in the system, from its mode outwards.
class ErlangA {
 public:
  explicit ErlangA(const QueueState& state)
      : state_(state),
        gives_up_(std::max(state.abandonment_rate,
                           kLeastAbandonment * state.service_rate)),
        full_rate_(state.agents * state.service_rate) {
    const double arrivals =
        state.busy * state.service_rate + state.waiting * gives_up_;
    if (arrivals <= 0) return;
    const double mode =
        arrivals <= full_rate_
            ? arrivals / state.service_rate
            : state.agents + (arrivals - full_rate_) / gives_up_;
    is_huge_ = mode - state.agents > kMostWaiting;
    if (is_huge_) return;
    const auto first = static_cast<std::size_t>(mode);
    double weight = 1;
    for (std::size_t n = first; n > 0 && weight > kNegligible;) {
      weight *= DeathRate(n) / arrivals;
      Add(--n, weight);
    }
    // The states below the mode were added in falling order.
    std::reverse(queue_.begin(), queue_.end());
    lowest_queue_ -= queue_.empty() ? 0 : queue_.size() - 1;
    weight = 1;
    for (std::size_t n = first; weight > kNegligible; ++n) {
      Add(n, weight);
      weight *= arrivals / DeathRate(n + 1);
    }
  }

  // Whether most states have more waiting callers than are counted one by one.
  bool is_huge() const { return is_huge_; }
  double free() const { return free_; }
  double all() const { return all_; }
  // The weights of the numbers of waiting callers, from `lowest_queue()` on.
  const std::vector<double>& queue() const { return queue_; }
  std::size_t lowest_queue() const { return lowest_queue_; }

  // The time until those before a caller have gone, and one more agent is free.
  double TimeToServe(double waiting) const {
    double time = 0;
    double rate = full_rate_;
    for (; waiting > 0; waiting -= 1) {
      time += std::min(waiting, 1.0) / rate;
      rate += gives_up_;
    }
    return time;
  }
  double RateOf(std::size_t waiting) const {
    return full_rate_ + static_cast<double>(waiting) * gives_up_;
  }

 private:
  double DeathRate(std::size_t n) const {
    const auto calls = static_cast<double>(n);
    return calls <= state_.agents
               ? calls * state_.service_rate
               : full_rate_ + (calls - state_.agents) * gives_up_;
  }
  void Add(std::size_t n, double weight) {
    all_ += weight;
    const auto calls = static_cast<double>(n);
    if (calls < state_.agents) {
      free_ += weight;
      return;
    }
    const auto waiting = static_cast<std::size_t>(calls - state_.agents);
    if (queue_.empty()) lowest_queue_ = waiting;
    queue_.push_back(weight);
  }

  const QueueState& state_;
  double gives_up_;
  double full_rate_;
  bool is_huge_ = false;
  double free_ = 0;
  double all_ = 0;
  std::vector<double> queue_;
  std::size_t lowest_queue_ = 0;
};

}  // namespace

WaitSpread::WaitSpread(const QueueState& state, double unit_ms) {
  const auto ms = [unit_ms](double wait) {
    return static_cast<std::uint32_t>(
        std::clamp(wait * unit_ms, 1.0, kLongestMs));
  };
  const ErlangA calls(state);
  if (calls.is_huge()) {
    free_ = 0;
    quantiles_.fill(ms(state.wait));
    return;
  }
  if (calls.queue().empty()) return;
  free_ = static_cast<std::uint64_t>(calls.free() / calls.all() * 4294967296.0);
  // The mean of the fluid is better than that of the stationary queue.
  const double shift = state.wait - calls.TimeToServe(state.waiting);
  double total = 0;
  for (const double weight : calls.queue()) total += weight;
  // A caller who finds n waiting waits for n to n + 1 others, evenly.
  std::size_t waiting = calls.lowest_queue();
  double time = calls.TimeToServe(static_cast<double>(waiting));
  double before = 0;
  std::size_t step = 0;
  for (const double weight : calls.queue()) {
    const double span = 1 / calls.RateOf(waiting);
    while (step <= kSteps) {
      const double wanted =
          total *
          (step == kSteps ? kLastQuantile : static_cast<double>(step) / kSteps);
      if (wanted > before + weight) break;
      const double wait = time + span * (wanted - before) / weight + shift;
      quantiles_[step++] = ms(wait);
    }
    before += weight;
    time += span;
    ++waiting;
  }
  for (; step > 0 && step <= kSteps; ++step) {
    quantiles_[step] = quantiles_[step - 1];
  }
}

std::uint32_t WaitSpread::operator()(std::uint64_t draw) const noexcept {
  const std::uint64_t part = draw >> 32;
  if (part < free_) return 0;
  // The place among those who wait, as a fraction of 2^32.
  const std::uint64_t all = (std::uint64_t{1} << 32) - free_;
  const std::uint64_t place = ((part - free_) << 32) / all;
  const std::uint64_t scaled = place * kSteps;
  const std::uint64_t low = quantiles_[scaled >> 32];
  const std::uint64_t high = quantiles_[(scaled >> 32) + 1];
  return static_cast<std::uint32_t>(
      low + ((high - std::min(low, high)) * (scaled & 0xffffffff) >> 32));
}

}  // namespace busyhour::internal
