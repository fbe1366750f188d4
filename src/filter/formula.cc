#include "filter/formula.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace busyhour::internal {
namespace {

constexpr NumberRange kNoNumber{1, 0};

std::uint64_t CountOf(const Call& call, const EventSet& events) {
  std::uint64_t count = 0;
  events.EachIn(call, [&count](std::uint32_t) { ++count; });
  return count;
}

// Whether the call has an event of each kind, each after the one before.
bool HappenedInOrder(const Call& call, const std::vector<EventSet>& order) {
  std::optional<std::uint32_t> last;
  for (const EventSet& events : order) {
    std::optional<std::uint32_t> first;
    events.EachIn(call, [&](std::uint32_t at_ms) {
      if (last && at_ms <= *last) return;
      if (!first || at_ms < *first) first = at_ms;
    });
    if (!first) return false;
    last = first;
  }
  return true;
}

}  // namespace

std::vector<NumberRange> NumberRange::Pieces() const {
  if (!is_outside) return {*this};
  if (least > most) return {NumberRange{}};
  std::vector<NumberRange> pieces;
  if (least > 0) pieces.push_back({0, least - 1});
  if (most < kLargest) pieces.push_back({most + 1, kLargest});
  if (pieces.empty()) pieces.push_back(kNoNumber);
  return pieces;
}

NumberRange RangeOf(std::string_view comparison, std::uint64_t number) {
  if (comparison == "!=") return {number, number, true};
  if (comparison == "<=") return {0, number};
  if (comparison == ">=") return {number, NumberRange::kLargest};
  if (comparison == "<") {
    return number == 0 ? kNoNumber : NumberRange{0, number - 1};
  }
  if (comparison == ">") {
    return number == NumberRange::kLargest
               ? kNoNumber
               : NumberRange{number + 1, NumberRange::kLargest};
  }
  return {number, number};
}

bool Claim::Holds(const Call& call, const Plan& plan) const {
  if (const auto* often = std::get_if<HowOften>(&says)) {
    return often->range.Has(CountOf(call, often->events));
  }
  if (const auto* order = std::get_if<InOrder>(&says)) {
    return HappenedInOrder(call, order->events);
  }
  if (const auto* much = std::get_if<HowMuch>(&says)) {
    return much->range.Has(much->quantity->of(call));
  }
  const IsWord& is = std::get<IsWord>(says);
  return is.property->is(call, plan, is.word) != is.is_other;
}

bool Claim::ReadsNotes() const {
  if (const auto* often = std::get_if<HowOften>(&says)) {
    return often->events.has_notes();
  }
  const auto* order = std::get_if<InOrder>(&says);
  return order != nullptr &&
         std::any_of(order->events.begin(), order->events.end(),
                     [](const EventSet& each) { return each.has_notes(); });
}

bool Formula::Holds(const Call& call, const Plan& plan) const {
  const auto holds = [&](const Formula& part) {
    return part.Holds(call, plan);
  };
  switch (kind) {
    case Kind::kClaim:
      return claim.Holds(call, plan);
    case Kind::kNot:
      return !parts.front().Holds(call, plan);
    case Kind::kAll:
      return std::all_of(parts.begin(), parts.end(), holds);
    case Kind::kAny:
      return std::any_of(parts.begin(), parts.end(), holds);
  }
  return false;
}

bool Formula::ReadsNotes() const {
  return claim.ReadsNotes() ||
         std::any_of(parts.begin(), parts.end(),
                     [](const Formula& part) { return part.ReadsNotes(); });
}

}  // namespace busyhour::internal
