#include "engine/job_calls.h"

#include <cstddef>
#include <string>

#include "busyhour/error.h"

namespace busyhour {
namespace {

constexpr std::size_t kImages = 1024;

}  // namespace

JobCalls::JobCalls(const Plan& plan, const Cast& cast, const Job& job,
                   int threads)
    : encoder_(cast.vocabulary(), job.shape, RowsOf(job), job.logs),
      context_{.cast = &cast,
               .encoder = &encoder_,
               .job = &job,
               .rows = RowsOf(job),
               .workspaces = &workspaces_},
      pool_(threads) {
  for (int worker = 0; worker < threads; ++worker) {
    workspaces_.emplace_back(plan, cast, encoder_, job, kImages);
  }
  feed_.emplace(plan, context_, pool_, WindowOf(threads));
}

bool JobCalls::Next(const TakeCall& take) {
  return feed_->Next([&take](std::span<const Record> records,
                             const FaultCounts*) { take(records); });
}

void JobCalls::Check() const {
  const std::string why = feed_->WhyNotReached();
  if (!why.empty()) throw InputError("extent", why);
}

void EachCall(const Plan& plan, const Cast& cast, const Job& job, int threads,
              const JobCalls::TakeCall& take) {
  JobCalls calls(plan, cast, job, threads);
  while (calls.Next(take)) {
  }
  calls.Check();
}

}  // namespace busyhour
