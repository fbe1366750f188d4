#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "job/job_spec.h"

// A job as a manifest notes it, through the table of job/job_options.h.

namespace busyhour {

/// What a manifest notes of a job: an object with a member for each part.
nlohmann::ordered_json JobJson(const Job& job);

/// Reads what a manifest, `json`, notes of a job with `profile`. Everything
/// must be as `JobJson` would note it; what is not is told by `add` with its
/// JSON Pointer.
Job ReadJobJson(const nlohmann::json& json, const Profile& profile,
                const std::function<void(const std::string& pointer,
                                         std::string message)>& add);

/// Why the manifest `json` is of another job than `job`, part by part: `it has
/// seed 2, and this one seed 1`. Empty when it is of the same.
std::vector<std::string> JobDifferences(const nlohmann::json& json,
                                        const Job& job);

}  // namespace busyhour
