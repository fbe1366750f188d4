#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/status.h"
#include "engine/routes.h"
#include "engine/stream_point.h"
#include "engine/unsorted_seconds.h"
#include "job/job.h"
#include "logs/record.h"

namespace busyhour::internal {

/// The last stage of a pipe: writes records to their sinks, in the order in
/// which they are submitted. For the pool's owner.
class RecordStage {
 public:
  virtual ~RecordStage() = default;

  /// Continues a stream of an earlier run; call it before anything is
  /// submitted.
  virtual void Resume(std::size_t stream, const StreamPoint& point) = 0;
  /// Submits records, all of the same period.
  virtual Status Submit(std::span<const Record> records) = 0;
  /// The same for records that are not in order yet. Takes them; `seconds` is
  /// empty afterwards.
  virtual Status Submit(UnsortedSeconds& seconds) = 0;
  /// Writes everything that is in progress, and finishes the sinks.
  virtual Status Finish() = 0;
  /// The points from which the streams can be resumed.
  virtual std::vector<StreamPoint> points() const = 0;
};

/// The log of a stream, or the first one if it has several.
LogType LogOf(std::size_t stream, const Routes& routes, const Job& job);

}  // namespace busyhour::internal
