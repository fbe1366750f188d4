#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "profile/keys.h"
#include "profile/profile.h"
#include "profile/targets.h"
#include "profile/values.h"

namespace busyhour {

/// The kinds of participants that have a phone or a client.
const Names<ParticipantKind>& ParticipantKindNames();

/// Reads the step at `node`, but for its name. False when it is not certain
/// where the step leads.
bool ReadStep(const JsonNode& node, ProblemList& problems, FlowDraft& draft,
              Step& step);

/// The step as JSON, but for its name.
std::string WriteStep(Step& step, FlowDraft& draft);

/// Visits the keys of steps of all kinds.
void VisitAnyStep(KeyVisitor& keys);

}  // namespace busyhour
