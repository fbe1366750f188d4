#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "catalog/logs.h"
#include "logs/record.h"

namespace busyhour::internal {

/// Where records go: the index of a stream for each log and resource.
class Routes {
 public:
  /// All records go to stream 0.
  explicit Routes(std::uint32_t resources) : of_(resources) {}
  Routes() : Routes(1) {}

  std::size_t Of(const Record& record) const noexcept {
    return of_[record.resource()][record.log()];
  }
  PerLog<std::size_t>& operator[](std::uint32_t resource) {
    return of_[resource];
  }
  const PerLog<std::size_t>& operator[](std::uint32_t resource) const {
    return of_[resource];
  }
  std::uint32_t resources() const noexcept {
    return static_cast<std::uint32_t>(of_.size());
  }
  /// Number of streams: the largest index and one more.
  std::size_t streams() const noexcept {
    std::size_t last = 0;
    for (const PerLog<std::size_t>& logs : of_) {
      for (const std::size_t stream : logs) last = std::max(last, stream);
    }
    return last + 1;
  }

 private:
  std::vector<PerLog<std::size_t>> of_;
};

}  // namespace busyhour::internal
