#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/run_job.h"
#include "read/source.h"
#include "verify/verifier.h"

// Verifies received text in a test, without files.

namespace busyhour::internal {

/// The verdict on `inputs`, as received from `jobs`.
inline Verdict VerdictOn(const Runs& runs, const std::vector<Job>& jobs,
                         const std::vector<std::string>& inputs,
                         const VerifyOptions& options = {},
                         std::size_t step = 1 << 20) {
  SentRecords sent(runs.worlds, jobs);
  Verifier verifier(runs.worlds, jobs.front().shape, sent, options);
  for (const std::string& input : inputs) {
    verifier.Read(SourceOf(input, step), "input");
  }
  return verifier.Finish();
}

inline Verdict VerdictOn(const Runs& runs, const Job& job,
                         const std::string& input,
                         const VerifyOptions& options = {},
                         std::size_t step = 1 << 20) {
  return VerdictOn(runs, std::vector<Job>{job}, {input}, options, step);
}

}  // namespace busyhour::internal
