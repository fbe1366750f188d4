#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "catalog/logs.h"
#include "logs/record.h"

namespace busyhour {

/// A column by which the records of a question are grouped.
struct KeyColumn {
  /// Its name in the answer: `operation`. Empty for no column.
  std::string_view name = {};
  /// The column of shape `table`, of the question's log or of the joined log;
  /// empty for the time, rounded down to the bucket. Its values must be one of
  /// a list of texts, an address or a telephone number. A question has at most
  /// one key of the last two kinds or of time.
  std::string_view column = {};
  /// The wider group of a value: `5xx` for `503`; of a user's id, by its text
  /// before the number. Null for the value itself.
  std::string_view (*group)(std::string_view text) = nullptr;
};

/// A number about the records of a group.
enum class Aggregate : std::uint8_t {
  kRecords,
  kCalls,           ///< calls with such a record
  kCorrelationIds,  ///< distinct ones
  kOwnIds,          ///< distinct ids of the log: OperationId, RecordId, session
  kSum,             ///< of `LogQuestion::value`
  /// Percentiles of `LogQuestion::value`, a column for each.
  kPercentiles,
};

struct AggregateColumn {
  std::string_view name = {};  ///< empty for no column
  Aggregate aggregate = Aggregate::kRecords;
};

/// The percentiles of a question, and their names.
struct Percentile {
  std::string_view name;
  unsigned percent;
};
inline constexpr std::array<Percentile, 4> kPercentiles = {
    {{"p50", 50}, {"p90", 90}, {"p95", 95}, {"p99", 99}}};

/// A question about the records of one log: they are grouped by columns, and
/// each group is counted.
struct LogQuestion {
  static constexpr std::size_t kMostKeys = 6;
  static constexpr std::size_t kMostAggregates = 4;

  std::string_view name;   ///< of its answer in JSON
  std::string_view title;  ///< of its answer as text
  LogType log = LogType::kOperational;
  std::array<KeyColumn, kMostKeys> keys{};
  std::array<AggregateColumn, kMostAggregates> aggregates{};
  /// The column of shape `table` whose values are summed or ranked.
  std::string_view value = {};
  /// The sum is divided by it.
  double divisor = 1;
  /// The records that count; null for all.
  bool (*counts)(const Record& record) = nullptr;
  /// The log of the same call whose record with the same own id has the other
  /// key columns.
  std::optional<LogType> joined = {};
  /// Whether the answer may have too many rows for a person.
  bool is_long = false;
};

/// All questions, in the order of the answers. docs/queries.md names the answer
/// of each query.
std::span<const LogQuestion> LogQuestions();

}  // namespace busyhour
