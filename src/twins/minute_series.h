#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "logs/record.h"
#include "twins/incident_effects.h"
#include "twins/label_form.h"

namespace busyhour::internal {

/// Rows from the first to the last, both included.
struct RowSpan {
  std::size_t first = 0;
  std::size_t last = 0;
};

/// Numbers about the records of a run, a row for each minute of the clock from
/// the start of the extent to its end. A record belongs to the minute of its
/// own time; records after the end are not counted.
///
/// Columns: for each log, the number of its records, and of the failed ones if
/// the log has results; for the operational log, the mean latency, too.
class MinuteSeries {
 public:
  /// `run` must outlive it.
  explicit MinuteSeries(const LabelledRun& run);

  void Add(const Record& record);

  std::size_t rows() const noexcept { return rows_; }
  SimTime TimeOf(std::size_t row) const noexcept;
  const std::vector<std::string>& columns() const noexcept { return names_; }
  /// The number in that column, with a point before decimals.
  std::string Text(std::size_t row, std::size_t column) const;
  /// The numbers of a row, separated by commas.
  std::string Text(std::size_t row) const;

  /// The rows of the minutes in which the incidents had an effect, from the
  /// beginning of the cause to its end or to the time of 99 % of the touched
  /// records, whichever is later; overlapping spans are one.
  std::vector<RowSpan> Windows(const std::vector<IncidentEffect>& of) const;

 private:
  enum class Kind : std::uint8_t { kRecords, kFailed, kLatency };
  struct Column {
    LogType log;
    Kind kind;
  };
  std::int64_t RowAt(SimTime at) const noexcept;
  void AddColumn(LogType log, Kind kind, std::string_view suffix);
  std::uint64_t At(std::size_t row, std::size_t column) const noexcept {
    return values_[row * columns_.size() + column];
  }

  const LabelledRun& run_;
  std::int64_t first_minute_;
  std::size_t rows_;
  std::vector<Column> columns_;
  std::vector<std::string> names_;
  // By row, then by column: numbers, or the sum of latencies.
  std::vector<std::uint64_t> values_;
};

/// The rows that lie in one of these spans, in order.
std::vector<bool> MarkedRows(const std::vector<RowSpan>& spans,
                             std::size_t rows);

/// A time as the formats of time series have it: `2026-03-02 08:00:00`.
std::string PlainTime(SimTime time);

}  // namespace busyhour::internal
