#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "profile/incident.h"
#include "profile/keys.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// The value of the key `incidents`.
Value IncidentList(std::vector<Incident>& incidents);

/// The scope as JSON: its keys that differ from the default.
std::string ScopeJson(const IncidentScope& scope);
/// What the incident does, by the names of its keys: `requests`, `rate_factor`.
std::vector<std::string_view> KindsOf(const Incident& incident);

/// The regions to which incidents move calls, enabled or not, in the order in
/// which they first occur.
std::vector<std::string_view> FailoverRegions(
    const std::vector<Incident>& incidents);
/// Maximum number of these regions in a profile.
inline constexpr std::size_t kMostFailoverRegions = 14;

/// The largest factor on the rate at any time. Incidents that happen more than
/// once count as if they could all happen at the same time.
double MostRateFactor(const std::vector<Incident>& incidents);

/// Checks the incidents of a profile that was read from `root`. Adds errors to
/// `problems`.
void CheckIncidents(const Profile& profile, const JsonNode& root,
                    ProblemList& problems);

}  // namespace busyhour::internal
