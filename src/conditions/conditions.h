#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/stream.h"
#include "base/time.h"
#include "catalog/outcomes.h"
#include "conditions/call_scope.h"
#include "conditions/effect.h"
#include "conditions/effect_index.h"
#include "conditions/offered_rate.h"
#include "conditions/schedule.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// The state of the world at a moment: the offered rate, the latency of
/// answers, refused requests, failing media, dropped calls. It is a function of
/// the profile, the key, the start of the run, the time and the scope. The
/// walk of a call only queries it, and does not depend on incidents.
///
/// Each incident has its own draws: without one of them, the others have the
/// same effects.
///
/// Constant after construction: any number of threads may share it.
class Conditions {
 public:
  Conditions(const Profile& profile, const RunKey& run);

  /// The offered rate without incidents, and its random factors.
  const OfferedRate& offered() const noexcept { return offered_; }
  /// The offered rate with incidents, without random factors. Call attempts per
  /// second in slot `slot`.
  double PlannedRate(std::uint64_t slot) const noexcept;

  /// The latency at that time of an answer that normally takes `ms`.
  std::uint64_t LatencyAt(SimTime at, const Scope& scope,
                          std::uint64_t ms) const noexcept {
    EachActive(slowing_, at, scope,
               [&](const Effect& effect, std::uint64_t strength) {
                 ms = Scaled(ms, effect.latency_factor_256, strength) +
                      (effect.latency_added_ms * strength >> 16);
               });
    return ms;
  }

  /// The status (an index into `Statuses()`) with which the conditions at that
  /// time refuse a request; nothing if they do not. `draw(purpose, index)`
  /// draws for the request.
  template <class DrawOf>
  std::optional<std::uint8_t> RefusalAt(SimTime at, const Scope& scope,
                                        const DrawOf& draw) const noexcept {
    return FirstOf<std::uint8_t>(
        refusing_, at, scope,
        [&](const Effect& effect,
            std::uint64_t strength) -> std::optional<std::uint8_t> {
          if (!Happens(draw(Purpose::kIncident, effect.number),
                       effect.refusals.share * strength >> 16)) {
            return std::nullopt;
          }
          return effect.refusals.status(draw(Purpose::kRequestStatus, 0));
        });
  }

  /// The failure that the conditions at that time cause in a play or recognize;
  /// nothing if there is none.
  template <class DrawOf>
  std::optional<Outcome> MediaFailureAt(SimTime at, const Scope& scope,
                                        const MediaTraits& traits,
                                        const DrawOf& draw) const noexcept {
    return FirstOf<Outcome>(
        failing_media_, at, scope,
        [&](const Effect& effect,
            std::uint64_t strength) -> std::optional<Outcome> {
          const Effect::Shares& shares = effect.MediaShares(traits.activity);
          if (shares.empty()) return std::nullopt;
          const std::uint64_t drawn =
              draw(Purpose::kIncidentMedia, effect.number) >> 32;
          std::uint64_t until = 0;
          for (const auto& [outcome, share] : shares) {
            if (!IsPossible(outcome, traits)) continue;
            until += share * strength >> 16;
            if (drawn < until) return outcome;
          }
          return std::nullopt;
        });
  }

  /// What the conditions at that time make the caller do in a recognize;
  /// nothing if the caller does as usual.
  template <class DrawOf>
  std::optional<Behaviour> BehaviourAt(SimTime at, const Scope& scope,
                                       const MediaTraits& traits,
                                       const DrawOf& draw) const noexcept {
    return FirstOf<Behaviour>(
        on_callers_, at, scope,
        [&](const Effect& effect,
            std::uint64_t strength) -> std::optional<Behaviour> {
          const std::uint64_t drawn =
              draw(Purpose::kIncidentCaller, effect.number) >> 32;
          const std::uint64_t silent = effect.silent * strength >> 16;
          const std::uint64_t no_match = effect.no_match * strength >> 16;
          if (drawn < silent) return Behaviour::kStaysSilent;
          if (drawn < silent + no_match) return Mismatch(traits);
          return std::nullopt;
        });
  }

  /// Whether the conditions at that time make a participant unreachable.
  template <class DrawOf>
  bool IsUnreachableAt(SimTime at, const Scope& scope,
                       const DrawOf& draw) const noexcept {
    return FirstOf<bool>(
               on_reach_, at, scope,
               [&](const Effect& effect,
                   std::uint64_t strength) -> std::optional<bool> {
                 if (Happens(draw(Purpose::kIncidentReach, effect.number),
                             effect.unreachable * strength >> 16)) {
                   return true;
                 }
                 return std::nullopt;
               })
        .has_value();
  }

