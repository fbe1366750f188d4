#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "profile/keys.h"
#include "profile/profile.h"
#include "profile/targets.h"
#include "profile/values.h"

namespace busyhour::internal {

/// The kinds of participants that have a phone or a client.
const Names<ParticipantKind>& ParticipantKindNames();

/// All operations.
const Names<Operation>& OperationNames();

/// Reads the step at `node`, except its name. False if its targets are
/// uncertain.
bool ReadStep(const JsonNode& node, ProblemList& problems, FlowDraft& draft,
              Step& step);

/// The step as JSON, without its name.
std::string WriteStep(Step& step, FlowDraft& draft);

/// Visits the keys of steps of all kinds.
void VisitAnyStep(KeyVisitor& keys);

}  // namespace busyhour::internal
