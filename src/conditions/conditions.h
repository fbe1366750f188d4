#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/stream.h"
#include "base/time.h"
#include "catalog/operations.h"
#include "catalog/outcomes.h"
#include "conditions/offered_rate.h"
#include "conditions/pick.h"
#include "profile/profile.h"

namespace busyhour {

/// The request to which a query of the conditions refers.
struct Scope {
  Operation operation = Operation::kGetCall;
};

/// The state of the world at a moment: the offered rate, the latency of
/// answers, refused requests, failing media. It is a function of the profile,
/// the seed, the time and the scope. The walk of a call only queries it, and
/// does not depend on incidents.
///
/// Constant after construction: any number of threads may share it.
class Conditions {
 public:
  explicit Conditions(const Profile& profile);

  /// The offered rate without incidents, and its random factors.
  const OfferedRate& offered() const noexcept { return offered_; }
  /// The offered rate with incidents, without random factors. Call attempts per
  /// second in slot `slot`.
  double PlannedRate(std::uint64_t slot) const noexcept;

  /// The latency at that time of an answer that normally takes `ms`.
  std::uint64_t LatencyAt(SimTime at, Scope scope,
                          std::uint64_t ms) const noexcept {
    for (const Window& window : incidents_) {
      if (window.Concerns(scope) && window.Active(at)) {
        ms = ms * window.latency_factor_256 / 256;
      }
    }
    return ms;
  }

  /// The status (an index into `Statuses()`) with which the conditions at that
  /// time refuse a request; nothing if they do not. `draw(purpose, index)`
  /// draws for the request.
  template <class DrawOf>
  std::optional<std::uint8_t> RefusalAt(SimTime at, Scope scope,
                                        const DrawOf& draw) const noexcept {
    std::uint64_t number = 0;
    for (const Window& window : incidents_) {
      if (window.Concerns(scope) && window.Active(at) &&
          Happens(draw(Purpose::kIncident, number), window.refusals.share)) {
        return window.refusals.status(draw(Purpose::kRequestStatus, 0));
      }
      ++number;
    }
    return std::nullopt;
  }

  /// The failure that the conditions at that time cause in a play or recognize,
  /// using draws from number 1 on; nothing if there is none.
  template <class DrawOf>
  std::optional<Outcome> MediaFailureAt(SimTime at, const MediaTraits& traits,
                                        const DrawOf& draw) const noexcept {
    std::uint64_t index = 1;
    for (const Window& window : incidents_) {
      const auto& shares = window.MediaShares(traits.activity);
      if (shares.empty() || !window.Active(at)) continue;
      for (const auto& [failure, share] : shares) {
        if (IsPossible(failure, traits) &&
            Happens(draw(Purpose::kMediaFailure, index++), share)) {
          return failure;
        }
      }
    }
    return std::nullopt;
  }

  /// The names of the active incidents.
  std::vector<std::string_view> InForce(SimTime at, Scope scope) const;

 private:
  using Shares = std::vector<std::pair<Outcome, std::uint64_t>>;

  // A compiled incident.
  struct Window {
    std::string name;
    std::int64_t every_ms = 0;
    std::int64_t offset_ms = 0;
    std::int64_t length_ms = 0;
    std::array<bool, kOperationCount> concerns{};
    Refusals refusals;
    Shares play;
    Shares recognize;
    std::uint32_t latency_factor_256 = 256;
    double rate_factor = 1.0;

    bool Active(SimTime at) const noexcept {
      return at.ms >= offset_ms && (at.ms - offset_ms) % every_ms < length_ms;
    }
    bool Concerns(Scope scope) const noexcept {
      return concerns[static_cast<std::size_t>(scope.operation)];
    }
    const Shares& MediaShares(Activity activity) const noexcept {
      return activity == Activity::kPlay ? play : recognize;
    }
  };

  OfferedRate offered_;
  std::vector<Window> incidents_;
};

}  // namespace busyhour
