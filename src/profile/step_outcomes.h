#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "profile/profile.h"

// Which outcomes a step can have, and what they mean for the call.

namespace busyhour {

/// The request that the step makes; nothing for a wait.
std::optional<Operation> OperationOf(const Step& step);

/// What decides about its media outcomes; of a wait, those of no media.
MediaTraits TraitsOf(const Step& step);

/// True when the step's request brings a call about.
bool StartsACall(const Step& step);

/// All outcomes that the step can have, whatever the weights.
std::vector<Outcome> PossibleOutcomes(const Step& step);

/// True when the call is over with that outcome, whatever `on` and `next` say.
bool EndsCall(const Step& step, Outcome outcome);

/// True when the flow must say where it leads.
bool NeedsTarget(const Step& step, Outcome outcome);

/// What `on` may name: the groups and the outcomes that do not end the call.
std::vector<std::string_view> OutcomeWords(const Step& step);

/// The transition that is taken on `outcome`: one for it, or else one for its
/// group; null when there is neither.
const Transition* TransitionFor(const Step& step, Outcome outcome);

/// Where `outcome` leads, `next` included; null for nowhere.
const Mix<int>* TargetsOf(const Step& step, Outcome outcome);

/// The step's kind as a message says it: `Play`, `Recognize by Dtmf`, `a wait`.
std::string StepKindText(const Step& step);

}  // namespace busyhour