  /// The region that carries a call that begins in slot `slot`, for the call's
  /// stream key: 0 for the resource's own, otherwise a number in
  /// `FailoverRegions` of the profile's incidents, from 1.
  std::uint8_t RegionOf(std::uint64_t slot,
                        std::uint64_t stream_key) const noexcept {
    if (moving_.empty()) return 0;
    const Effect* const failover = FailoverOf(slot, stream_key);
    return failover == nullptr ? std::uint8_t{0} : failover->failover;
  }
  /// The incident that moves such a call to another region; null if there is
  /// none.
  const Effect* FailoverOf(std::uint64_t slot,
                           std::uint64_t stream_key) const noexcept;

  /// When the conditions drop a call that is connected from `from` to before
  /// `until`; nothing if they do not. The operations of an incident do not
  /// matter.
  std::optional<SimTime> DropIn(SimTime from, SimTime until,
                                const CallScope& call) const noexcept;

  /// The incident that makes a caller call again after a call that ends at that
  /// time; null if there is none. `caller` is the scope of the call, with the
  /// stream key of the first attempt of the caller.
  const Effect* CallsAgainAt(SimTime at,
                             const CallScope& caller) const noexcept;
  /// Whether there is an incident that makes callers call again.
  bool has_caller_loops() const noexcept { return !on_redials_.empty(); }

  /// The active incidents that affect a request, in the order of the profile.
  std::vector<std::string_view> InForce(SimTime at, const Scope& scope) const;

  /// Until when no incident affects requests, from `at` on, but at most
  /// `kCalmMs` later; `at` if one does.
  SimTime CalmUntil(SimTime at) const noexcept;
  static constexpr std::int64_t kCalmMs = kMsPerHour;

  /// The incidents of which something happens between two times, in the order
  /// of the profile.
  std::vector<const Effect*> ActiveIn(SimTime from, SimTime to) const;

  /// All incidents that happen.
  const std::vector<Effect>& effects() const noexcept { return effects_; }

 private:
  // When an effect drops a call that is connected from `from` on, during this
  // occurrence; nothing if it does not.
  static std::optional<SimTime> DropOf(const Effect& effect,
                                       const Schedule::Occurrence& occurrence,
                                       SimTime from,
                                       std::uint64_t stream_key) noexcept;
  // Calls `take(effect, strength)` for each of these effects that is active at
  // that time and affects the request.
  template <class Take>
  void EachActive(const EffectIndex& some, SimTime at, const Scope& scope,
                  const Take& take) const noexcept {
    some.Each(at, [&](std::uint32_t index) {
      const Effect& effect = effects_[index];
      // Most requests are of other operations.
      if (!effect.ConcernsOperation(scope)) return;
      const std::uint32_t strength = effect.schedule.StrengthAt(at);
      if (strength > 0 && effect.Concerns(scope.call)) {
        take(effect, std::uint64_t{strength});
      }
    });
  }

  // The first result of `find(effect, strength)` among these effects.
  template <class Result, class Find>
  std::optional<Result> FirstOf(const EffectIndex& some, SimTime at,
                                const Scope& scope,
                                const Find& find) const noexcept {
    std::optional<Result> found;
    EachActive(some, at, scope,
               [&](const Effect& effect, std::uint64_t strength) {
                 if (!found) found = find(effect, strength);
               });
    return found;
  }

  // `ms` times a factor in 1/256, of which `strength` remains.
  static std::uint64_t Scaled(std::uint64_t ms, std::uint64_t factor_256,
                              std::uint64_t strength) noexcept {
    const std::uint64_t factor =
        256 * (Schedule::kFull - strength) + factor_256 * strength;
    return ms * factor / (256 * std::uint64_t{Schedule::kFull});
  }
  static std::optional<Behaviour> Mismatch(const MediaTraits& traits) noexcept;

  OfferedRate offered_;
  std::vector<Effect> effects_;
  // Indices of effects by what they do.
  EffectIndex slowing_;
  EffectIndex refusing_;
  EffectIndex failing_media_;
  EffectIndex on_callers_;
  EffectIndex on_reach_;
  EffectIndex on_rate_;
  EffectIndex dropping_;
  EffectIndex moving_;
  EffectIndex on_redials_;
  EffectIndex on_requests_;
  EffectIndex all_;
};

}  // namespace busyhour::internal
