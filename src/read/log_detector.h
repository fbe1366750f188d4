#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "logs/log.h"
#include "read/received_record.h"

namespace busyhour {

/// Which log a record is of, and in which shape, by the names of its values.
struct DetectedLog {
  int object = 0;  ///< the object that holds it
  LogType log = LogType::kOperational;
  Shape shape = Shape::kResourceLog;
  int names = 0;  ///< how many of the log's columns it has
  /// Logs whose names fit as well.
  LogSet logs;
  /// For each of those, and each of its columns, which of the record's values
  /// it is, or -1.
  PerLog<std::vector<int>> places;
};

/// Tells the log and shape of records from the names of their values.
/// Remembers the last names it has seen, for the next record has most often the
/// same.
class LogDetector {
 public:
  /// Where names fit several shapes, it is `preferred`.
  explicit LogDetector(Shape preferred) : preferred_(preferred) {}

  /// Nothing when the names are not those of our logs. With `object` only that
  /// one is looked at.
  const std::optional<DetectedLog>& Detect(const ReceivedRecord& record,
                                           std::optional<int> object = {});

 private:
  std::optional<DetectedLog> Find(const ReceivedRecord& record,
                                  std::optional<int> only) const;

  Shape preferred_;
  std::unordered_map<std::uint64_t, std::optional<DetectedLog>> known_;
};

/// The value of `column` of the record in `object`, or null. In the object that
/// the column belongs to, or else in the record itself.
const ReceivedRecord::Value* FindValue(const ReceivedRecord& record, int object,
                                       const Column& column);

/// Whether any column has that name, or one like it.
bool IsColumnName(std::string_view name);
/// Whether the names look like the header of one of our logs.
bool LooksLikeHeader(const std::vector<std::string_view>& names);

}  // namespace busyhour
