#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "filter/call_filter.h"
#include "job/job.h"
#include "logs/call_records.h"
#include "logs/worlds.h"
#include "scenario/simulator.h"

namespace busyhour::internal {

/// Simulates a call from its key and lists the records that it leaves in the
/// logs of a job, without faults. All code that needs the records of a call
/// uses a scribe. The calls of one caller are simulated one after the other;
/// see `Simulator`.
///
/// For one thread; any number may share the worlds.
class Scribe {
 public:
  /// `worlds` must outlive the scribe. `Call::notes` is filled with
  /// `takes_notes`, or if the job's filter reads them.
  Scribe(const Worlds& worlds, const Job& job, bool takes_notes = false);

  /// As the functions of `Simulator`; the results are valid until the next call
  /// of any of them.
  const Call& Simulate(CallKey first) noexcept {
    simulator_ = &simulators_[first.resource];
    call_ = &simulator_->Simulate(first);
    return *call_;
  }
  const Call* SimulateNext() noexcept {
    const Call* const next = simulator_->SimulateNext();
    if (next != nullptr) call_ = next;
    return next;
  }

  /// Simulates the call with this key, which a simulation has found before.
  const Call& SimulateCall(CallKey key) noexcept {
    const Call* call = &Simulate(key.First());
    while (call->key != key) call = SimulateNext();
    return *call;
  }

  /// Simulates the first attempt `first` and the calls that follow from it, as
  /// far as they are attempted before `end_ms`; calls `take(call)` for each.
  template <class Take>
  void EachCall(CallKey first, std::int64_t end_ms, const Take& take) {
    for (const Call* call = &Simulate(first);
         call != nullptr && call->attempted().ms < end_ms;
         call = SimulateNext()) {
      take(*call);
    }
  }

  /// Whether the last simulated call is one of the job.
  bool selects() const {
    return filter_ == nullptr ||
           filter_->Selects(*call_, worlds_.PlanOf(call_->key));
  }

  /// Appends the records of the last simulated call, in the order of their
  /// sequence numbers; none if the job does not select it. `call_number`
  /// becomes `Record::call_number`. Leaves out those that are not in the job's
  /// window.
  void AppendRecords(std::uint32_t call_number, std::vector<Record>& out) {
    if (!selects()) return;
    const std::size_t before = out.size();
    busyhour::internal::AppendRecords(*call_, worlds_.PlanOf(call_->key), logs_,
                                      stream_key(), call_number, out);
    if (cuts_off_ || call_->attempted() < window_.from) {
      KeepInWindow(before, out);
    }
  }

  /// The stream key of the last simulated call.
  std::uint64_t stream_key() const noexcept { return call_->scope.stream_key; }

 private:
  // Removes the records from `first` on that are not in the window.
  void KeepInWindow(std::size_t first, std::vector<Record>& out) noexcept;

  const Worlds& worlds_;
  std::shared_ptr<const CallFilter> filter_;
  LogSet logs_;
  JobWindow window_;
  bool cuts_off_;
  const LayoutInfo& layout_;
  std::vector<Simulator> simulators_;  // by resource
  Simulator* simulator_ = nullptr;     // of the last call
  const Call* call_ = nullptr;
};

}  // namespace busyhour::internal
