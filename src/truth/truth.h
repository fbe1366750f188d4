#pragma once

#include <cstdint>
#include <vector>

#include "catalog/logs.h"
#include "job/job.h"
#include "logs/worlds.h"
#include "truth/group_counter.h"

namespace busyhour::internal {

/// What is true of the records of a job, before faults.
struct Truth {
  struct LogTotals {
    std::uint64_t records = 0;
    std::uint64_t calls = 0;            ///< with a record in the log
    std::uint64_t correlation_ids = 0;  ///< distinct ones in the log
  };

  std::uint64_t calls = 0;  ///< call attempts, with or without records
  PerLog<LogTotals> logs{};
  /// The answers to the questions about the job's logs.
  std::vector<AnswerTable> answers;
};

/// Simulates all calls of a job's shard and counts the records of one resource
/// in its logs.
/// `bucket_ms` is the length of the times by which records are grouped. The
/// result does not depend on the number of threads. Throws `InputError` if time
/// ends before the job's extent is reached.
Truth TruthOf(const Worlds& worlds, std::uint32_t resource, const Job& job,
              int threads, std::int64_t bucket_ms);

}  // namespace busyhour::internal
