#pragma once

#include <cstdint>
#include <map>
#include <span>

#include "logs/record.h"
#include "truth/group_counter.h"

namespace busyhour::internal {

/// Counts the calls that are connected at the beginning of each bucket of time:
/// from the first participant of the usage log to the last one.
class CallsInProgress {
 public:
  explicit CallsInProgress(std::int64_t bucket_ms) : bucket_ms_(bucket_ms) {}

  /// The records of one call.
  void AddCall(std::span<const Record> records);
  /// A row for each beginning of a bucket at which there are calls.
  AnswerTable Finish() const;

 private:
  const std::int64_t bucket_ms_;
  // The number of calls that begin minus that of calls that end, by the first
  // bucket that begins afterwards.
  std::map<std::int64_t, std::int64_t> changes_;
};

}  // namespace busyhour::internal
