#include "conditions/conditions.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace busyhour {
namespace {

bool IsBefore(const Effect* a, const Effect* b) {
  return a->number < b->number;
}

}  // namespace

Conditions::Conditions(const Profile& profile, const RunKey& run)
    : offered_(profile.traffic) {
  for (std::size_t i = 0; i < profile.incidents.size(); ++i) {
    const Incident& incident = profile.incidents[i];
    if (!incident.enabled) continue;
    const auto index = static_cast<std::uint32_t>(effects_.size());
    const Effect& effect = effects_.emplace_back(incident, profile, run,
                                                 static_cast<std::uint32_t>(i));
    const auto add_if = [&](bool has_effect, EffectIndex& to) {
      if (has_effect) to.Add(index, effect.schedule);
    };
    add_if(effect.latency_factor_256 != 256 || effect.latency_added_ms > 0,
           slowing_);
    add_if(effect.refusals.share > 0, refusing_);
    add_if(!effect.play.empty() || !effect.recognize.empty(), failing_media_);
    add_if(effect.silent > 0 || effect.no_match > 0, on_callers_);
    add_if(effect.unreachable > 0, on_reach_);
    add_if(effect.dropped > 0, dropping_);
    add_if(effect.rate_factor != 1.0, on_rate_);
    add_if(effect.calls_again > 0, on_redials_);
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

std::optional<SimTime> Conditions::DropIn(
    SimTime from, SimTime until, const CallScope& call) const noexcept {
  std::optional<SimTime> first;
  dropping_.EachIn(from, until, [&](std::uint32_t index) {
    const Effect& effect = effects_[index];
    if (!effect.Concerns(call)) return;
    SimTime next = from;
    while (const auto occurrence = effect.schedule.Next(next, until)) {
      // Each occurrence has its own draws, by the second in which it begins.
      const std::uint64_t which =
          (static_cast<std::uint64_t>(occurrence->from.ms / kMsPerSecond) &
           0xffffff)
              << 16 |
          effect.number;
      const SimTime at{
          occurrence->from.ms +
          static_cast<std::int64_t>(PickBelow(
              Draw(call.stream_key, Purpose::kDroppedInstant, which),
              static_cast<std::uint64_t>(std::min(
                  occurrence->to.ms - occurrence->from.ms, kMsPerDay))))};
      const std::uint64_t strength = effect.schedule.StrengthAt(at);
      if (at >= from && at < until && (!first || at < *first) &&
          Happens(Draw(call.stream_key, Purpose::kDropped, which),
                  effect.dropped * strength >> 16)) {
        first = at;
      }
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

}  // namespace busyhour
