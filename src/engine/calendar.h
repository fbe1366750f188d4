#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/cache.h"
#include "base/huge_pages.h"
#include "engine/second_sorter.h"
#include "engine/unsorted_seconds.h"
#include "logs/record.h"

namespace busyhour::internal {

/// Puts records into order of delivery.
///
/// Records are added call by call, in the order of their calls, and taken out
/// one second at a time, as soon as no later call can deliver into that second.
/// Within a second they are sorted by delivery time, when they are taken or
/// later (`SecondSorter`); ties keep the order of insertion, which is (slot,
/// number, generation, sequence).
///
/// The calendar is a ring of seconds, each a list of small chunks from a common
/// pool, so memory follows the records in flight. Records that are due in more
/// than half an hour to an hour are first put into a ring of longer periods:
/// alone in its second, each of them would occupy a chunk for days.
class Calendar {
 public:
  /// Starts at `first_second`; no record is delivered more than `horizon_ms`
  /// after the second that is taken next.
  Calendar(std::uint64_t first_second, std::uint32_t horizon_ms);

  /// The records' seconds must not have been taken.
  void Add(std::span<const Record> records);
  void Add(const Record& record) { Add({&record, 1}); }

  /// Appends the records of the next second to `out`, in order.
  void TakeSecond(std::vector<Record>& out);
  /// Appends the next second to `out`, which has seconds of this calendar only.
  void TakeSecond(UnsortedSeconds& out);

  std::uint64_t next_second() const noexcept { return next_second_; }
  /// Number of records of the next second.
  std::uint32_t next_size() const noexcept {
    return seconds_[next_second_ % (2 * kPeriodSeconds)].count;
  }
  std::uint64_t in_flight() const noexcept { return in_flight_; }
  bool empty() const noexcept { return in_flight_ == 0; }

 private:
  friend class UnsortedSeconds;
  static constexpr std::uint32_t kNone = UnsortedSeconds::kNoChunk;
  static constexpr std::uint32_t kChunkRecords = UnsortedSeconds::kChunkRecords;
  struct alignas(kCacheLine) Chunk {
    Record records[kChunkRecords];
  };
  // The records of a second or of a period, in the order in which they were
  // added.
  struct List {
    Record* end = nullptr;        // the place of the next one, if in `last`
    std::uint32_t first = kNone;  // head of the chunk list (next_)
    std::uint32_t last = kNone;
    std::uint32_t count = 0;
  };
  static constexpr std::uint64_t kPeriodSeconds = 2048;

  // Chunks are allocated in slabs, so that growing does not move any of them.
  static constexpr std::uint32_t kSlabChunks = 16384;
  static_assert(kSlabChunks * sizeof(Chunk) % kHugePage == 0);
  struct FreeSlab {
    void operator()(Chunk* slab) const noexcept {
      HugePages<Chunk>().deallocate(slab, kSlabChunks);
    }
  };
  using Slab = std::unique_ptr<Chunk[], FreeSlab>;

  // The list of the record's second, or of its period if that is not open.
  List& ListOf(const Record& record) noexcept;
  void Append(List& list, const Record& record) {
    if (list.count % kChunkRecords == 0) AddChunk(list);
    *list.end++ = record;
    ++list.count;
  }
  void AddChunk(List& list);
  // Makes the chunks of a list available.
  void Free(std::uint32_t first, std::uint32_t last) noexcept;
  // Moves the records of a period to their seconds. These are empty, so ties
  // keep their order.
  void Open(std::uint64_t period);
  Record* At(std::uint32_t chunk) noexcept {
    return slabs_[chunk / kSlabChunks][chunk % kSlabChunks].records;
  }
  std::uint32_t NewChunk();

  // The seconds of this period and of the next one, which are open.
  std::vector<List> seconds_;
  // The later periods.
  std::vector<List> periods_;
  std::uint64_t last_open_;  // a period
  std::vector<Slab> slabs_;
  // The next chunk of each chunk. Stored separately, because the chunks have
  // left the cache by the time their second is taken.
  std::vector<std::uint32_t, HugePages<std::uint32_t>> next_;
  std::uint32_t free_ = kNone;
  std::uint64_t next_second_;
  std::uint64_t in_flight_ = 0;
  // For seconds that are sorted when they are taken.
  UnsortedSeconds taken_;
  SecondSorter sorter_;
};

}  // namespace busyhour::internal
