#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "catalog/logs.h"

namespace busyhour::internal {

/// How many lost blobs are listed.
inline constexpr std::size_t kMostLostBlobs = 5;

/// What the lost records of a verification have in common.
struct LostPattern {
  /// A field of a log and some of its values: all records that have one of
  /// these values are lost, and no others.
  struct Values {
    std::string field;
    std::vector<std::string> values;
    std::uint64_t records = 0;
  };
  PerLog<std::optional<Values>> values;
  /// A time in which the own times of all records are those of lost ones,
  /// except in its first and last period.
  struct Window {
    SimTime from;
    SimTime to;
    std::int64_t period_ms = 0;
    std::uint64_t records = 0;
  };
  std::optional<Window> own_times;
  /// A blob of the layout `storage` of which all records are lost.
  struct Blob {
    std::size_t job = 0;
    std::uint32_t resource = 0;
    LogType log = LogType::kOperational;
    SimTime hour;
  };
  std::vector<Blob> blobs;  ///< the first ones, see `kMostLostBlobs`
  std::uint64_t lost_blobs = 0;
  std::uint64_t lost_in_blobs = 0;  ///< the records of all lost blobs
  /// Records that were delivered before the first one or after the last one of
  /// their log that was received, of any job. Logs without received records do
  /// not count.
  PerLog<std::uint64_t> at_begin{};
  PerLog<std::uint64_t> at_end{};
  /// Delivery of these records.
  PerLog<std::optional<SimTime>> first_received;
  PerLog<std::optional<SimTime>> last_received;
};

}  // namespace busyhour::internal
