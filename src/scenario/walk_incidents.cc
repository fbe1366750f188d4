// What incidents do to a call: the walk's questions to the conditions.

#include <cstdint>
#include <optional>

#include "scenario/walk.h"

namespace busyhour::internal {
namespace {

MediaTraits TraitsOf(const StepPlan& step) {
  return {step.activity, step.source, step.input,
          static_cast<int>(step.max_tones)};
}

}  // namespace

std::uint64_t Walk::SlowedByIncidents(const StepPlan& step,
                                      std::uint64_t ms) const noexcept {
  return plan_.conditions.LatencyAt(Now(), ScopeOf(step), ms);
}

std::optional<std::uint8_t> Walk::RefusedByIncidents(
    const StepPlan& step) const noexcept {
  return plan_.conditions.RefusalAt(Now(), ScopeOf(step), Draws());
}

std::optional<Outcome> Walk::FailedByIncidents(
    const StepPlan& step) const noexcept {
  return plan_.conditions.MediaFailureAt(Now(), ScopeOf(step), TraitsOf(step),
                                         Draws());
}

std::optional<Behaviour> Walk::ChangedByIncidents(
    const StepPlan& step) const noexcept {
  return plan_.conditions.BehaviourAt(Now(), ScopeOf(step), TraitsOf(step),
                                      Draws());
}

bool Walk::UnreachableByIncidents(const StepPlan& step) const noexcept {
  return plan_.conditions.IsUnreachableAt(Now(), ScopeOf(step), Draws());
}

}  // namespace busyhour::internal
