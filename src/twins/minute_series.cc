#include "twins/minute_series.h"

#include <algorithm>

#include "catalog/outcomes.h"
#include "logs/log.h"
#include "logs/operational.h"

namespace busyhour::internal {

MinuteSeries::MinuteSeries(const LabelledRun& run)
    : run_(run),
      first_minute_(run.job.start.ms / kMsPerMinute),
      rows_(static_cast<std::size_t>(
          (run.end.ms + kMsPerMinute - 1) / kMsPerMinute - first_minute_)) {
  for (const LogType log : run.job.logs) {
    AddColumn(log, Kind::kRecords, "_records");
    if (!DescriptorOf(log).endings.noun.empty()) {
      AddColumn(log, Kind::kFailed, "_failed");
    }
    if (log == LogType::kOperational) {
      AddColumn(log, Kind::kLatency, "_latency_ms");
    }
  }
  values_.resize(rows_ * columns_.size());
}

void MinuteSeries::AddColumn(LogType log, Kind kind, std::string_view suffix) {
  columns_.push_back({log, kind});
  names_.push_back(std::string(Info(log).name) + std::string(suffix));
}

std::int64_t MinuteSeries::RowAt(SimTime at) const noexcept {
  return at.ms / kMsPerMinute - first_minute_;
}

SimTime MinuteSeries::TimeOf(std::size_t row) const noexcept {
  return {(first_minute_ + static_cast<std::int64_t>(row)) * kMsPerMinute};
}

void MinuteSeries::Add(const Record& record) {
  const std::int64_t row = RowAt(record.time());
  if (row < 0 || row >= static_cast<std::int64_t>(rows_)) return;
  std::uint64_t* const values =
      &values_[static_cast<std::size_t>(row) * columns_.size()];
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].log != record.log()) continue;
    switch (columns_[i].kind) {
      case Kind::kRecords:
        ++values[i];
        break;
      case Kind::kFailed:
        if (run_.cast.EndingOf(record) == ResultType::kFailed) ++values[i];
        break;
      case Kind::kLatency:
        values[i] += record.As<OperationalPayload>().duration_ms;
        break;
    }
  }
}

std::string MinuteSeries::Text(std::size_t row, std::size_t column) const {
  const std::uint64_t value = At(row, column);
  if (columns_[column].kind != Kind::kLatency) return std::to_string(value);
  // The number of the log's records is two columns before.
  const std::uint64_t count = At(row, column - 2);
  if (count == 0) return "0.0";
  const std::uint64_t tenths = (10 * value + count / 2) / count;
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10);
}

std::string MinuteSeries::Text(std::size_t row) const {
  std::string text;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (i > 0) text += ',';
    text += Text(row, i);
  }
  return text;
}

std::vector<RowSpan> MinuteSeries::Windows(
    const std::vector<IncidentEffect>& of) const {
  std::vector<RowSpan> windows;
  const auto last = static_cast<std::int64_t>(rows_) - 1;
  for (const IncidentEffect& each : of) {
    if (each.touched() == 0 || each.occurrence.from >= run_.end) continue;
    // The cause ends before this time, the effect at it.
    const SimTime cause_end = std::min(each.occurrence.to, run_.end);
    const SimTime to = std::max(SimTime{cause_end.ms - 1}, each.last_p99);
    const std::int64_t from = RowAt(each.occurrence.from);
    if (from > last || RowAt(to) < 0) continue;
    const RowSpan span = {
        static_cast<std::size_t>(std::max<std::int64_t>(from, 0)),
        static_cast<std::size_t>(std::min(RowAt(to), last))};
    if (!windows.empty() && span.first <= windows.back().last) {
      windows.back().last = std::max(windows.back().last, span.last);
    } else {
      windows.push_back(span);
    }
  }
  return windows;
}

std::vector<bool> MarkedRows(const std::vector<RowSpan>& spans,
                             std::size_t rows) {
  std::vector<bool> marked(rows);
  for (const RowSpan& span : spans) {
    for (std::size_t row = span.first; row <= span.last; ++row) {
      marked[row] = true;
    }
  }
  return marked;
}

std::string PlainTime(SimTime time) {
  // 2026-03-02T08:00:00Z
  std::string text = FormatTime(time);
  text[10] = ' ';
  text.pop_back();
  return text;
}

}  // namespace busyhour::internal
