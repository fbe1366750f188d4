#include "load/account.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "base/printable.h"

namespace busyhour::internal {
namespace {

// Maximum number of due times examined in a batch, whose records are due at
// increasing times.
constexpr std::uint64_t kDueSteps = 8;
constexpr std::size_t kMostErrors = 1000;
constexpr char kOtherErrors[] = "other errors";
// Maximum length of a quoted message.
constexpr std::size_t kMostQuoted = 200;
constexpr auto kAcknowledgedIndex =
    static_cast<std::size_t>(Ending::kAcknowledged);

// Adds a range to the ranges of one log. Ranges mostly arrive in order, but
// retries and drops may arrive in any order.
void AddRange(std::vector<RecordRange>& ranges, RecordRange range) {
  if (range.count == 0) return;
  const auto at =
      std::upper_bound(ranges.begin(), ranges.end(), range,
                       [](const RecordRange& a, const RecordRange& b) {
                         return a.first < b.first;
                       });
  const bool joins_next =
      at != ranges.end() && range.first + range.count == at->first;
  if (at != ranges.begin() &&
      (at - 1)->first + (at - 1)->count == range.first) {
    (at - 1)->count += range.count;
    if (joins_next) {
      (at - 1)->count += at->count;
      ranges.erase(at);
    }
    return;
  }
  if (joins_next) {
    at->first = range.first;
    at->count += range.count;
    return;
  }
  ranges.insert(at, range);
}

// Counts a batch under this error or remark.
void AddTo(std::map<std::string, LoadError>& entries, const std::string& words,
           const std::string& answer, std::uint64_t records) {
  const bool is_known = entries.count(words) > 0;
  LoadError& entry = entries[is_known || entries.size() < kMostErrors
                                 ? words
                                 : std::string(kOtherErrors)];
  ++entry.batches;
  entry.records += records;
  if (entry.answer.empty()) entry.answer = answer;
}

// Calls `visit` for the records of a batch, with the time since they were due
// and the number of records.
template <typename Visit>
void ForSinceDue(const LoadBatch& batch, std::uint64_t records, Nanos now,
                 const Visit& visit) {
  const std::uint64_t steps = std::min(kDueSteps, records);
  for (std::uint64_t i = 0; i < steps; ++i) {
    const std::uint64_t begin = records * i / steps;
    const std::uint64_t end = records * (i + 1) / steps;
    const Nanos due =
        steps == 1 ? batch.due
                   : batch.first_due + (batch.due - batch.first_due) /
                                           static_cast<Nanos>(steps - 1) *
                                           static_cast<Nanos>(i);
    visit(now - due, end - begin);
  }
}

}  // namespace

std::string_view NameOf(Ending ending) {
  constexpr std::array<std::string_view, kEndingCount> kNames = {
      "acknowledged", "failed", "dropped", "not_sent"};
  return kNames[static_cast<std::size_t>(ending)];
}

std::string_view NameOf(Certainty certainty) {
  constexpr std::array<std::string_view, kCertaintyCount> kNames = {
      "confirmed", "read", "buffered", "handed_over"};
  return kNames[static_cast<std::size_t>(certainty)];
}

std::string_view WordsOf(Certainty certainty) {
  switch (certainty) {
    case Certainty::kConfirmed:
      return "confirmed";
    case Certainty::kRead:
      return "read by the receiver";
    case Certainty::kBuffered:
      return "in the buffer of the receiver's system, perhaps not read";
    case Certainty::kHandedOver:
      return "passed to the network, perhaps not received";
  }
  return "";
}

void Account::KeepWindows(const std::vector<std::size_t>& from) {
  for (const std::size_t second : from)
    totals_.windows.emplace_back().from = second;
}

void Account::Plan(const LoadBatch& batch) {
  totals_.planned += batch.records;
  // The second in which the records were planned, however late they are
  // counted.
  const auto due =
      static_cast<std::size_t>(std::max<Nanos>(batch.due, 0) / kNanosPerSecond);
  (due < totals_.seconds.size() ? totals_.seconds[due] : second_).planned +=
      batch.records;
  for (const LogType log : kLogTypes) {
    totals_.planned_of[log] += batch.ranges[log].count;
  }
  last_second_ = std::max(last_second_, batch.last_second);
  totals_.last_due = std::max(totals_.last_due, batch.due);
}

void Account::Send(const LoadBatch& batch, Nanos now, bool paced) {
  ++totals_.batches;
  totals_.sent += batch.records;
  totals_.bytes += batch.plain_bytes;
  second_.sent += batch.records;
  second_.bytes += batch.plain_bytes;
  if (batch.was_sent() || !paced) return;
  second_lateness_.Add(now - batch.send_at, batch.records);
}

void Account::LeaveUnsent(const LoadBatch& batch, Nanos now, bool paced) {
  if (paced) {
    second_lateness_.Add(std::max<Nanos>(0, now - batch.send_at),
                         batch.records);
  }
  End(batch, Ending::kNotSent);
}

void Account::Acknowledge(LoadBatch& batch, Nanos now,
                          const std::vector<std::uint32_t>& refused,
                          Certainty certainty) {
  batch.acknowledgement = {now, totals_.seconds.size(), 0, certainty};
  totals_.body_limit.Take(batch.bytes.size());
  if (!refused.empty() && batch.logs.empty()) {
    // It is not known which records failed, so none counts as acknowledged.
    End(batch, Ending::kFailed);
    return;
  }
  AddFailed(batch, refused);
  const std::uint64_t records = batch.records - refused.size();
  batch.acknowledgement.records = records;
  totals_.endings[kAcknowledgedIndex] += records;
  second_.endings[kAcknowledgedIndex] += records;
  totals_.certainties[static_cast<std::size_t>(certainty)] += records;
  if (first_acknowledged_ == kNever) {
    first_acknowledged_ = now;
    first_records_ = records;
  }
  last_acknowledged_ = now;
  ChangeLatencies(batch, &Histogram::Add);
}

double Account::acknowledged_rate() const noexcept {
  const std::uint64_t records = count(Ending::kAcknowledged);
  if (records <= first_records_ || last_acknowledged_ <= first_acknowledged_) {
    return 0;
  }
  return static_cast<double>(records - first_records_) * kNanosPerSecond /
         static_cast<double>(last_acknowledged_ - first_acknowledged_);
}

void Account::AddFailed(const LoadBatch& batch,
                        const std::vector<std::uint32_t>& refused) {
  const auto failed = static_cast<std::size_t>(Ending::kFailed);
  for (const std::uint32_t number : refused) {
    const LogType log = batch.logs[number];
    const auto before = static_cast<std::uint64_t>(
        std::count(batch.logs.begin(), batch.logs.begin() + number, log));
    AddRange(ranges_[failed][log], {batch.ranges[log].first + before, 1});
  }
  totals_.endings[failed] += refused.size();
  second_.endings[failed] += refused.size();
}

LoadSecond& Account::SecondOf(const LoadBatch& batch) noexcept {
  const std::size_t second = batch.acknowledgement.second;
  return second < totals_.seconds.size() ? totals_.seconds[second] : second_;
}

void Account::ChangeLatencies(const LoadBatch& batch,
                              void (Histogram::*change)(std::int64_t,
                                                        std::uint64_t)) {
  const LoadBatch::Acknowledgement& entered = batch.acknowledgement;
  // Those of the current second are added to the windows at its end.
  const bool is_closed = entered.second < totals_.seconds.size();
  if (!is_closed) {
    ForSinceDue(batch, entered.records, entered.at,
                [&](Nanos late, std::uint64_t count) {
                  (second_latency_.*change)(late, count);
                });
  }
  for (LoadWindow& window : totals_.windows) {
    if (entered.second < window.from) continue;
    (window.service_time.*change)(entered.at - batch.sent, entered.records);
    if (!is_closed) continue;
    ForSinceDue(batch, entered.records, entered.at,
                [&](Nanos late, std::uint64_t count) {
                  (window.latency.*change)(late, count);
                });
  }
}

void Account::Settle(LoadBatch& batch, Certainty certainty) {
  LoadBatch::Acknowledgement& entered = batch.acknowledgement;
  totals_.certainties[static_cast<std::size_t>(entered.certainty)] -=
      entered.records;
  totals_.certainties[static_cast<std::size_t>(certainty)] += entered.records;
  entered.certainty = certainty;
}

void Account::RemoveAcknowledged(LoadBatch& batch, std::uint64_t records) {
  LoadBatch::Acknowledgement& entered = batch.acknowledgement;
  ChangeLatencies(batch, &Histogram::Remove);
  totals_.endings[kAcknowledgedIndex] -= records;
  SecondOf(batch).endings[kAcknowledgedIndex] -= records;
  totals_.certainties[static_cast<std::size_t>(entered.certainty)] -= records;
  totals_.taken_back += records;
  entered.records -= records;
  ChangeLatencies(batch, &Histogram::Add);
}

void Account::TakeBack(LoadBatch& batch) {
  RemoveAcknowledged(batch, batch.acknowledgement.records);
}

void Account::TakeBack(LoadBatch& batch,
                       const std::vector<std::uint32_t>& refused) {
  if (batch.logs.empty()) {
    TakeBack(batch);
    End(batch, Ending::kFailed);
    return;
  }
  RemoveAcknowledged(batch, refused.size());
  AddFailed(batch, refused);
}

void Account::TakeBackAll(const std::string& error) {
  const auto failed = static_cast<std::size_t>(Ending::kFailed);
  const std::uint64_t records = totals_.endings[kAcknowledgedIndex];
  if (records == 0) return;
  AddTo(totals_.errors, error, "", records);
  // Records without another known ending had this one.
  for (const LogType log : kLogTypes) {
    std::vector<RecordRange> others =
        ranges_[static_cast<std::size_t>(Ending::kDropped)][log];
    for (const RecordRange& range :
         ranges_[static_cast<std::size_t>(Ending::kNotSent)][log]) {
      AddRange(others, range);
    }
    std::vector<RecordRange>& all = ranges_[failed][log];
    all.clear();
    std::uint64_t begin = 0;
    for (const RecordRange& range : others) {
      AddRange(all, {begin, range.first - begin});
      begin = range.first + range.count;
    }
    AddRange(all, {begin, totals_.planned_of[log] - begin});
  }
  const auto take_back = [](LoadSecond& second) {
    second.endings[failed] +=
        std::exchange(second.endings[kAcknowledgedIndex], std::uint64_t{0});
    second.latency_p50 = second.latency_p99 = second.latency_max = 0;
  };
  for (LoadSecond& second : totals_.seconds) take_back(second);
  totals_.endings[failed] += records;
  totals_.endings[kAcknowledgedIndex] = 0;
  totals_.certainties.fill(0);
  totals_.taken_back += records;
  for (LoadWindow& window : totals_.windows) {
    window.latency.Clear();
    window.service_time.Clear();
  }
  CountLogs();
}

void Account::End(const LoadBatch& batch, Ending ending) {
  const auto index = static_cast<std::size_t>(ending);
  totals_.endings[index] += batch.records;
  second_.endings[index] += batch.records;
  for (const LogType log : kLogTypes) {
    AddRange(ranges_[index][log], batch.ranges[log]);
  }
}

void Account::Retry(const LoadBatch& batch, bool may_have_arrived) {
  ++totals_.retries;
  ++second_.retries;
  if (may_have_arrived) totals_.duplicates_possible += batch.records;
}

void Account::NoteCopies(std::uint64_t records) {
  totals_.duplicates_possible += records;
}

void Account::NoteError(const std::string& error, const std::string& answer,
                        std::uint64_t records) {
  AddTo(totals_.errors, error, answer, records);
}

void Account::NoteRemark(const std::string& words, const std::string& answer,
                         std::uint64_t records) {
  AddTo(totals_.remarks, words, answer, records);
}

void Account::NoteRefusal(const std::string& error, const std::string& answer) {
  if (!totals_.refusal.empty()) return;
  totals_.refusal = error.empty() ? "refused" : error;
  std::string words = answer.substr(0, answer.find_last_not_of(" \r\n\t") + 1);
  std::replace(words.begin(), words.end(), '\n', ' ');
  if (!words.empty()) totals_.refusal += ": " + Printable(words, kMostQuoted);
}

void Account::NoteTooLarge(const LoadBatch& batch, std::size_t stated_limit) {
  if (stated_limit > 0) {
    totals_.body_limit.State(stated_limit);
  } else {
    totals_.body_limit.Refuse(batch.bytes.size());
  }
}

void Account::CloseSecond(const Waiting& waiting) {
  second_.queued = waiting.queued;
  second_.in_flight = waiting.in_flight;
  const Nanos end =
      static_cast<Nanos>(totals_.seconds.size() + 1) * kNanosPerSecond;
  second_.backlog = std::max<Nanos>(0, end - std::min(end, waiting.oldest_due));
  second_.lateness_p50 = second_lateness_.Quantile(0.5);
  second_.lateness_p99 = second_lateness_.Quantile(0.99);
  second_.lateness_max = second_lateness_.max();
  second_.latency_p50 = second_latency_.Quantile(0.5);
  second_.latency_p99 = second_latency_.Quantile(0.99);
  second_.latency_max = second_latency_.max();
  for (LoadWindow& window : totals_.windows) {
    if (totals_.seconds.size() < window.from) continue;
    window.lateness.Merge(second_lateness_);
    window.latency.Merge(second_latency_);
  }
  second_lateness_.Clear();
  second_latency_.Clear();
  totals_.seconds.push_back(second_);
  second_ = LoadSecond{};
}

void Account::Advance(Nanos now, const Waiting& waiting) {
  while (now >=
         static_cast<Nanos>(totals_.seconds.size() + 1) * kNanosPerSecond) {
    CloseSecond(waiting);
  }
}

void Account::Finish(Nanos now) {
  Advance(now, {});
  CloseSecond({});
  totals_.end = now;
  CountLogs();
}

void Account::CountLogs() {
  for (const LogType log : kLogTypes) {
    AccountTotals::Endings& endings = totals_.endings_of[log];
    std::uint64_t acknowledged = totals_.planned_of[log];
    for (std::size_t i = 0; i < kEndingCount; ++i) {
      endings[i] = 0;
      for (const RecordRange& range : ranges_[i][log])
        endings[i] += range.count;
      acknowledged -= endings[i];
    }
    endings[kAcknowledgedIndex] = acknowledged;
  }
}

Deliveries DeliveriesOf(const Account& account) {
  Deliveries deliveries;
  for (const LogType log : kLogTypes) {
    deliveries.planned[log] = account.planned_of(log);
    deliveries.failed[log] = account.ranges(Ending::kFailed, log);
    deliveries.dropped[log] = account.ranges(Ending::kDropped, log);
    deliveries.not_sent[log] = account.ranges(Ending::kNotSent, log);
  }
  return deliveries;
}

}  // namespace busyhour::internal
