#include "run/job_calls.h"

#include "busyhour/error.h"
#include "run/portion.h"
#include "run/rules.h"

namespace busyhour {
namespace {

constexpr std::size_t kImages = 1024;

}  // namespace

void EachCall(
    const Plan& plan, const Directory& directory, const Job& job,
    const std::function<void(CallKey, std::span<const Record>)>& take) {
  const Encoder encoder(directory.vocabulary(), job.shape, job.frame,
                        LogsOf(job));
  std::vector<Workspace> workspaces;
  workspaces.emplace_back(plan, directory, encoder, job.seed, kImages);
  CallSource source(plan, job);
  PortionContext context;
  context.directory = &directory;
  context.encoder = &encoder;
  context.job = &job;
  context.rules = RulesOf(plan, job);
  context.end_ms = source.end_ms();
  context.workspaces = &workspaces;
  SimulatePortion portion(context);
  // As a run collects them: up to the first call that reaches the extent.
  const bool by_records = job.extent.kind == Extent::Kind::kRecords;
  const bool by_bytes = job.extent.kind == Extent::Kind::kBytes;
  std::uint64_t reached = 0;
  while (source.Next(portion.spans)) {
    portion.Run(0);
    const std::span<const Record> records = portion.records();
    std::size_t at = 0;
    for (const SimulatePortion::CallSize& call : portion.calls()) {
      if ((by_records || by_bytes) && reached >= job.extent.amount) return;
      if (by_records) reached += call.records;
      if (by_bytes) reached += call.bytes;
      const std::span<const Record> own = records.subspan(at, call.records);
      at += call.records;
      if (call.in_shard) {
        take(own.empty() ? CallKey{} : own.front().call(), own);
      }
    }
  }
  const bool by_calls = job.extent.kind == Extent::Kind::kCalls;
  if (((by_records || by_bytes) && reached < job.extent.amount) ||
      (by_calls && source.calls_left() > 0)) {
    throw InputError("extent", UnreachedText(job.extent));
  }
}

}  // namespace busyhour
