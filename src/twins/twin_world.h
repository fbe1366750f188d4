#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "engine/scribe.h"
#include "faults/faults.h"
#include "job/job.h"
#include "logs/cast.h"
#include "profile/profile.h"
#include "scenario/arrivals.h"
#include "scenario/plan.h"

namespace busyhour {

/// The world of a job, with or without some of its incidents. All draws of
/// these worlds are the same, so two calls with the same key differ only by the
/// effects of the incidents.
///
/// For one thread, with consecutive slots.
class TwinWorld {
 public:
  /// `job` belongs to `profile` with all of its incidents; `without` says which
  /// of them do not happen.
  TwinWorld(const Profile& profile, const Job& job,
            const std::function<bool(const Incident&)>& without);

  const Plan& plan() const noexcept { return plan_; }

  /// Whether the call exists and belongs to the job's extent, which must be a
  /// duration. If so, `call()` and `records()` are valid until the next call.
  bool Simulate(CallKey key);
  const Call& call() const noexcept { return *call_; }
  /// The call's records as they are delivered.
  const std::vector<Record>& records() const noexcept { return records_; }
  /// The ids in these records.
  const Cast& cast() const noexcept { return cast_; }
  /// Whether the call leaves the same records in both worlds, of the same node.
  bool IsSameIn(const TwinWorld& other) const noexcept;
  /// The time after which the call leaves no record, not even one that is lost,
  /// in milliseconds since the start of its slot.
  std::uint32_t over_ms() const noexcept { return over_ms_; }

  std::uint32_t CountAt(std::uint64_t slot);

 private:
  TwinWorld(const Profile& profile, const Job& job);

  Plan plan_;
  Cast cast_;
  Job job_;
  Arrivals arrivals_;
  Scribe scribe_;
  std::optional<Faults> faults_;
  std::int64_t end_ms_;
  std::uint64_t counted_slot_;
  std::uint32_t count_ = 0;
  const Call* call_ = nullptr;
  std::uint8_t node_ = 0;  // of the call, if it exists
  std::uint32_t over_ms_ = 0;
  std::vector<Record> clean_;
  std::vector<Record> records_;
};

}  // namespace busyhour
