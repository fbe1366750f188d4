#pragma once

#include <vector>

#include "profile/keys.h"
#include "profile/profile.h"

namespace busyhour {

/// The keys of the section `requests`, and of `media`.
void VisitRequests(Requests& requests, KeyVisitor& keys);
void VisitMediaFailures(MediaFailures& media, KeyVisitor& keys);

/// The value of the key `incidents`.
Value IncidentList(std::vector<Incident>& incidents);
/// Checks the windows of incidents that were read from the profile at `root`.
void CheckIncidents(const std::vector<Incident>& incidents,
                    const JsonNode& root, ProblemList& problems);

}  // namespace busyhour
