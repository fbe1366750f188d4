#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "logs/record.h"

namespace busyhour {

/// Puts records into the order in which they are delivered.
///
/// Records are added call by call, in the order of their calls, and taken out a
/// second at a time once no call to come can reach that second. Within a second
/// they are sorted by delivery time; ties keep the order they were added in,
/// which is that of (slot, ordinal, sequence).
///
/// A ring of seconds, each a list of small chunks from a common pool, so memory
/// follows the records in flight.
class Calendar {
 public:
  /// Seconds from `first_second` on; no record is delivered more than
  /// `horizon_ms` after the second that is taken next.
  Calendar(std::uint64_t first_second, std::uint32_t horizon_ms);

  /// `record`'s second must not have been taken.
  void Add(const Record& record);

  /// Appends the records of the next second to `out`, in order.
  void TakeSecond(std::vector<Record>& out);

  std::uint64_t next_second() const noexcept { return next_second_; }
  std::uint64_t in_flight() const noexcept { return in_flight_; }
  bool empty() const noexcept { return in_flight_ == 0; }

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;
  static constexpr std::uint32_t kChunkRecords = 12;
  struct Chunk {
    Record records[kChunkRecords];
    std::uint32_t count;
    std::uint32_t next;
  };
  struct Second {
    std::uint32_t first = kNone;
    std::uint32_t last = kNone;
    std::uint32_t count = 0;
  };

  // Chunks live in slabs, so that growing moves none of them.
  static constexpr std::uint32_t kSlabChunks = 1024;

  std::uint32_t NewChunk();
  Chunk& At(std::uint32_t index) noexcept {
    return slabs_[index / kSlabChunks][index % kSlabChunks];
  }

  std::vector<Second> ring_;
  std::uint64_t mask_;
  std::vector<std::unique_ptr<Chunk[]>> slabs_;
  std::uint32_t chunk_count_ = 0;
  std::uint32_t free_ = kNone;
  std::uint64_t next_second_;
  std::uint64_t in_flight_ = 0;
  // Space for sorting, kept for the next second.
  std::vector<Record> gathered_;
  std::vector<std::uint32_t> keys_;
  std::vector<std::uint32_t> passed_;
};

}  // namespace busyhour
