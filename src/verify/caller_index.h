#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/call_key.h"
#include "job/job.h"

namespace busyhour::internal {

/// The number of records of each caller of a resource, in one shard. The
/// records of a caller are those of the first attempt and of all calls that
/// follow from it.
///
///   slots    1 bit per second, 4 bytes per second with first attempts
///   callers  2 bytes per caller, 8 more for 64 callers
class CallerIndex {
 public:
  CallerIndex(const Shard& shard, std::uint64_t first_slot)
      : shard_(shard), first_slot_(first_slot) {}

  /// Adds the records of a call, which has some. Calls must be added in order.
  void Add(CallKey call, std::size_t records);

  struct Place {
    std::uint64_t first = 0;  ///< records of all callers before
    std::uint32_t records = 0;
  };
  /// The records of the call's caller; nothing if there are none.
  std::optional<Place> Find(CallKey key) const noexcept;
  /// The first attempt of the first caller from `key` on who has records and
  /// called before slot `end`.
  std::optional<CallKey> From(CallKey key, std::uint64_t end) const noexcept;

  /// Number of records.
  std::uint64_t records() const noexcept { return records_; }
  std::size_t bytes() const noexcept;

 private:
  // 64 seconds: which of them have calls, and the index of the first of those.
  struct Block {
    std::uint64_t has_calls = 0;
    std::size_t first_slot = 0;
  };

  // The index of a second among the slots with calls; nothing if it has no
  // calls.
  std::optional<std::size_t> SlotOf(std::uint64_t second) const noexcept;
  // The number of the first caller after those of the slot.
  std::uint32_t EndOf(std::size_t slot) const noexcept;
  // Number of callers of the same slot and shard before that of this call.
  std::uint32_t RankOf(CallKey key) const noexcept;
  // Adds a caller without records.
  void AddCaller();

  Shard shard_;
  std::uint64_t first_slot_;
  std::vector<Block> blocks_;
  std::vector<std::uint32_t> slots_;   // number of each slot's first caller
  std::vector<std::uint16_t> counts_;  // records of each caller
  std::vector<std::uint64_t> groups_;  // first record of every kGroup callers
  std::uint64_t records_ = 0;
};

}  // namespace busyhour::internal
