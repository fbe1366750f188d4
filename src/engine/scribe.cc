#include "engine/scribe.h"

#include <algorithm>

namespace busyhour {

Scribe::Scribe(const Plan& plan, const Job& job)
    : plan_(plan),
      logs_(job.logs),
      start_(job.start),
      simulator_(plan, plan.run().key) {}

void Scribe::KeepFromStart(std::size_t first,
                           std::vector<Record>& out) noexcept {
  out.erase(
      std::remove_if(
          out.begin() + static_cast<std::ptrdiff_t>(first), out.end(),
          [this](const Record& record) { return record.delivery() < start_; }),
      out.end());
}

}  // namespace busyhour
