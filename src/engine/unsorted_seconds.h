#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "logs/record.h"

namespace busyhour::internal {

class Calendar;

/// Whole seconds that were taken out of a `Calendar`, one after the other.
/// Their records are not in order yet, so that any thread can sort them
/// (`SecondSorter`), while the calendar is used by its own.
///
/// The records remain in the calendar's memory until `Release`.
class UnsortedSeconds {
 public:
  UnsortedSeconds() = default;
  UnsortedSeconds(const UnsortedSeconds&) = delete;
  UnsortedSeconds& operator=(const UnsortedSeconds&) = delete;

  /// The records of one second, in the order in which they were added.
  class Second {
   public:
    Second(std::span<const Record* const> chunks, std::uint32_t count) noexcept
        : chunks_(chunks), count_(count) {}

    std::uint32_t count() const noexcept { return count_; }
    /// Calls `use(const Record&)` for each record.
    template <class Use>
    void Each(const Use& use) const {
      std::uint32_t left = count_;
      for (const Record* const chunk : chunks_) {
        const std::uint32_t here = std::min(left, kChunkRecords);
        for (const Record& record : std::span(chunk, here)) use(record);
        left -= here;
      }
    }

   private:
    std::span<const Record* const> chunks_;
    std::uint32_t count_;
  };

  /// Number of records.
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  /// A record of the first second; there must be one.
  const Record& front() const noexcept { return *chunks_.front(); }
  /// Calls `use(const Second&)` for each second that has records, in order.
  template <class Use>
  void EachSecond(const Use& use) const {
    std::span<const Record* const> chunks = chunks_;
    for (const std::uint32_t count : counts_) {
      const std::size_t here = (count - 1) / kChunkRecords + 1;
      use(Second(chunks.first(here), count));
      chunks = chunks.subspan(here);
    }
  }

  void swap(UnsortedSeconds& other) noexcept {
    std::swap(calendar_, other.calendar_);
    chunks_.swap(other.chunks_);
    counts_.swap(other.counts_);
    std::swap(size_, other.size_);
    std::swap(first_, other.first_);
    std::swap(last_, other.last_);
  }

  /// Gives the memory of all records back to the calendar, and removes them.
  /// For the calendar's thread.
  void Release() noexcept;

 private:
  friend class Calendar;
  static constexpr std::uint32_t kNoChunk = 0xffffffff;
  static constexpr std::uint32_t kChunkRecords = 16;

  Calendar* calendar_ = nullptr;
  std::vector<const Record*> chunks_;  // all are full but the last of a second
  std::vector<std::uint32_t> counts_;  // of the records of each second
  std::size_t size_ = 0;
  // The calendar's list of these chunks.
  std::uint32_t first_ = kNoChunk;
  std::uint32_t last_ = kNoChunk;
};

}  // namespace busyhour::internal
