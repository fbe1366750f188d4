#include "conditions/schedule.h"

#include <algorithm>
#include <cmath>

#include "base/stream.h"
#include "conditions/pick.h"

namespace busyhour::internal {
namespace {

// The rising part of a ramp of `ramp_ms`, `ms` after its foot.
std::uint64_t Risen(std::int64_t ms, std::int64_t ramp_ms) {
  if (ms >= ramp_ms) return Schedule::kFull;
  return static_cast<std::uint64_t>(ms) * Schedule::kFull /
         static_cast<std::uint64_t>(ramp_ms);
}

// The shares of cells in which more than 0, 1, ... occurrences begin, of 2^32:
// the tails of a Poisson distribution.
void SetTails(double mean, std::uint64_t* more_than, int count) {
  double term = std::exp(-mean);
  double below = 0.0;
  for (int n = 0; n < count; ++n) {
    below += term;
    term *= mean / (n + 1);
    more_than[n] = ShareOf(1.0 - below);
  }
}

}  // namespace

Schedule::Schedule(const When& when, const RunKey& run, std::uint32_t number)
    : when_(when),
      key_(StreamKey(run.key, kSlotItself,
                     std::uint64_t{number} << 32 | 0xffffffff)) {
  if (when.is_once()) {
    const SimTime from =
        when.at.ms >= 0 ? when.at : SimTime{run.start.ms + when.after_ms};
    once_ = {from, when.endless ? kNever : SimTime{from.ms + when.length_ms}};
  } else if (when.is_random()) {
    random_length_ = Distribution(when.random_length);
    cell_ms_ = std::max<std::int64_t>(random_length_.max(), 1);
    SetTails(static_cast<double>(cell_ms_) /
                 static_cast<double>(when.random_every_ms),
             more_than_, kMostInCell);
  }
}

std::uint64_t Schedule::KeyOf(std::int64_t index) const noexcept {
  return MixWords(key_, static_cast<std::uint64_t>(index));
}

std::optional<Schedule::Occurrence> Schedule::AtRecurring(
    std::int64_t ms) const noexcept {
  if (ms < when_.offset_ms) return std::nullopt;
  const std::int64_t into = (ms - when_.offset_ms) % when_.every_ms;
  if (into >= when_.length_ms) return std::nullopt;
  return Occurrence{{ms - into}, {ms - into + when_.length_ms}};
}

// The first occurrence that begins in the cell and contains the time or, if
// `or_next`, follows it.
std::optional<Schedule::Occurrence> Schedule::InCell(
    std::int64_t cell, std::int64_t ms, bool or_next) const noexcept {
  if (cell < 0) return std::nullopt;
  const std::uint64_t key = KeyOf(cell);
  const std::uint64_t count_draw = Draw(key, Purpose::kOccurrenceCount) >> 32;
  std::optional<Occurrence> first;
  for (std::uint64_t n = 0; n < kMostInCell; ++n) {
    if (count_draw >= more_than_[n]) break;
    const std::int64_t from =
        cell * cell_ms_ + static_cast<std::int64_t>(
                              PickBelow(Draw(key, Purpose::kOccurrenceStart, n),
                                        static_cast<std::uint64_t>(cell_ms_)));
    const std::int64_t to =
        from +
        std::max(random_length_(Draw(key, Purpose::kOccurrenceLength, n)), 1);
    if (ms >= to || (ms < from && !or_next)) continue;
    if (!first || from < first->from.ms) first = {{from}, {to}};
  }
  return first;
}

std::optional<Schedule::Occurrence> Schedule::At(SimTime at) const noexcept {
  if (once_) {
    if (at < once_->from || at >= once_->to) return std::nullopt;
    return once_;
  }
  if (cell_ms_ == 0) return AtRecurring(at.ms);
  const std::int64_t cell = at.ms / cell_ms_;
  if (const auto earlier = InCell(cell - 1, at.ms, false)) return earlier;
  return InCell(cell, at.ms, false);
}

std::optional<Schedule::Occurrence> Schedule::Next(
    SimTime at, SimTime until) const noexcept {
  if (const auto now = At(at)) return now;
  std::optional<Occurrence> next;
  if (once_) {
    if (once_->from > at) next = once_;
  } else if (cell_ms_ == 0) {
    const std::int64_t since =
        std::max<std::int64_t>(at.ms - when_.offset_ms, 0);
    const std::int64_t starts = (since + when_.every_ms - 1) / when_.every_ms;
    const std::int64_t from = when_.offset_ms + starts * when_.every_ms;
    next = {{from}, {from + when_.length_ms}};
  } else {
    for (std::int64_t cell = at.ms / cell_ms_; cell * cell_ms_ < until.ms;
         ++cell) {
      next = InCell(cell, at.ms, true);
      if (next) break;
    }
  }
  if (next && next->from >= until) return std::nullopt;
  return next;
}

std::uint32_t Schedule::StrengthAt(SimTime at) const noexcept {
  const auto occurrence = At(at);
  if (!occurrence) return 0;
  const std::int64_t since = at.ms - occurrence->from.ms;
  std::uint64_t strength = Risen(since, when_.ramp_in_ms);
  if (occurrence->to != kNever) {
    strength =
        std::min(strength, Risen(occurrence->to.ms - at.ms, when_.ramp_out_ms));
  }
  const std::int64_t period = since / when_.form_period_ms;
  switch (when_.form) {
    case When::Form::kSteady:
      break;
    case When::Form::kSawtooth:
      strength = strength *
                 static_cast<std::uint64_t>(since % when_.form_period_ms) /
                 static_cast<std::uint64_t>(when_.form_period_ms);
      break;
    case When::Form::kNoise:
      strength = strength *
                 (Draw(KeyOf(occurrence->from.ms), Purpose::kStrength,
                       static_cast<std::uint64_t>(period)) >>
                  48) /
                 kFull;
      break;
  }
  return static_cast<std::uint32_t>(strength);
}

}  // namespace busyhour::internal
