#include "engine/blob_periods.h"

#include <cstddef>
#include <optional>
#include <span>

#include "engine/job_calls.h"
#include "faults/faults.h"

namespace busyhour::internal {

std::vector<std::set<std::int64_t>> BlobPeriodsOf(const Worlds& worlds,
                                                  const Job& job,
                                                  const Routes& routes,
                                                  int threads) {
  std::vector<std::set<std::int64_t>> periods(routes.streams());
  // Most records are of the period of the one before them.
  std::vector<std::int64_t> newest(routes.streams(), -1);
  const Faults faults(worlds, job);
  JobCalls calls(worlds, job, threads, std::nullopt,
                 faults.empty() ? nullptr : &faults);
  const auto take = [&](std::span<const Record> records) {
    for (const Record& record : records) {
      const std::size_t stream = routes.Of(record);
      const std::int64_t period = PeriodOf(job.layout, record);
      if (newest[stream] == period) continue;
      newest[stream] = period;
      periods[stream].insert(period);
    }
  };
  while (calls.Next(take)) {
  }
  return periods;
}

}  // namespace busyhour::internal
