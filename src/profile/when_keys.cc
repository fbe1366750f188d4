#include "profile/when_keys.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/units.h"
#include "profile/values.h"

namespace busyhour::internal {
namespace {

constexpr std::int64_t kMostWhenMs = kMsPerYear;

// The keys of which one gives the times, and those that need a length.
constexpr std::array<std::string_view, 4> kStarts = {"every", "at", "after",
                                                     "random_every"};

// Adds `problem` at each of the keys that `node` has.
void RefuseKeys(const JsonNode& node, std::initializer_list<const char*> keys,
                const std::string& problem, ProblemList& problems) {
  for (const char* const key : keys) {
    const JsonNode* const member = node.Find(key);
    if (member != nullptr) problems.AddAtKey(*member, problem);
  }
}

// Whether at most one key says when it begins.
bool HasOneStart(const JsonNode& node, ProblemList& problems) {
  std::string_view first;
  bool is_one = true;
  for (const std::string_view key : kStarts) {
    const JsonNode* const member = node.Find(key);
    if (member == nullptr) continue;
    if (!first.empty()) {
      problems.AddAtKey(*member, "cannot be combined with \"" +
                                     std::string(first) +
                                     "\", which also says when it begins");
      is_one = false;
    }
    first = key;
  }
  return is_one;
}

void CheckRecurring(const When& when, const JsonNode& node,
                    ProblemList& problems) {
  const std::string every = FormatDurationExact(when.every_ms);
  if (when.length_ms > when.every_ms) {
    problems.Add(node.PlaceOf("length"),
                 "it lasts " + FormatDurationExact(when.length_ms) +
                     ", longer than the " + every + " until it comes again");
  }
  if (when.offset_ms >= when.every_ms) {
    problems.Add(node.PlaceOf("offset"),
                 "the offset, " + FormatDurationExact(when.offset_ms) +
                     ", must be less than the " + every + " of \"every\"");
  }
}

void CheckRandom(const When& when, const JsonNode& node,
                 ProblemList& problems) {
  RefuseKeys(node, {"length", "offset", "endless"},
             "cannot be combined with \"random_every\"; \"random_length\" "
             "gives the lengths",
             problems);
  const auto longest_ms = static_cast<std::int64_t>(when.random_length.max);
  if (longest_ms > when.random_every_ms) {
    problems.Add(node.PlaceOf("random_every"),
                 "is shorter than the longest length, " +
                     FormatDurationExact(longest_ms) +
                     "; use at least that, or a smaller \"max\" of "
                     "\"random_length\"");
  }
}

void CheckRamps(const When& when, const JsonNode& node, ProblemList& problems) {
  if (when.is_random() || when.endless) return;
  const std::int64_t ramps_ms = when.ramp_in_ms + when.ramp_out_ms;
  if (ramps_ms <= when.length_ms) return;
  problems.Add(node.PlaceOf(when.ramp_in_ms > 0 ? "ramp_in" : "ramp_out"),
               "the ramps take " + FormatDurationExact(ramps_ms) +
                   ", longer than the length, " +
                   FormatDurationExact(when.length_ms));
}

}  // namespace

void VisitWhen(When& when, KeyVisitor& keys, bool may_be_always) {
  const bool happens = !may_be_always || when.length_ms > 0 || when.is_once() ||
                       when.is_random();
  const bool recurs = happens && !when.is_once() && !when.is_random();
  keys.Optional(
      "every",
      WrittenIf(recurs, Duration(when.every_ms, kMsPerMinute, kMostWhenMs)),
      "Time between its starts, which are multiples of this since 1970 (UTC), "
      "plus `offset`.");
  keys.Optional("offset",
                WrittenIf(recurs, Duration(when.offset_ms, 0, kMostWhenMs)),
                "Offset of all starts; less than `every`.");
  keys.Optional(
      "at",
      WrittenIf(when.at.ms >= 0, WithDefault(Instant(when.at), "not set")),
      "It happens once, from this time on; instead of `every`. ISO "
      "8601; UTC if there is no zone.");
  keys.Optional(
      "after",
      WrittenIf(
          when.after_ms >= 0,
          WithDefault(Duration(when.after_ms, 0, kMostWhenMs), "not set")),
      "It happens once, so long after the start of the run; instead of "
      "`every`.");
  keys.Optional(
      "random_every",
      WrittenIf(
          when.is_random(),
          WithDefault(Duration(when.random_every_ms, kMsPerMinute, kMostWhenMs),
                      "not set")),
      "Mean time between its starts, which the seed determines; instead of "
      "`every`. At least the longest `random_length`.");
  Value length = WrittenIf(happens && !when.is_random() && !when.endless,
                           Duration(when.length_ms, kMsPerSecond, kMostWhenMs));
  if (may_be_always) length = WithDefault(length, "always active");
  keys.Optional("length", length, "Its duration; at most `every`.");
  keys.Optional("random_length",
                WrittenIf(when.is_random(), Spread(when.random_length,
                                                   kMsPerSecond, kMostWhenMs)),
                "With `random_every`, its duration.");
  keys.Optional("endless", WrittenIf(when.endless, Flag(when.endless)),
                "With `at` or `after`: whether it lasts to the end of the "
                "run.");
  keys.Optional(
      "ramp_in",
      WrittenIf(when.ramp_in_ms > 0, Duration(when.ramp_in_ms, 0, kMostWhenMs)),
      "The time in which it grows to its full strength: all shares, "
      "and the distance of all factors from 1.");
  keys.Optional("ramp_out",
                WrittenIf(when.ramp_out_ms > 0,
                          Duration(when.ramp_out_ms, 0, kMostWhenMs)),
                "The time in which it fades at its end.");
  const bool varies = when.form != When::Form::kSteady;
  keys.Optional(
      "form",
      WrittenIf(varies, Word(when.form, {"steady", "sawtooth", "noise"})),
      "How its strength varies: not at all; growing from nothing to "
      "full strength in each `form_period`; or at random from one "
      "`form_period` to the next.");
  keys.Optional(
      "form_period",
      WrittenIf(varies, Duration(when.form_period_ms, kMsPerSecond, kMsPerDay)),
      "The period of `form`.");
}

void CheckWhen(const When& when, const JsonNode& node, ProblemList& problems,
               bool may_be_always) {
  if (node.kind != JsonNode::Kind::kObject || !HasOneStart(node, problems)) {
    return;
  }
  if (when.is_random()) {
    CheckRandom(when, node, problems);
    return;
  }
  if (!when.is_once()) {
    RefuseKeys(node, {"endless"}, "needs \"at\" or \"after\"", problems);
  } else {
    RefuseKeys(node, {"offset"}, "needs \"every\"", problems);
  }
  RefuseKeys(node, {"random_length"}, "needs \"random_every\"", problems);
  if (may_be_always && when.length_ms == 0) {
    if (when.endless) return;
    RefuseKeys(node,
               {"every", "offset", "at", "after", "ramp_in", "ramp_out", "form",
                "form_period"},
               "needs a \"length\": without one the fault is always in force",
               problems);
    return;
  }
  if (!when.is_once()) CheckRecurring(when, node, problems);
  CheckRamps(when, node, problems);
}

}  // namespace busyhour::internal
