#include "conditions/agent_rota.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/stream.h"
#include "base/time.h"
#include "profile/traffic_keys.h"

namespace busyhour::internal {
namespace {

// The plan is long enough for every agent to have many places in it, and for
// the longest session not to outlast it.
constexpr std::uint64_t kPlacesOfAgent = 16;
constexpr std::uint64_t kLeastPlaces = 1 << 10;
constexpr std::uint64_t kMostPlaces = 1 << 20;

// A period has so many calls in the busiest hour, if it is within the limits.
// In a longer one, calls come less evenly; a shorter one needs more spare
// places.
constexpr double kCallsOfPeriod = 32;
constexpr double kShortestPeriodS = 60;
constexpr double kLongestPeriodS = 3600;

// When an agent is free, in milliseconds divided by the places of a period, and
// the agent's part.
using Free = std::pair<std::int64_t, std::uint32_t>;

// Replaces the first of a heap, its least element, with `free`. The standard
// library removes it and adds the other one, which takes twice as long.
void ReplaceFirst(std::vector<Free>& heap, const Free& free) {
  std::size_t at = 0;
  for (std::size_t child = 1; child < heap.size(); child = 2 * at + 1) {
    if (child + 1 < heap.size() && heap[child + 1] < heap[child]) ++child;
    if (!(heap[child] < free)) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = free;
}

}  // namespace

AgentRota::AgentRota(std::uint32_t agents, const Traffic& traffic,
                     std::span<const std::uint32_t> sessions_ms) {
  SetPlaces(traffic);
  const double mean_ms =
      std::accumulate(sessions_ms.begin(), sessions_ms.end(), 0.0) /
      static_cast<double>(sessions_ms.size());
  load_ = mean_ms / 1000 * places_ / period_s_;
  const std::uint64_t during_longest =
      std::uint64_t{sessions_ms.back()} * places_ / (period_s_ * 1000ull) + 1;
  plan_.resize(std::bit_ceil(
      std::clamp(std::max(agents * kPlacesOfAgent, during_longest),
                 kLeastPlaces, kMostPlaces)));
  bits_ = static_cast<std::uint8_t>(std::countr_zero(plan_.size()));
  // The lengths come in random order.
  for (std::uint32_t i = 0; i < plan_.size(); ++i) {
    const std::uint64_t other =
        PickBelow(Draw(0, Purpose::kAgentTurn, i), i + 1ull);
    plan_[i].lengths = plan_[other].lengths;
    plan_[other].lengths = i;
  }
  Fill(agents, sessions_ms);
}

// More places than there are calls in nearly all periods of the busiest hour:
// their mean and 2.5 standard deviations. Without what is rare, because places
// that are never taken keep agents idle.
void AgentRota::SetPlaces(const Traffic& traffic) {
  Traffic usual = traffic;
  usual.holidays.clear();
  usual.bursts.clear();
  usual.campaigns.clear();
  const double rate = std::max(PeakRate(usual), 1e-6);
  period_s_ = static_cast<std::uint32_t>(std::clamp(
      std::ceil(kCallsOfPeriod / rate), kShortestPeriodS, kLongestPeriodS));
  const double mean = rate * period_s_;
  const double variance_of_rate = traffic.day_cv * traffic.day_cv +
                                  traffic.busyness_cv * traffic.busyness_cv;
  const double variance = mean + mean * mean * variance_of_rate;
  places_ = static_cast<std::uint32_t>(
      std::min(std::ceil(mean + 2.5 * std::sqrt(variance)), 1e9));
}

void AgentRota::Fill(std::uint32_t agents,
                     std::span<const std::uint32_t> sessions_ms) {
  const auto length_of = [&](const Place& place) {
    // The longest of the interval.
    const std::size_t rank = std::min<std::size_t>(
        (place.lengths + 1ull) * sessions_ms.size() >> bits_,
        sessions_ms.size() - 1);
    return std::int64_t{sessions_ms[rank]} * places_;
  };
  const std::int64_t period_ms = std::int64_t{period_s_} * kMsPerSecond;
  std::vector<Free> free(agents);
  // `free` is a heap. The first time, all agents are free at the start. The
  // second time, they are as busy at the start as at the end, so the plan can
  // repeat.
  for (int time = 0; time < 2; ++time) {
    for (std::uint32_t part = 0; part < agents; ++part) {
      free[part].second = part;
    }
    std::int64_t now = 0;
    for (Place& place : plan_) {
      const auto [since, part] = free.front();
      place.part = part;
      ReplaceFirst(free, {std::max(since, now + length_of(place)), part});
      now += period_ms;
    }
    std::sort(free.begin(), free.end());
    for (Free& each : free) each.first -= now;
  }
  // Those who are free first at the end continue as those who were it at the
  // start.
  std::vector<std::uint32_t> before;
  for (const Free& each : free) before.push_back(each.second);
  SetCycles(before);
}

void AgentRota::SetCycles(std::span<const std::uint32_t> before) {
  parts_.resize(before.size());
  std::vector<bool> known(before.size());
  for (std::uint32_t first = 0; first < before.size(); ++first) {
    if (known[first]) continue;
    const auto begin = static_cast<std::uint32_t>(cycles_.size());
    for (std::uint32_t part = first; !known[part]; part = before[part]) {
      known[part] = true;
      parts_[part] = {.cycle = begin,
                      .at = static_cast<std::uint32_t>(cycles_.size()) - begin};
      cycles_.push_back(static_cast<std::uint16_t>(part));
    }
    const auto length = static_cast<std::uint32_t>(cycles_.size()) - begin;
    for (std::uint32_t i = 0; i < length; ++i) {
      parts_[cycles_[begin + i]].length = length;
    }
  }
}

AgentRota::Turn AgentRota::At(std::uint64_t place) const noexcept {
  const Place& planned = plan_[place & (plan_.size() - 1)];
  const Part& part = parts_[planned.part];
  const std::uint64_t repetition = place >> bits_;
  return {cycles_[part.cycle + (part.at + repetition) % part.length],
          planned.lengths, bits_};
}

}  // namespace busyhour::internal
