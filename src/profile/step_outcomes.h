#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "profile/profile.h"

// The outcomes that a step can have, and their effects on the call.

namespace busyhour::internal {

/// The request that the step makes; nothing for a wait.
std::optional<Operation> OperationOf(const Step& step);

/// The traits that determine its media outcomes; for a wait, those without
/// media.
MediaTraits TraitsOf(const Step& step);

/// Whether the step's request starts a call.
bool StartsACall(const Step& step);

/// All outcomes that the step can have, regardless of the weights.
std::vector<Outcome> PossibleOutcomes(const Step& step);

/// Whether this outcome ends the call, regardless of `on` and `next`.
bool EndsCall(const Step& step, Outcome outcome);

/// Whether the flow must define a target for this outcome.
bool NeedsTarget(const Step& step, Outcome outcome);

/// The words allowed in `on`: the groups, and the outcomes that do not end the
/// call.
std::vector<std::string_view> OutcomeWords(const Step& step);
/// The same for steps of any kind.
std::vector<std::string_view> AllOutcomeWords();

/// The transition for `outcome`: by name, or else by group; null if there is
/// none.
const Transition* TransitionFor(const Step& step, Outcome outcome);

/// The targets of `outcome`, including `next`; null if there are none.
const Mix<int>* TargetsOf(const Step& step, Outcome outcome);

/// The kind of the step in messages: `Play`, `Recognize by Dtmf`, `a wait`.
std::string StepKindText(const Step& step);

}  // namespace busyhour::internal
