#include "conditions/conditions.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "profile/incident_keys.h"

namespace busyhour::internal {
namespace {

// How soon a call is dropped that is cut at the beginning of an incident (our
// assumption).
constexpr std::uint64_t kCutMs = 10'000;

bool IsBefore(const Effect* a, const Effect* b) {
  return a->number < b->number;
}

}  // namespace

Conditions::Conditions(const Profile& profile, const RunKey& run)
    : offered_(profile.traffic) {
  const std::vector<std::string_view> regions =
      FailoverRegions(profile.incidents);
  for (std::size_t i = 0; i < profile.incidents.size(); ++i) {
    const Incident& incident = profile.incidents[i];
    if (!incident.enabled) continue;
    const auto index = static_cast<std::uint32_t>(effects_.size());
    Effect& effect = effects_.emplace_back(incident, profile, run,
                                           static_cast<std::uint32_t>(i));
    if (!incident.failover_to.empty()) {
      const auto region =
          std::find(regions.begin(), regions.end(), incident.failover_to);
      effect.failover = static_cast<std::uint8_t>(region - regions.begin() + 1);
    }
    const auto add_if = [&](bool has_effect, EffectIndex& to) {
      if (has_effect) to.Add(index, effect.schedule);
    };
    add_if(effect.latency_factor_256 != 256 || effect.latency_added_ms > 0,
           slowing_);
    add_if(effect.refusals.share > 0, refusing_);
    add_if(!effect.play.empty() || !effect.recognize.empty(), failing_media_);
    add_if(effect.silent > 0 || effect.no_match > 0, on_callers_);
    add_if(effect.unreachable > 0, on_reach_);
    add_if(effect.dropped > 0 || effect.cut > 0, dropping_);
    add_if(effect.failover > 0, moving_);
    add_if(effect.rate_factor != 1.0, on_rate_);
    add_if(effect.calls_again > 0, on_redials_);
    add_if(effect.touches_calls(), on_requests_);
    add_if(true, all_);
  }
}

double Conditions::PlannedRate(std::uint64_t slot) const noexcept {
  double rate = offered_.PlannedAt(slot);
  const SimTime at{static_cast<std::int64_t>(slot) * kMsPerSecond};
  on_rate_.Each(at, [&](std::uint32_t index) {
    const Effect& effect = effects_[index];
    const std::uint32_t strength = effect.schedule.StrengthAt(at);
    if (strength > 0) {
      rate *= 1.0 + (effect.rate_factor - 1.0) * strength / Schedule::kFull;
    }
  });
  return rate;
}

const Effect* Conditions::FailoverOf(std::uint64_t slot,
                                     std::uint64_t stream_key) const noexcept {
  const SimTime at{static_cast<std::int64_t>(slot) * kMsPerSecond};
  const Effect* first = nullptr;
  moving_.Each(at, [&](std::uint32_t index) {
    const Effect& effect = effects_[index];
    if (first != nullptr && first->number < effect.number) return;
    const std::uint64_t strength = effect.schedule.StrengthAt(at);
    if (strength > 0 && effect.MayMove(stream_key) &&
        Happens(Draw(stream_key, Purpose::kFailover, effect.number),
                strength << 16)) {
      first = &effect;
    }
  });
  return first;
}

std::optional<SimTime> Conditions::DropOf(
    const Effect& effect, const Schedule::Occurrence& occurrence, SimTime from,
    std::uint64_t stream_key) noexcept {
  // Each occurrence has its own draws, by the second in which it begins.
  const std::uint64_t which =
      (static_cast<std::uint64_t>(occurrence.from.ms / kMsPerSecond) & 0xffffff)
          << 16 |
      effect.number;
  const auto length = static_cast<std::uint64_t>(
      std::min(occurrence.to.ms - occurrence.from.ms, kMsPerDay));
  std::optional<SimTime> first;
  const auto drop = [&](std::uint64_t share, Purpose whether, Purpose when,
                        std::uint64_t within_ms) {
    const SimTime at{occurrence.from.ms +
                     static_cast<std::int64_t>(
                         PickBelow(Draw(stream_key, when, which), within_ms))};
    if (at >= from && (!first || at < *first) &&
        Happens(Draw(stream_key, whether, which),
                share * effect.schedule.StrengthAt(at) >> 16)) {
      first = at;
    }
  };
  if (effect.dropped > 0) {
    drop(effect.dropped, Purpose::kDropped, Purpose::kDroppedInstant, length);
  }
  if (effect.cut > 0 && from <= occurrence.from) {
    drop(effect.cut, Purpose::kCut, Purpose::kCutInstant,
         std::min(kCutMs, length));
  }
  return first;
}

std::optional<SimTime> Conditions::DropIn(
    SimTime from, SimTime until, const CallScope& call) const noexcept {
  std::optional<SimTime> first;
  dropping_.EachIn(from, until, [&](std::uint32_t index) {
    const Effect& effect = effects_[index];
    if (!effect.Concerns(call)) return;
    SimTime next = from;
    while (const auto occurrence = effect.schedule.Next(next, until)) {
      const auto at = DropOf(effect, *occurrence, from, call.stream_key);
      if (at && *at < until && (!first || *at < *first)) first = at;
      if (occurrence->to >= until) break;
      next = occurrence->to;
    }
  });
  return first;
}

const Effect* Conditions::CallsAgainAt(SimTime at,
                                       const CallScope& caller) const noexcept {
  const Effect* found = nullptr;
  on_redials_.Each(at, [&](std::uint32_t index) {
    const Effect& effect = effects_[index];
    const std::uint64_t strength = effect.schedule.StrengthAt(at);
    if (found == nullptr && strength > 0 && effect.Concerns(caller) &&
        Happens(Draw(caller.stream_key, Purpose::kCallsAgain, effect.number),
                effect.calls_again * strength >> 16)) {
      found = &effect;
    }
  });
  return found;
}

std::vector<std::string_view> Conditions::InForce(SimTime at,
                                                  const Scope& scope) const {
  std::vector<const Effect*> active;
  EachActive(all_, at, scope, [&](const Effect& effect, std::uint64_t) {
    if (effect.touches_calls()) active.push_back(&effect);
  });
  std::sort(active.begin(), active.end(), IsBefore);
  std::vector<std::string_view> names;
  for (const Effect* const effect : active) names.push_back(effect->name);
  return names;
}

SimTime Conditions::CalmUntil(SimTime at) const noexcept {
  SimTime until{at.ms + kCalmMs};
  on_requests_.EachIn(at, until, [&](std::uint32_t index) {
    const auto occurrence = effects_[index].schedule.Next(at, until);
    if (occurrence) until = std::max(occurrence->from, at);
  });
  return until;
}

std::vector<const Effect*> Conditions::ActiveIn(SimTime from,
                                                SimTime to) const {
  std::vector<const Effect*> active;
  all_.EachIn(from, to, [&](std::uint32_t index) {
    const Effect& effect = effects_[index];
    if (effect.schedule.Next(from, to)) active.push_back(&effect);
  });
  std::sort(active.begin(), active.end(), IsBefore);
  active.erase(std::unique(active.begin(), active.end()), active.end());
  return active;
}

// What a caller does who answers something that does not match.
std::optional<Behaviour> Conditions::Mismatch(
    const MediaTraits& traits) noexcept {
  for (const Behaviour behaviour :
       {Behaviour::kWrongPhrase, Behaviour::kUnclear, Behaviour::kStopsEarly}) {
    const bool is_spoken = traits.input != Input::kDtmf;
    if (IsPossible(behaviour, traits) &&
        (behaviour == Behaviour::kStopsEarly) != is_spoken) {
      return behaviour;
    }
  }
  return std::nullopt;
}

}  // namespace busyhour::internal
