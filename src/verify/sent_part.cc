#include "verify/sent_part.h"

#include <algorithm>
#include <bit>
#include <stdexcept>

#include "engine/job_calls.h"

namespace busyhour {
namespace {

constexpr std::uint32_t kGroup = 64;

constexpr DeliveryOrder kNever = {kLatestTime.ms + 10 * kMsPerDay, 0, 0, false};

std::uint64_t BitOf(std::uint64_t number) noexcept {
  return std::uint64_t{1} << number % 64;
}

}  // namespace

SentPart::SentPart(const Plan& plan, const Cast& cast, const Job& job,
                   int threads, std::optional<SimTime> until,
                   const std::optional<std::vector<StreamExtent>>& streams,
                   FaultTruth* truth, bool expects_faults)
    : shard_(job.shard),
      first_slot_(FirstSlotOf(job)),
      until_(until ? DeliveryOrder{until->ms, 0, 0, false} : kNever) {
  if (truth != nullptr && !expects_faults) unexpected_ = &truth->faults();
  // The records that left the job, and the number of records that count as
  // sent.
  const auto delivered = [&](CallRecords call) {
    return truth == nullptr ? call : truth->Deliver(call);
  };
  const auto count_sent = [&](CallRecords call) {
    for (const Record& record : expects_faults ? delivered(call) : call) {
      if (IsDue(record)) ++sent_[record.log()];
    }
  };
  std::optional<StreamEnds> ends;
  if (streams) {
    const std::uint32_t late_ms =
        truth == nullptr ? 0 : truth->faults().max_late_ms();
    ends.emplace(*streams, first_slot_, HorizonMs(plan, job.logs) + late_ms);
  }
  EachCall(plan, cast, job, threads, [&](CallRecords call) {
    ++calls_;
    if (call.empty()) return;
    AddCall(call);
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
  marks_.resize((records_ + 63) / 64);
  for (const std::uint64_t mark : dropped_) Mark(mark);
  dropped_ = {};
  if (!pending_.empty()) pending_.resize(marks_.size());
  if (!ends) return;
  turns_ = ends->Turns();
  EachCall(plan, cast, job, threads, count_sent);
}

std::size_t SentPart::bytes() const noexcept {
  return blocks_.capacity() * sizeof(Block) +
         slots_.capacity() * sizeof(std::uint32_t) +
         counts_.capacity() * sizeof(std::uint16_t) +
         groups_.capacity() * sizeof(std::uint64_t) +
         (marks_.capacity() + pending_.capacity()) * sizeof(std::uint64_t);
}

bool SentPart::IsDue(const Record& record) const noexcept {
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

std::optional<std::size_t> SentPart::SlotOf(
    std::uint64_t second) const noexcept {
  const std::uint64_t index = second / 64;
  if (index >= blocks_.size()) return std::nullopt;
  const Block& block = blocks_[index];
  if ((block.has_calls & BitOf(second)) == 0) return std::nullopt;
  return block.first_slot + static_cast<std::size_t>(std::popcount(
                                block.has_calls & (BitOf(second) - 1)));
}

std::uint32_t SentPart::EndOf(std::size_t slot) const noexcept {
  return slot + 1 < slots_.size() ? slots_[slot + 1]
                                  : static_cast<std::uint32_t>(counts_.size());
}

std::optional<SentPart::Place> SentPart::Find(CallKey key) const noexcept {
  if (key.slot < first_slot_) return std::nullopt;
  const std::optional<std::size_t> slot = SlotOf(key.slot - first_slot_);
  if (!slot) return std::nullopt;
  const std::uint32_t number = slots_[*slot] + RankOf(key);
  if (number >= EndOf(*slot) || counts_[number] == 0) return std::nullopt;
  Place place{groups_[number / kGroup], counts_[number]};
  for (std::uint32_t i = number / kGroup * kGroup; i < number; ++i) {
    place.first_mark += counts_[i];
  }
  return place;
}

bool SentPart::Mark(std::uint64_t mark) noexcept {
  std::uint64_t& word = marks_[mark / 64];
  const bool is_new = (word & BitOf(mark)) == 0;
  word |= BitOf(mark);
  return is_new;
}

std::optional<CallKey> SentPart::NextUnmarked(
    std::optional<CallKey> after) const {
  CallKey key = after ? CallKey{after->slot, after->number() + 1}
                      : CallKey{first_slot_, 0};
  // No call leaves a record before its own second.
  const std::uint64_t end =
      std::min(first_slot_ + blocks_.size() * 64,
               static_cast<std::uint64_t>(std::max<std::int64_t>(end_ms(), 0)) /
                       static_cast<std::uint64_t>(kMsPerSecond) +
                   1);
  for (; key.slot < end; ++key.slot, key.ordinal = 0) {
    const std::optional<std::size_t> slot = SlotOf(key.slot - first_slot_);
    if (!slot) continue;
    const std::uint32_t calls = EndOf(*slot) - slots_[*slot];
    // Ordinals of the shard's calls are `count` apart.
    for (; key.ordinal < kMaxCallsPerSlot; ++key.ordinal) {
      if (!shard_.Has(key)) continue;
      if (RankOf(key) >= calls) break;
      const std::optional<Place> place = Find(key);
      if (!place) continue;
      for (std::uint32_t i = 0; i < place->records; ++i) {
        const std::uint64_t mark = place->first_mark + i;
        if (!IsMarked(mark) || IsPending(mark)) return key;
      }
    }
  }
  return std::nullopt;
}

std::uint32_t SentPart::RankOf(CallKey key) const noexcept {
  if (shard_.count == 1) return key.number();
  const auto first = static_cast<std::uint32_t>(
      (shard_.index + shard_.count - key.slot % shard_.count) % shard_.count);
  return (key.number() - first) / shard_.count;
}

void SentPart::AddCall(CallRecords records) {
  const CallKey key = records.front().call();
  const std::uint64_t second = key.slot - first_slot_;
  while (blocks_.size() <= second / 64) blocks_.push_back({0, slots_.size()});
  Block& block = blocks_.back();
  if ((block.has_calls & BitOf(second)) == 0) {
    block.has_calls |= BitOf(second);
    slots_.push_back(static_cast<std::uint32_t>(counts_.size()));
  }
  // Earlier callers of the slot who left no records.
  const std::size_t number = slots_.back() + RankOf(key);
  while (counts_.size() <= number) AddCaller();
  AddToLast(records.size());
}

void SentPart::AddFaults(CallRecords records, FaultTruth& truth) {
  truth.AddTexts(records);
  const std::uint64_t first = records_ - records.size();
  for (std::size_t i = 0; i < records.size(); ++i) {
    const RecordFaults faults = truth.faults().Of(records[i]);
    if (faults.dropped) dropped_.push_back(first + i);
    if (!faults.repeated) continue;
    pending_.resize((first + i) / 64 + 1);
    pending_.back() |= BitOf(first + i);
  }
}

void SentPart::AddCaller() {
  if (counts_.size() == 0xffffffffu) {
    throw std::length_error("the job has more calls than can be verified");
  }
  if (counts_.size() % kGroup == 0) groups_.push_back(records_);
  counts_.push_back(0);
}

void SentPart::AddToLast(std::size_t records) {
  if (counts_.back() + records > 0xffffu) {
    throw std::length_error("a caller has more records than can be verified");
  }
  counts_.back() = static_cast<std::uint16_t>(counts_.back() + records);
  records_ += records;
}

}  // namespace busyhour
