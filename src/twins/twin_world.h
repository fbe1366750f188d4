#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "engine/scribe.h"
#include "faults/faults.h"
#include "job/job.h"
#include "logs/cast.h"
#include "logs/worlds.h"
#include "profile/profile.h"
#include "scenario/arrivals.h"
#include "scenario/plan.h"

namespace busyhour::internal {

/// The world of a job, with or without some of its incidents. All draws of
/// these worlds are the same, so two calls with the same key differ only by the
/// effects of the incidents. A caller's calls are taken together, because an
/// incident in one of them can cause or prevent the next.
///
/// For one thread, with consecutive slots.
class TwinWorld {
 public:
  /// `profile` is that of one resource; `job` belongs to it with all of its
  /// incidents; `without` says which
  /// of them do not happen.
  TwinWorld(const Profile& profile, const Job& job,
            const std::function<bool(const Incident&)>& without);

  const Plan& plan() const noexcept { return worlds_[0].plan; }

  /// Simulates the first attempt `first`, and the calls that follow from it, as
  /// far as they exist and belong to the job's extent, which must be a
  /// duration. True if there is any.
  bool Simulate(CallKey first);
  const std::vector<Call>& calls() const noexcept { return calls_; }
  /// The records of all of these calls as they are delivered.
  const std::vector<Record>& records() const noexcept { return records_; }
  /// The ids in these records.
  const Cast& cast() const noexcept { return worlds_[0].cast; }
  /// Whether the calls leave the same records in both worlds, of the same
  /// nodes.
  bool IsSameIn(const TwinWorld& other) const noexcept;
  /// The time after which they leave no record, not even one that is lost, in
  /// milliseconds since the start of the slot.
  std::uint32_t over_ms() const noexcept { return over_ms_; }

  std::uint32_t CountAt(std::uint64_t slot);

 private:
  TwinWorld(const Profile& profile, const Job& job);

  // Adds the call that was simulated last, and its records.
  void Add(const Call& call);

  Worlds worlds_;
  Job job_;
  Arrivals arrivals_;
  Scribe scribe_;
  std::optional<Faults> faults_;
  std::int64_t end_ms_;
  std::uint64_t counted_slot_;
  std::uint32_t count_ = 0;
  std::uint32_t over_ms_ = 0;
  std::vector<Call> calls_;
  std::vector<std::uint8_t> nodes_;  // of the calls
  std::vector<Record> clean_;
  std::vector<Record> records_;
};

}  // namespace busyhour::internal
