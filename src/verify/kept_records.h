#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/cache.h"
#include "base/huge_pages.h"
#include "logs/record.h"

namespace busyhour::internal {

/// The records of the first calls of a shard, so that these calls need not be
/// simulated again.
///
/// For one thread while calls are added, then for any number of threads.
class KeptRecords {
 public:
  /// Keeps at most `most` records, of this number of resources.
  KeptRecords(std::size_t resources, std::size_t most)
      : records_(resources), room_(most) {
    // What is not used takes no memory.
    if (resources == 1) records_.front().reserve(most);
  }

  /// Adds the records of a call, which has some. Calls must be added in order.
  void Add(std::span<const Record> call) {
    if (call.size() > room_) {
      // No later call is kept: there must be no gaps.
      room_ = 0;
      return;
    }
    room_ -= call.size();
    Records& records = records_[call.front().resource()];
    records.insert(records.end(), call.begin(), call.end());
  }

  /// The `count` records after the `first` ones of a resource; none if they are
  /// not kept.
  std::span<const Record> Of(std::uint32_t resource, std::uint64_t first,
                             std::size_t count) const noexcept {
    const std::span<const Record> records = records_[resource];
    if (first + count > records.size()) return {};
    // Those of the next callers will probably be needed soon.
    const std::span<const Record> next = records.subspan(first + count);
    Prefetch(next.data(), std::min(next.size(), count) * sizeof(Record));
    return records.subspan(first, count);
  }

 private:
  using Records = std::vector<Record, HugePages<Record>>;

  std::vector<Records> records_;  // by resource
  std::size_t room_;              // number of records that may be added
};

}  // namespace busyhour::internal
