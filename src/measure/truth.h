#pragma once

#include <cstdint>

#include "job/job.h"
#include "logs/worlds.h"
#include "measure/parser.h"

namespace busyhour::internal {

/// The correct answer to `question` about the output of `job`. It is computed
/// from the records of the job's first `calls` calls, which are simulated
/// again, and not from the text. `calls` is the number of calls that the job
/// made.
Answer TrueAnswer(const Worlds& worlds, const Job& job, std::uint64_t calls,
                  const Question& question);

}  // namespace busyhour::internal
