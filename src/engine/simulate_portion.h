#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/call_source.h"
#include "engine/extent_meter.h"
#include "engine/pool.h"
#include "engine/portion_context.h"

namespace busyhour::internal {

/// Calls -> records.
class SimulatePortion : public PoolTask {
 public:
  /// The size of one call.
  struct CallSize {
    std::uint32_t records = 0;
    std::uint64_t bytes = 0;  ///< 0 unless the extent counts bytes
    /// Number of its records in `records()`. It differs from `records` if
    /// faults drop or duplicate some.
    std::uint32_t delivered = 0;
    /// Whether it is a call of the job's shard, and of a resource that is
    /// wanted.
    bool is_wanted = true;
    /// Whether it counts in the extent: not if its caller's first attempt was
    /// in the warm-up.
    bool in_extent = true;
    /// Whether the job's filter selects it, and it has records.
    bool is_selected = true;
  };

  explicit SimulatePortion(const PortionContext& context) : context_(context) {}

  void Run(int worker) override;

  /// The calls to simulate; set by the owner.
  std::vector<CallSpan> spans;
  /// Every call in slots before this one is in this portion or earlier ones.
  std::uint64_t complete_slot = 0;
  /// The numbers of its calls end here, and those whose images it may write
  /// (`SharedImages::BeginCalls`); set by the owner.
  std::uint64_t end_number = 0;
  std::uint64_t end_of_images = 0;

  const std::vector<CallSize>& calls() const noexcept { return calls_; }
  /// The records of all calls, in the order of the calls.
  const std::vector<Record>& records() const noexcept { return records_; }
  /// The faults of each call; empty if there are none.
  const std::vector<FaultCounts>& faults() const noexcept { return faults_; }

 private:
  void AddCall(std::uint64_t slot, std::uint32_t call_number, bool is_wanted,
               const ExtentMeter& meter, Workspace& workspace);
  void ApplyFaults(std::uint64_t stream_key, std::size_t begin);
  std::uint64_t BytesOf(std::span<const Record> records,
                        Workspace& workspace) const;

  const PortionContext& context_;
  std::vector<CallSize> calls_;
  std::vector<Record> records_;
  std::vector<FaultCounts> faults_;
  std::vector<Record> clean_;  // one call's records before faults
};

}  // namespace busyhour::internal
