#include "engine/scribe.h"

namespace busyhour {

Scribe::Scribe(const Plan& plan, const Job& job)
    : plan_(plan), logs_(job.logs), simulator_(plan, job.seed) {}

}  // namespace busyhour
