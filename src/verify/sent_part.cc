#include "verify/sent_part.h"

#include <algorithm>

#include "engine/job_calls.h"
#include "faults/faults.h"

namespace busyhour::internal {
namespace {

constexpr DeliveryOrder kNever = {
    kLatestTime.ms + 10 * kMsPerDay, {}, 0, false};

std::uint64_t BitOf(std::uint64_t number) noexcept {
  return std::uint64_t{1} << number % 64;
}

}  // namespace

SentPart::SentPart(const Worlds& worlds, const Job& job, int threads,
                   LogSet judged, std::optional<SimTime> until,
                   const std::optional<std::vector<StreamExtent>>& streams,
                   FaultTruth* truth, bool expects_faults,
                   std::size_t most_kept, SentAmounts& amounts)
    : shard_(job.shard),
      resources_(job.resources),
      callers_(worlds.size(), CallerIndex(job.shard, FirstSlotOf(job))),
      kept_(worlds.size(), most_kept),
      judged_(judged),
      until_(until ? DeliveryOrder{until->ms, {}, 0, false} : kNever) {
  if (truth != nullptr && !expects_faults) unexpected_ = &truth->faults();
  // The records that left the job, and the number of records that count as
  // sent.
  const auto delivered = [&](CallRecords call) {
    return truth == nullptr ? call : truth->Deliver(call);
  };
  const auto count_sent = [&](CallRecords call) {
    for (const Record& record : expects_faults ? delivered(call) : call) {
      if (!IsDue(record)) continue;
      ++sent_[record.log()];
      ++amounts.resources[record.resource()];
      amounts.series.Add(record.delivery(), VerifySeries::Count::kSent);
    }
  };
  std::optional<StreamEnds> ends;
  if (streams) {
    const std::uint32_t late_ms =
        truth == nullptr ? 0 : truth->faults().max_late_ms();
    ends.emplace(*streams, FirstSlotOf(job),
                 worlds.HorizonMs(job.logs) + late_ms);
  }
  EachCall(worlds, job, threads, [&](CallRecords call) {
    ++calls_;
    if (call.empty()) return;
    callers_[call.front().resource()].Add(call.front().call(), call.size());
    kept_.Add(call);
    if (expects_faults) AddFaults(call, *truth);
    const CallRecords sent = delivered(call);
    for (const Record& record : sent) ++made_[record.log()];
    if (ends) {
      ends->Add(call.front().call(), sent);
    } else {
      count_sent(call);
    }
  });
  if (expects_faults) truth->EndShard();
  MakeMarks();
  if (!ends) return;
  turns_ = ends->Turns();
  EachCall(worlds, job, threads, count_sent);
}

void SentPart::MakeMarks() {
  std::uint64_t marks = 0;
  for (const CallerIndex& callers : callers_) {
    first_marks_.push_back(marks);
    marks += callers.records();
  }
  marks_.resize((marks + 63) / 64);
  if (!repeated_.empty()) pending_.resize(marks_.size());
  const auto mark_of = [this](const Unplaced& record) {
    return first_marks_[record.resource] + record.number;
  };
  for (const Unplaced& record : dropped_) Mark(mark_of(record));
  for (const Unplaced& record : repeated_) {
    const std::uint64_t mark = mark_of(record);
    pending_[mark / 64] |= BitOf(mark);
  }
  dropped_ = {};
  repeated_ = {};
}

std::size_t SentPart::bytes() const noexcept {
  std::size_t bytes =
      (marks_.capacity() + pending_.capacity()) * sizeof(std::uint64_t);
  for (const CallerIndex& callers : callers_) bytes += callers.bytes();
  return bytes;
}

bool SentPart::IsDue(const Record& record) const noexcept {
  if (!judged_.Has(record.log())) return false;
  if (unexpected_ == nullptr) return WasDelivered(record);
  const RecordFaults faults = unexpected_->Of(record);
  if (faults.dropped) return WasDelivered(record);
  bool was_delivered = false;
  faults.EachDelivery(record, [&](const Record& as) {
    was_delivered = was_delivered || WasDelivered(as);
  });
  return was_delivered;
}

bool SentPart::WasDelivered(const Record& record) const noexcept {
  const DeliveryOrder order = DeliveryOrder::Of(record);
  const auto& turns = turns_[record.log()];
  const auto passed =
      std::upper_bound(turns.begin(), turns.end(), order) - turns.begin();
  return passed % 2 == 0 && order < until_;
}

std::int64_t SentPart::end_ms() const noexcept {
  DeliveryOrder end{};
  for (const auto& turns : turns_) {
    end = std::max(end, turns.size() % 2 == 0 ? kNever : turns.back());
  }
  return std::min(end, until_).delivery_ms;
}

std::optional<SentPart::Place> SentPart::Find(CallKey key) const noexcept {
  const auto place = callers_[key.resource].Find(key);
  if (!place) return std::nullopt;
  return Place{first_marks_[key.resource] + place->first, place->records};
}

void SentPart::AppendDue(const Record& record, std::uint64_t mark,
                         const Faults* faults, std::vector<Record>& due) const {
  const auto append = [&](Record delivered) {
    const bool was_received =
        delivered.is_copy() ? !IsPending(mark) : IsMarked(mark);
    if (!IsDue(delivered)) return;
    if (!was_received) delivered.Mark(kLostMark);
    due.push_back(delivered);
  };
  if (faults == nullptr) return append(record);
  faults->Of(record).EachDelivery(record, append);
}

void SentPart::EachDue(
    const Worlds& worlds, const Job& job, int threads, const Faults* faults,
    const std::function<void(CallKey, CallRecords)>& take) const {
  // The marks are in the order of the calls of each resource.
  std::vector<std::uint64_t> next = first_marks_;
  std::vector<Record> due;
  EachCall(worlds, job, threads, [&](CallRecords call) {
    if (call.empty()) return;
    due.clear();
    std::uint64_t& mark = next[call.front().resource()];
    for (const Record& record : call) AppendDue(record, mark++, faults, due);
    take(call.front().call(), due);
  });
}

bool SentPart::Mark(std::uint64_t mark) noexcept {
  std::uint64_t& word = marks_[mark / 64];
  const bool is_new = (word & BitOf(mark)) == 0;
  word |= BitOf(mark);
  return is_new;
}

std::optional<CallKey> SentPart::NextUnmarked(
    std::optional<CallKey> after) const {
  CallKey from =
      after ? CallKey{after->slot, after->number() + 1, after->resource}
            : CallKey{};
  // No call leaves a record before its own second.
  const std::uint64_t end =
      static_cast<std::uint64_t>(std::max<std::int64_t>(end_ms(), 0)) /
          static_cast<std::uint64_t>(kMsPerSecond) +
      1;
  while (from.resource < callers_.size()) {
    const auto key = callers_[from.resource].From(from, end);
    if (!key) {
      from = {0, 0, from.resource + 1};
      continue;
    }
    const std::optional<Place> place = Find(*key);
    for (std::uint32_t i = 0; i < place->records; ++i) {
      const std::uint64_t mark = place->first_mark + i;
      if (!IsMarked(mark) || IsPending(mark)) return key;
    }
    from = {key->slot, key->number() + 1, key->resource};
  }
  return std::nullopt;
}

void SentPart::AddFaults(CallRecords records, FaultTruth& truth) {
  truth.AddTexts(records);
  const std::uint32_t resource = records.front().resource();
  const std::uint64_t first = callers_[resource].records() - records.size();
  for (std::size_t i = 0; i < records.size(); ++i) {
    const RecordFaults faults = truth.faults().Of(records[i]);
    if (faults.dropped) dropped_.push_back({resource, first + i});
    if (faults.repeated) repeated_.push_back({resource, first + i});
  }
}

}  // namespace busyhour::internal
