#include "verify/call_of_job.h"

#include <cstdint>

#include "base/units.h"
#include "engine/scribe.h"
#include "scenario/arrivals.h"
#include "scenario/simulator.h"
#include "verify/sent_call.h"
#include "verify/sent_records.h"

namespace busyhour::internal {

bool CallExists(const Plan& plan, CallKey call) {
  const std::uint64_t run_key = plan.run().key;
  return call.number() < Arrivals(plan, run_key).CountAt(call.slot) &&
         (call.generation() == 0 ||
          Simulator(plan, run_key).Find(call) != nullptr);
}

std::string WhyNotOfJob(const Worlds& worlds, const Job& job, CallKey call) {
  const SimTime attempted{static_cast<std::int64_t>(call.slot) * kMsPerSecond};
  const std::string what =
      call.generation() == 0 ? "it was" : "the first attempt of its caller was";
  if (attempted < FirstAttemptOf(job)) {
    return what + " attempted in the second of " + FormatTime(attempted) +
           ", and the job begins at " + FormatTime(job.start) +
           (job.warm_up_ms == 0
                ? ""
                : ", with a warm-up of " + FormatDuration(job.warm_up_ms));
  }
  if (!job.shard.Has(call)) {
    const auto index = Shard::IndexOf(call, job.shard.count);
    const std::string count = '/' + std::to_string(job.shard.count);
    return "it belongs to shard " + std::to_string(index) + count +
           ", and the job is shard " + std::to_string(job.shard.index) + count;
  }
  SentRecords sent(worlds, {job});
  const CallHandle found = sent.Find(call);
  if (!found || found->records.size() == 0) {
    return what + " attempted in the second of " + FormatTime(attempted) +
           "; it came after the job's last call, or left no records in its "
           "logs" +
           (attempted < job.start ? " after its start" : "") +
           (job.cuts_off
                ? " before it is cut off at " + FormatTime(JobWindowOf(job).to)
                : "");
  }
  return {};
}

bool IsSelected(const Worlds& worlds, const Job& job, CallKey call) {
  Scribe scribe(worlds, job);
  scribe.SimulateCall(call);
  return scribe.selects();
}

}  // namespace busyhour::internal
