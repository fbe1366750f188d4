#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "catalog/logs.h"
#include "logs/record.h"

namespace busyhour::internal {

/// The steps of a histogram: multiples of `width` / 10^`decimals`. None if the
/// width is 0.
struct Steps {
  std::int64_t width = 0;
  int decimals = 0;
};

/// A column by which the records of a question are grouped. A question has at
/// most one key that is neither one of a list of texts nor a flag.
struct KeyColumn {
  /// Its name in the answer: `operation`. Empty for no column.
  std::string_view name = {};
  /// The column of shape `table`, of the question's log or of the joined log;
  /// empty for the time. Its values must be one of a list of texts, an address,
  /// a telephone number, a time, or a number with `steps`. Times are rounded
  /// down to the bucket.
  std::string_view column = {};
  /// The wider group of a value: `5xx` for `503`; of a user's id, by its text
  /// before the number. Null for the value itself.
  std::string_view (*group)(std::string_view text) = nullptr;
  /// Numbers are rounded down to a multiple of these.
  Steps steps = {};
  /// Whether a record has a property, instead of a column.
  bool (*flag)(const Record& record) = nullptr;
  /// The number of the call's records that count, instead of a column.
  bool is_number_in_call = false;
};

/// A number about the records of a group.
enum class Aggregate : std::uint8_t {
  kRecords,
  kCalls,           ///< calls with such a record
  kCorrelationIds,  ///< distinct ones
  kOwnIds,          ///< distinct ids of the log: OperationId, RecordId, session
  kSum,             ///< of `LogQuestion::value`
  kMean,            ///< of the same
  /// Percentiles of `LogQuestion::value`, a column for each.
  kPercentiles,
};

/// Which of the records of a call count.
enum class Taken : std::uint8_t {
  kAll,
  kLastOfId,  ///< of several with the same own id, which are adjacent
  kOneOfCall,
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
  /// Which of these.
  Taken taken = Taken::kAll;
  /// The log of the same call whose record with the same own id has the other
  /// key columns.
  std::optional<LogType> joined = {};
  /// Whether the answer may have too many rows for a person.
  bool is_long = false;
};

/// The questions about the logs of Call Automation, and those about the other
/// logs of the calls.
std::span<const LogQuestion> CallAutomationQuestions();
std::span<const LogQuestion> CallLogQuestions();

/// All questions, in the order of the answers. docs/queries.md and
/// docs/queries-calls.md name the answer of each query.
inline std::vector<LogQuestion> LogQuestions() {
  std::vector<LogQuestion> all;
  for (const auto questions : {CallAutomationQuestions(), CallLogQuestions()}) {
    all.insert(all.end(), questions.begin(), questions.end());
  }
  return all;
}

}  // namespace busyhour::internal
