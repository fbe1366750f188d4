#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "profile/traffic.h"

namespace busyhour::internal {

/// Who answers: a plan of the agents' sessions, made without knowing the calls,
/// in which the agent who has been free for longest takes the next call.
///
/// The plan has the same number of places in each period of some minutes, as
/// many as there are calls in the busiest of them. Each place has an agent and
/// a small interval of the quantiles of the length of a session. Planned calls
/// take one place each, so agents are rarely in two calls at once, and a call
/// does not depend on other calls. The plan repeats; each time, its places have
/// other agents.
///
/// Constant after construction: any number of threads may share it.
class AgentRota {
 public:
  /// The most agents who take turns.
  static constexpr std::uint32_t kMostAgents = 32'000;

  /// One place.
  struct Turn {
    std::uint16_t agent = 0;
    /// The interval of quantiles: number `lengths` of 2^`length_bits`.
    std::uint32_t lengths = 0;
    std::uint8_t length_bits = 0;

    /// Maps 64 random bits to the interval. Over all places, the results are as
    /// random as the bits.
    std::uint64_t Within(std::uint64_t draw) const noexcept {
      return std::uint64_t{lengths} << (64 - length_bits) | draw >> length_bits;
    }
  };

  /// `agents`: how many take turns, in [1, kMostAgents]. `sessions_ms`: a
  /// sample of the lengths of their sessions, in ascending order, not empty.
  AgentRota(std::uint32_t agents, const Traffic& traffic,
            std::span<const std::uint32_t> sessions_ms);

  /// How many agents the plan keeps busy on the average. With fewer agents, a
  /// plan is no better than draws.
  double load() const noexcept { return load_; }
  /// The length of a period, in seconds, and its number of places.
  std::uint32_t period_s() const noexcept { return period_s_; }
  std::uint32_t places() const noexcept { return places_; }
  /// The agent and the lengths of place number `place`, counted over all
  /// periods from an arbitrary one on.
  Turn At(std::uint64_t place) const noexcept;

 private:
  struct Place {
    std::uint32_t part = 0;  // of an agent
    std::uint32_t lengths = 0;
  };
  // In each repetition of the plan, an agent has another part. An agent's parts
  // form a cycle.
  struct Part {
    std::uint32_t cycle = 0;   // its begin in `cycles_`
    std::uint32_t length = 1;  // of the cycle
    std::uint32_t at = 0;      // the part's position in the cycle
  };

  void SetPlaces(const Traffic& traffic);
  void Fill(std::uint32_t agents, std::span<const std::uint32_t> sessions_ms);
  // `before[part]`: the part that its agent has in the repetition before.
  void SetCycles(std::span<const std::uint32_t> before);

  std::uint32_t period_s_ = 0;
  std::uint32_t places_ = 0;
  double load_ = 0;
  std::uint8_t bits_ = 0;  // of the number of a place in the plan
  std::vector<Place> plan_;
  std::vector<Part> parts_;
  std::vector<std::uint16_t> cycles_;
};

}  // namespace busyhour::internal
