#pragma once

#include <string>

#include "base/status.h"
#include "job/job.h"
#include "logs/cast.h"
#include "profile/profile.h"

namespace busyhour {

/// Why labels of incidents cannot be written for the job; empty if they can.
std::string ObjectionToIncidentLabels(const Job& job);

/// Writes what each incident did to `path`, as JSON Lines, by simulating the
/// calls with and without each incident: a line for each touched record, in the
/// order of the calls, then one for each occurrence of an incident.
/// docs/labels.md describes them. `may_replace`: an existing file is replaced.
Status WriteIncidentLabels(const Profile& profile, const Job& job,
                           const Cast& cast, const std::string& path,
                           bool may_replace);

}  // namespace busyhour
