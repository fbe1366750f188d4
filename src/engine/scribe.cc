#include "engine/scribe.h"

#include <algorithm>

namespace busyhour::internal {

Scribe::Scribe(const Worlds& worlds, const Job& job, bool takes_notes)
    : worlds_(worlds),
      filter_(job.filter),
      logs_(job.logs),
      window_(JobWindowOf(job)),
      cuts_off_(job.cuts_off),
      layout_(Info(job.layout)) {
  const bool reads_notes = filter_ != nullptr && filter_->reads_notes();
  simulators_.reserve(worlds.size());
  for (std::uint32_t i = 0; i < worlds.size(); ++i) {
    const Plan& plan = worlds[i].plan;
    simulators_.emplace_back(plan, plan.run().key, takes_notes || reads_notes);
  }
}

void Scribe::KeepInWindow(std::size_t first,
                          std::vector<Record>& out) noexcept {
  out.erase(std::remove_if(out.begin() + static_cast<std::ptrdiff_t>(first),
                           out.end(),
                           [this](const Record& record) {
                             return !window_.Has(FilingTimeOf(layout_, record));
                           }),
            out.end());
}

}  // namespace busyhour::internal
