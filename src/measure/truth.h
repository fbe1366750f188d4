#pragma once

#include <cstdint>

#include "job/job.h"
#include "logs/cast.h"
#include "measure/parser.h"
#include "scenario/plan.h"

namespace busyhour {

/// The right answer to `question` about what `job` writes: from the records of
/// its first `calls` calls, which are simulated for it, and not from the text.
/// `calls` is what the job came to.
Answer TrueAnswer(const Plan& plan, const Cast& directory, const Job& job,
                  std::uint64_t calls, const Question& question);

}  // namespace busyhour
