#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/distribution.h"
#include "base/stream.h"
#include "catalog/operations.h"
#include "catalog/outcomes.h"
#include "conditions/call_scope.h"
#include "conditions/pick.h"
#include "conditions/schedule.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// An incident of a profile, prepared for queries: what it affects and how, at
/// full strength. Shares are fractions of 2^32.
class Effect {
 public:
  using Shares = std::vector<std::pair<Outcome, std::uint64_t>>;

  Effect(const Incident& incident, const Profile& profile, const RunKey& run,
         std::uint32_t number);

  /// Whether it affects this call, requests of this operation, or this request.
  bool Concerns(const CallScope& call) const noexcept;
  bool ConcernsOperation(const Scope& scope) const noexcept {
    return operations_[static_cast<std::size_t>(scope.operation)] &&
           (sub_operations_ >> scope.sub_operation & 1) != 0;
  }
  bool Concerns(const Scope& scope) const noexcept {
    return ConcernsOperation(scope) && Concerns(scope.call);
  }
  /// Whether it can move the call with this stream key to another region,
  /// which does not depend on the rest of its scope.
  bool MayMove(std::uint64_t stream_key) const noexcept {
    return objection_.empty() && HasCall(stream_key);
  }
  /// Why it can have no effect on any call; empty if it can.
  const std::string& objection() const noexcept { return objection_; }

  const Shares& MediaShares(Activity activity) const noexcept {
    return activity == Activity::kPlay ? play : recognize;
  }

  std::string name;
  /// Its place among the incidents of the profile; separates the draws.
  std::uint32_t number = 0;
  Schedule schedule;
  Refusals refusals;
  Shares play;
  Shares recognize;
  std::uint32_t latency_factor_256 = 256;
  std::uint32_t latency_added_ms = 0;
  std::uint64_t silent = 0;
  std::uint64_t no_match = 0;
  std::uint64_t dropped = 0;
  std::uint64_t cut = 0;
  std::uint64_t unreachable = 0;
  /// The number of the region that carries the calls, see
  /// `Conditions::RegionOf`; 0 for the resource's own.
  std::uint8_t failover = 0;
  /// Share of the callers who call again after each call, and when.
  std::uint64_t calls_again = 0;
  std::optional<Distribution> calls_again_delay;  ///< set if there are any
  double rate_factor = 1.0;
  /// Whether it affects the delivery of records, which is done by faults.
  bool acts_on_delivery = false;

  /// Whether it affects the walk of a call, not only rate, delivery or region.
  bool touches_calls() const noexcept {
    return refusals.share > 0 || !play.empty() || !recognize.empty() ||
           latency_factor_256 != 256 || latency_added_ms > 0 || silent > 0 ||
           no_match > 0 || dropped > 0 || cut > 0 || unreachable > 0;
  }

 private:
  bool HasCall(std::uint64_t stream_key) const noexcept {
    return Happens(Draw(stream_key, Purpose::kIncidentCall, number),
                   call_share_);
  }

  std::array<bool, kOperationCount> operations_{};
  std::uint32_t sub_operations_ = 0;  // one bit each
  std::uint32_t callers_ = 0;         // one bit for each kind
  // By number; empty for all.
  std::vector<bool> flows_;
  std::vector<bool> clients_;
  std::vector<bool> servers_;
  std::uint64_t call_share_ = 0;
  std::string objection_;
};

}  // namespace busyhour::internal
