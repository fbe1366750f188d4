#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "logs/log.h"
#include "read/received_record.h"

namespace busyhour::internal {

/// The log and shape of a record, detected from the names of its values.
struct DetectedLog {
  int object = 0;  ///< object that contains the record
  LogType log = LogType::kOperational;
  Shape shape = Shape::kResourceLog;
  int names = 0;  ///< number of the log's columns that the record has
  /// Logs whose names match equally well.
  LogSet logs;
  /// For each of these logs and each of its columns: the index of the record's
  /// value, or -1.
  PerLog<std::vector<int>> places;
};

/// Detects the log and shape of records from the names of their values. Caches
/// the last names, because the next record usually has the same.
class LogDetector {
 public:
  /// If names match several shapes, `preferred` is used.
  explicit LogDetector(Shape preferred) : preferred_(preferred) {}

  /// Nothing if the names belong to no log. With `object`, only this object is
  /// examined.
  const std::optional<DetectedLog>& Detect(const ReceivedRecord& record,
                                           std::optional<int> object = {});

 private:
  std::optional<DetectedLog> Find(const ReceivedRecord& record,
                                  std::optional<int> only) const;

  Shape preferred_;
  std::unordered_map<std::uint64_t, std::optional<DetectedLog>> known_;
};

/// Whether any column has this name or an equivalent one.
bool IsColumnName(std::string_view name);
/// Whether the names look like the header of a log.
bool LooksLikeHeader(const std::vector<std::string_view>& names);

}  // namespace busyhour::internal
