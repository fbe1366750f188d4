#include "run/job_calls.h"

#include "busyhour/error.h"
#include "run/extent_meter.h"
#include "run/portion.h"
#include "run/rules.h"

namespace busyhour {
namespace {

constexpr std::size_t kImages = 1024;

}  // namespace

void EachCall(
    const Plan& plan, const Cast& cast, const Job& job,
    const std::function<void(CallKey, std::span<const Record>)>& take) {
  const Encoder encoder(cast.vocabulary(), job.shape, job.frame, job.logs);
  std::vector<Workspace> workspaces;
  workspaces.emplace_back(plan, cast, encoder, job.seed, kImages);
  CallSource source(plan, job);
  PortionContext context;
  context.cast = &cast;
  context.encoder = &encoder;
  context.job = &job;
  context.rules = RulesOf(plan, job);
  context.end_ms = source.end_ms();
  context.workspaces = &workspaces;
  SimulatePortion portion(context);
  ExtentMeter meter(job.extent);
  while (meter.WantsMore() && source.Next(portion.spans)) {
    portion.Run(0);
    const std::span<const Record> records = portion.records();
    std::size_t at = 0;
    for (const SimulatePortion::CallSize& call : portion.calls()) {
      if (!meter.WantsMore()) break;
      meter.Add(call.records, call.bytes);
      const std::span<const Record> own = records.subspan(at, call.records);
      at += call.records;
      if (call.in_shard) {
        take(own.empty() ? CallKey{} : own.front().call(), own);
      }
    }
  }
  const std::string why = meter.WhyNotReached(source);
  if (!why.empty()) throw InputError("extent", why);
}

}  // namespace busyhour
