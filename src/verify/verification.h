#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "check/check.h"
#include "check/threshold.h"
#include "job/job.h"
#include "logs/worlds.h"
#include "read/read_options.h"
#include "verify/manifests.h"
#include "verify/sent_records.h"
#include "verify/verdict.h"
#include "verify/verifier.h"
#include "verify/verify_options.h"

namespace busyhour::internal {

struct VerificationOptions {
  VerifyOptions verify;
  Allowance allowance;
  /// What the verdict must reach besides, by the names of `VerifyFigures`.
  std::vector<Threshold> thresholds;
  /// Whether the jobs' faults define what was sent.
  bool expects_faults = false;
  /// How much of jobs in progress has been sent, by time.
  std::optional<SimTime> until;
  int threads = 1;
};

/// Verifies what was received of one or more jobs, and judges it. For one
/// thread.
class Verification {
 public:
  /// Simulates the calls of the jobs. Throws `InputError` if a manifest does
  /// not describe what its job sends or there are too many resources, and
  /// `std::runtime_error` if a thread cannot be started.
  Verification(SentJobs sent, VerificationOptions options);

  /// Reads the inputs.
  Verifier& verifier() noexcept { return *verifier_; }

  /// The verdict with its checks and hints. Call it once, after the last input.
  /// Throws `InputError` if no record had a name of the name map.
  Verdict Finish();

  /// Those checks of the verdict that judge the thresholds.
  std::vector<Check> thresholds_of(const Verdict& verdict) const {
    return {verdict.checks.end() -
                static_cast<std::ptrdiff_t>(options_.thresholds.size()),
            verdict.checks.end()};
  }

  const SentJobs& sent() const noexcept { return sent_; }
  const Allowance& allowance() const noexcept { return options_.allowance; }
  const VerificationOptions& options() const noexcept { return options_; }

 private:
  std::string WhyNothingAsked() const;

  VerificationOptions options_;
  SentJobs sent_;
  Worlds worlds_;
  std::unique_ptr<SentRecords> records_;
  std::unique_ptr<Verifier> verifier_;
};

/// Raises the limit on the size of a record if a fault of the job enlarges
/// records.
void MakeRoom(const Job& job, ReadOptions& reading);

}  // namespace busyhour::internal
