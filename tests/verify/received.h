#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "engine/run_job.h"
#include "verify/verifier.h"

// What a test has received, in place of a file.

namespace busyhour {

/// A source of `bytes`, at most `step` at a time.
inline InputBytes::Source SourceOf(std::string bytes,
                                   std::size_t step = 1 << 20) {
  return [bytes = std::move(bytes), step, at = std::size_t{0}](
             char* to, std::size_t size) mutable -> long {
    const std::size_t count = std::min({size, step, bytes.size() - at});
    std::memcpy(to, bytes.data() + at, count);
    at += count;
    return static_cast<long>(count);
  };
}

/// The verdict on what was received of a job.
inline Verdict VerdictOn(const Runs& runs, const std::vector<Job>& jobs,
                         const std::vector<std::string>& inputs,
                         const VerifyOptions& options = {},
                         std::size_t step = 1 << 20) {
  SentRecords sent(runs.plan, runs.cast, jobs);
  Verifier verifier(runs.cast, jobs.front().shape, sent, options);
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

}  // namespace busyhour
