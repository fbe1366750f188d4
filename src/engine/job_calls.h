#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "encode/encoder.h"
#include "engine/call_feed.h"
#include "engine/pool.h"
#include "engine/portion_context.h"
#include "job/job.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// The calls of a job's shard and the records of each call, in the order of the
/// calls.
///
///   JobCalls calls(worlds, job, threads);
///   while (calls.Next(take)) {
///   }
///   calls.Check();
class JobCalls {
 public:
  /// The records of one call, valid until the next portion of calls. A call may
  /// have none.
  using TakeCall = std::function<void(std::span<const Record>)>;

  /// All must outlive it. With `only`, leaves out the calls of the other
  /// resources. With `faults`, the records are those that are delivered; with
  /// null, those without faults. Throws `std::runtime_error` if a thread cannot
  /// be started.
  JobCalls(const Worlds& worlds, const Job& job, int threads,
           std::optional<std::uint32_t> only = std::nullopt,
           const Faults* faults = nullptr);

  /// Takes the next portion of calls; false if there are no more.
  bool Next(const TakeCall& take);
  /// Number of calls so far, with those that the job's filter leaves out.
  std::uint64_t searched() const noexcept { return feed_->calls(); }
  /// After the last call: why the job's extent was not reached; empty if it
  /// was.
  std::string WhyNotReached() const { return feed_->WhyNotReached(); }
  /// After the last call: throws `InputError` if time ended before the job's
  /// extent was reached.
  void Check() const;

 private:
  Encoder encoder_;
  std::vector<Workspace> workspaces_;
  PortionContext context_;
  std::optional<CallFeed> feed_;
  // Declared after the feed, so that its threads end first.
  Pool pool_;
};

/// Takes all calls of a job, without faults, and checks the extent.
void EachCall(const Worlds& worlds, const Job& job, int threads,
              const JobCalls::TakeCall& take);

}  // namespace busyhour::internal
