#include "twins/incident_effects.h"

#include <algorithm>
#include <cstddef>

#include "catalog/statuses.h"

namespace busyhour::internal {
namespace {

constexpr int kFirstFailure = 400;

}  // namespace

IncidentEffects::IncidentEffects(const Conditions& conditions,
                                 SimTime first_attempt, SimTime start,
                                 SimTime end, std::int64_t lasting_ms)
    : start_(start), end_(end), lasting_ms_(lasting_ms) {
  const SimTime over{end.ms + lasting_ms};
  for (const Effect& effect : conditions.effects()) {
    std::vector<Measured>& all = occurrences_[effect.number];
    SimTime next = first_attempt;
    while (const auto occurrence = effect.schedule.Next(next, over)) {
      Measured& measured = all.emplace_back();
      measured.effect.effect = &effect;
      measured.effect.occurrence = *occurrence;
      measured.counted_from = std::max(occurrence->from, start);
      if (occurrence->to >= over) break;
      next = occurrence->to;
    }
  }
}

IncidentEffects::Measured* IncidentEffects::At(const Effect& effect,
                                               SimTime at) {
  Measured* const measured = During(effect, at, at);
  return measured != nullptr && measured->effect.occurrence.from <= at &&
                 at < measured->effect.occurrence.to
             ? measured
             : nullptr;
}

IncidentEffects::Measured* IncidentEffects::During(const Effect& effect,
                                                   SimTime call_begin,
                                                   SimTime at) {
  std::vector<Measured>& all = occurrences_[effect.number];
  auto during = std::upper_bound(all.begin(), all.end(), at,
                                 [](SimTime time, const Measured& each) {
                                   return time < each.effect.occurrence.from;
                                 });
  if (during != all.begin() &&
      (during == all.end() ||
       (during - 1)->effect.occurrence.to > call_begin)) {
    --during;
  }
  return during == all.end() ? nullptr : &*during;
}

void IncidentEffects::AddRecord(const Effect& effect,
                                const TouchedRecord& record, bool is_indirect) {
  const SimTime at = record.record.time();
  const SimTime call_begin{
      static_cast<std::int64_t>(record.record.call().slot) * kMsPerSecond};
  // Trouble with the delivery depends on the time of the delivery without it.
  const SimTime due{record.record.delivery().ms - record.late_ms};
  Measured* const measured =
      During(effect, call_begin, effect.acts_on_delivery ? due : at);
  if (measured == nullptr) return;
  IncidentEffect& of = measured->effect;
  if (of.touched() == 0) of.first = of.last = at;
  of.first = std::min(of.first, at);
  of.last = std::max(of.last, at);
  const auto minute = static_cast<std::size_t>(
      std::max<std::int64_t>(at.ms - measured->counted_from.ms, 0) /
      kMsPerMinute);
  if (measured->by_minute.size() <= minute) {
    measured->by_minute.resize(minute + 1);
  }
  ++measured->by_minute[minute];
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
  if (Measured* const of = At(effect, time_of(call.attempted_ms))) {
    ++figures(*of).calls;
  }
  for (const Request& request : call.requests) {
    if (!effect.Concerns(
            Scope{call.scope, request.operation, request.sub_operation})) {
      continue;
    }
    Measured* const of = At(effect, time_of(request.at_ms));
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

SimTime IncidentEffects::LastP99(const Measured& measured) {
  const std::uint64_t all = measured.effect.touched();
  const std::uint64_t most = all - all / 100;
  std::uint64_t count = 0;
  SimTime end = measured.counted_from;
  for (const std::uint32_t of_minute : measured.by_minute) {
    end.ms += kMsPerMinute;
    count += of_minute;
    if (count >= most) break;
  }
  return std::min(end, measured.effect.last);
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
      const IncidentEffect& effect = measured.effect;
      if ((effect.occurrence.to <= start_ || effect.occurrence.from >= end_) &&
          effect.touched() == 0) {
        continue;
      }
      all.push_back(measured.effect);
      all.back().last_p99 = LastP99(measured);
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const IncidentEffect& a, const IncidentEffect& b) {
                     return a.occurrence.from < b.occurrence.from;
                   });
  return all;
}

}  // namespace busyhour::internal
