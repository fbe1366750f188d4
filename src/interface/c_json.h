#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "busyhour/call.h"
#include "busyhour/error.h"
#include "busyhour/job.h"
#include "busyhour/verify.h"
#include "busyhour/write.h"

// What the C interface reads and writes as JSON.

namespace busyhour {

/// The job of options as JSON. Throws `InputError`.
Job JobOfJson(std::string_view options);
/// The verifier of options; if `job` is null, these also describe the job, or
/// name its manifest. Throws `InputError` with all problems.
Verifier VerifierOfJson(const Job* job, std::string_view options);

std::string JsonOf(const InputError& error);
/// An error without a place.
std::string JsonOfError(std::string_view message);
std::string JsonOf(const Job& job);
std::string JsonOf(const Totals& totals);
std::string JsonOf(const Call& call, std::string_view shape);
std::string JsonOf(const Verdict& verdict);
/// A list of texts.
std::string JsonOf(const std::vector<std::string>& names);

}  // namespace busyhour
