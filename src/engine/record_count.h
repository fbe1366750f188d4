#pragma once

#include <cstddef>

#include "engine/tally.h"
#include "logs/cast.h"
#include "logs/record.h"

namespace busyhour::internal {

/// Counts a record of so many bytes; 0 bytes if it is not encoded (again).
inline void Count(const Record& record, std::size_t bytes, const Cast& cast,
                  Tally& tally) noexcept {
  const LogType log = record.log();
  ++tally.records[log];
  tally.bytes[log] += bytes;
  const ResultType ending = cast.EndingOf(record);
  if (ending == ResultType::kCompleted) return;
  ++(ending == ResultType::kFailed ? tally.failed : tally.canceled)[log];
}

}  // namespace busyhour::internal
