#pragma once

#include <cstdint>
#include <vector>

#include "job/job.h"
#include "logs/call_records.h"
#include "scenario/plan.h"
#include "scenario/simulator.h"

namespace busyhour {

/// From a call's key to the call and the records that it leaves in the logs of
/// a job, before any fault. Whoever needs a call's records asks a scribe.
///
/// For one thread; any number may share a plan.
class Scribe {
 public:
  /// `plan` must outlive the scribe.
  Scribe(const Plan& plan, const Job& job);

  /// Simulates a call; the reference is good until the next one.
  const Call& Simulate(CallKey key) noexcept;

  /// Appends the records of the call that was simulated last, in the order of
  /// their sequence numbers. `call_number` becomes `Record::call_number`.
  void AppendRecords(std::uint32_t call_number,
                     std::vector<Record>& out) noexcept {
    busyhour::AppendRecords(*call_, rules_, stream_key_, call_number, out);
  }

  /// The stream key of the call that was simulated last.
  std::uint64_t stream_key() const noexcept { return stream_key_; }

 private:
  std::uint64_t seed_;
  RecordRules rules_;
  Simulator simulator_;
  const Call* call_ = nullptr;
  std::uint64_t stream_key_ = 0;
};

}  // namespace busyhour
