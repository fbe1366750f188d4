#pragma once

#include <vector>

#include "run/manifest.h"
#include "run/manifest_members.h"

namespace busyhour {

/// Refuses what cannot be of a place in a stream of these logs, by the names of
/// `members`. `files` are the stream's.
void CheckPoint(const Job& job, LogSet logs, const StreamPoint& point,
                const std::vector<const Manifest::File*>& files,
                const JsonMembers& members);

/// Refuses what a job that is complete says twice, and not alike.
void CheckComplete(const Manifest& manifest, const AddProblem& add);

}  // namespace busyhour
