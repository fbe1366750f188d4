#pragma once

#include <cstdint>
#include <vector>

#include "job/job.h"
#include "logs/call_records.h"
#include "scenario/plan.h"
#include "scenario/simulator.h"

namespace busyhour {

/// Simulates a call from its key and lists the records that it leaves in the
/// logs of a job, without faults. All code that needs the records of a call
/// uses a scribe.
///
/// For one thread; any number may share a plan.
class Scribe {
 public:
  /// `plan` must outlive the scribe.
  Scribe(const Plan& plan, const Job& job);

  /// Simulates a call; the reference is valid until the next call of this
  /// function.
  const Call& Simulate(CallKey key) noexcept;

  /// Appends the records of the last simulated call, in the order of their
  /// sequence numbers. `call_number` becomes `Record::call_number`.
  void AppendRecords(std::uint32_t call_number,
                     std::vector<Record>& out) noexcept {
    busyhour::AppendRecords(*call_, plan_, logs_, stream_key_, call_number,
                            out);
  }

  /// The stream key of the last simulated call.
  std::uint64_t stream_key() const noexcept { return stream_key_; }

 private:
  const Plan& plan_;
  std::uint64_t seed_;
  LogSet logs_;
  Simulator simulator_;
  const Call* call_ = nullptr;
  std::uint64_t stream_key_ = 0;
};

}  // namespace busyhour
