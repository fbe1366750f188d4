#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "job/job_spec.h"

// The form of a job in a manifest, given by the table of job/job_options.h.

namespace busyhour::internal {

/// The description of a job in a manifest: an object with a member for each
/// part.
nlohmann::ordered_json JobJson(const Job& job);

/// Reads the job in a manifest, `json`, with `profile`. Every member must be as
/// `JobJson` writes it; for others, `add` gets the JSON Pointer.
Job ReadJobJson(const nlohmann::json& json, const Profile& profile,
                const std::function<void(const std::string& pointer,
                                         std::string message)>& add);

/// The differences between the job in the manifest `json` and `job`: `it has
/// seed 2, and this one seed 1`. Empty if there are none.
std::vector<std::string> JobDifferences(const nlohmann::json& json,
                                        const Job& job);

}  // namespace busyhour::internal
