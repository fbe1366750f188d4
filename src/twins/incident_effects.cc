#include "twins/incident_effects.h"

#include <algorithm>
#include <cstddef>

#include "catalog/statuses.h"

namespace busyhour {
namespace {

constexpr int kFirstFailure = 400;

}  // namespace

IncidentEffects::IncidentEffects(const Conditions& conditions, SimTime start,
                                 SimTime end, std::int64_t lasting_ms)
    : lasting_ms_(lasting_ms) {
  for (const Effect& effect : conditions.effects()) {
    std::vector<Measured>& all = occurrences_[effect.number];
    SimTime next = start;
    while (const auto occurrence = effect.schedule.Next(next, end)) {
      Measured& measured = all.emplace_back();
      measured.effect.effect = &effect;
      measured.effect.occurrence = *occurrence;
      if (occurrence->to >= end) break;
      next = occurrence->to;
    }
  }
}

IncidentEffects::Measured* IncidentEffects::At(const Effect& effect, SimTime at,
                                               bool or_before) {
  std::vector<Measured>& all = occurrences_[effect.number];
  const auto after = std::upper_bound(
      all.begin(), all.end(), at, [](SimTime time, const Measured& each) {
        return time < each.effect.occurrence.from;
      });
  if (after == all.begin()) {
    return or_before && !all.empty() ? &all.front() : nullptr;
  }
  Measured& measured = *(after - 1);
  if (!or_before && at >= measured.effect.occurrence.to) return nullptr;
  return &measured;
}

void IncidentEffects::AddRecord(const Effect& effect,
                                const TouchedRecord& record, bool is_indirect) {
  const SimTime at = record.record.time();
  Measured* const measured = At(effect, at, true);
  if (measured == nullptr) return;
  IncidentEffect& of = measured->effect;
  if (of.touched() == 0) of.first = of.last = at;
  of.first = std::min(of.first, at);
  of.last = std::max(of.last, at);
  if (is_indirect) {
    ++of.indirect;
  } else {
    ++(record.touch == Touch::kCaused    ? of.caused
       : record.touch == Touch::kChanged ? of.changed
                                         : of.suppressed);
  }
}

void IncidentEffects::AddCall(const Effect& effect, const Call& call,
                              bool is_with) {
  const auto time_of = [&call](std::uint32_t ms) {
    return SimTime{static_cast<std::int64_t>(call.key.slot) * kMsPerSecond +
                   ms};
  };
  const auto figures = [is_with](Measured& measured) -> TrafficFigures& {
    return is_with ? measured.effect.with : measured.effect.without;
  };
  if (!effect.Concerns(call.scope)) return;
  if (Measured* const of = At(effect, time_of(call.attempted_ms), false)) {
    ++figures(*of).calls;
  }
  for (const Request& request : call.requests) {
    if (!effect.Concerns(
            Scope{call.scope, request.operation, request.sub_operation})) {
      continue;
    }
    Measured* const of = At(effect, time_of(request.at_ms), false);
    if (of == nullptr) continue;
    if (of->with == nullptr) {
      of->with = std::make_unique<Histogram>();
      of->without = std::make_unique<Histogram>();
      open_.push_back(of);
    }
    ++figures(*of).requests;
    if (Statuses()[request.status] >= kFirstFailure) ++figures(*of).failed;
    (is_with ? of->with : of->without)->Add(request.duration_ms);
  }
}

void IncidentEffects::Close(Measured& measured) {
  constexpr double kP95 = 0.95;
  measured.effect.with.p95_ms = measured.with->Quantile(kP95);
  measured.effect.without.p95_ms = measured.without->Quantile(kP95);
  measured.with.reset();
  measured.without.reset();
}

void IncidentEffects::Pass(std::uint64_t slot) {
  const std::int64_t ms = static_cast<std::int64_t>(slot) * kMsPerSecond;
  std::erase_if(open_, [&](Measured* measured) {
    const SimTime to = measured->effect.occurrence.to;
    if (to == Schedule::kNever || to.ms + lasting_ms_ > ms) return false;
    Close(*measured);
    return true;
  });
}

std::vector<IncidentEffect> IncidentEffects::Finish() {
  for (Measured* const measured : open_) Close(*measured);
  open_.clear();
  std::vector<IncidentEffect> all;
  for (const auto& [number, occurrences] : occurrences_) {
    for (const Measured& measured : occurrences) {
      all.push_back(measured.effect);
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const IncidentEffect& a, const IncidentEffect& b) {
                     return a.occurrence.from < b.occurrence.from;
                   });
  return all;
}

}  // namespace busyhour
