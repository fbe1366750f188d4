#pragma once

#include <string_view>

#include "catalog/outcomes.h"
#include "catalog/participants.h"

// Words of the stories that `explain` prints.

namespace busyhour::internal {

std::string_view KindName(ParticipantKind kind);

/// What a caller did if a recognize ended with this outcome.
std::string_view DoingOf(Outcome outcome);

}  // namespace busyhour::internal
