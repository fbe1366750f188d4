#include "engine/job_calls.h"

#include <cstddef>
#include <string>

#include "busyhour/error.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kImages = 1024;

}  // namespace

JobCalls::JobCalls(const Worlds& worlds, const Job& job, int threads,
                   std::optional<std::uint32_t> only, const Faults* faults)
    : encoder_(worlds.vocabularies(), job.shape, RowsOf(job), job.logs),
      context_{.worlds = &worlds,
               .encoder = &encoder_,
               .job = &job,
               .rows = RowsOf(job),
               .routes = Routes(worlds.size()),
               .workspaces = &workspaces_,
               .faults = faults,
               .only = only},
      pool_(threads) {
  for (int worker = 0; worker < threads; ++worker) {
    workspaces_.emplace_back(worlds, encoder_, job, kImages);
  }
  feed_.emplace(context_, pool_, WindowOf(threads));
}

bool JobCalls::Next(const TakeCall& take) {
  return feed_->Next([&take](std::span<const Record> records,
                             const FaultCounts*) { take(records); });
}

void JobCalls::Check() const {
  const std::string why = feed_->WhyNotReached();
  if (!why.empty()) throw InputError("extent", why);
}

void EachCall(const Worlds& worlds, const Job& job, int threads,
              const JobCalls::TakeCall& take) {
  JobCalls calls(worlds, job, threads);
  while (calls.Next(take)) {
  }
  calls.Check();
}

}  // namespace busyhour::internal
