#include "verify/sent_records.h"

#include <algorithm>
#include <bit>
#include <span>
#include <stdexcept>

#include "run/calendar.h"
#include "run/estimate.h"
#include "run/job_calls.h"
#include "run/rules.h"

namespace busyhour {
namespace {

constexpr std::size_t kLeastCalls = 1024;
// Calls kept at most, about 1 KiB each: those of most traffic that are under
// way at a time.
constexpr std::size_t kMostCalls = 1 << 16;
constexpr std::uint32_t kGroup = 64;

constexpr DeliveryOrder kNever = {kLatestTime.ms + 10 * kMsPerDay, 0, 0, false};

std::uint64_t NameOf(CallKey key) noexcept {
  return (key.slot << kOrdinalBits | key.ordinal) + 1;
}

}  // namespace

// The records of one shard.
class SentRecords::Part {
 public:
  // `truth` may be null, for a job without faults. With `expects` what it says
  // is what was sent.
  Part(const Plan& plan, const Cast& cast, const Job& job,
       std::optional<SimTime> until,
       const std::optional<std::vector<StreamExtent>>& streams,
       FaultTruth* truth, bool expects)
      : shard_(job.shard),
        first_slot_(static_cast<std::uint64_t>(job.start.ms / kMsPerSecond)) {
    if (until) until_ = {until->ms, 0, 0, false};
    if (truth != nullptr && !expects) unexpected_ = &truth->faults();
    // What left the job, and what is held to have been sent.
    const auto delivered = [&](CallRecords call) {
      return truth == nullptr ? call : truth->Deliver(call);
    };
    const auto count_sent = [&](CallRecords call) {
      for (const Record& record : expects ? delivered(call) : call) {
        if (IsDue(record)) ++sent_[record.log()];
      }
    };
    EachCall(plan, cast, job, [&](CallKey, CallRecords call) {
      ++calls_;
      if (call.empty()) return;
      AddCall(call);
      if (expects) AddFaults(call, *truth);
      for (const Record& record : delivered(call)) {
        ++made_[record.log()];
      }
      if (!streams) count_sent(call);
    });
    if (expects) truth->EndShard();
    marks_.resize((records_ + 63) / 64);
    for (const std::uint64_t mark : dropped_) Mark(mark);
    dropped_ = {};
    if (!pending_.empty()) pending_.resize(marks_.size());
    if (!streams) return;
    // Where streams end and what they lack is said by the numbers of records
    // in the order of delivery.
    std::vector<Stream> open(streams->begin(), streams->end());
    const auto go_on = [&](const Record& record) {
      for (Stream& stream : open) {
        if (stream.extent.logs.Has(record.log())) {
          stream.Take(record);
        }
      }
    };
    Calendar calendar(
        first_slot_,
        plan.horizon_ms +
            (truth == nullptr ? 0 : truth->faults().max_late_ms()));
    std::vector<Record> due;
    const auto take_second = [&] {
      due.clear();
      calendar.TakeSecond(due);
      for (const Record& record : due) go_on(record);
    };
    EachCall(plan, cast, job, [&](CallKey key, CallRecords call) {
      // No call to come leaves a record before its own second.
      while (calendar.next_second() < key.slot) take_second();
      calendar.Add(delivered(call));
    });
    while (!calendar.empty()) take_second();
    for (const Stream& stream : open) {
      for (const LogType log : stream.extent.logs) turns_[log] = stream.turns;
    }
    EachCall(plan, cast, job,
             [&](CallKey, CallRecords call) { count_sent(call); });
  }

  // Whether a record has been sent by now. One that faults have changed though
  // nobody expects them has been sent when it or its copy was delivered.
  bool IsDue(const Record& record) const noexcept {
    if (unexpected_ == nullptr) return WasDelivered(record);
    const Fate fate = unexpected_->FateOf(record);
    if (fate.dropped) return WasDelivered(record);
    Record delivered = record;
    delivered.delivery_ms += fate.late_ms();
    if (WasDelivered(delivered)) return true;
    if (!fate.repeated) return false;
    delivered.Mark(Record::kCopy);
    delivered.delivery_ms += fate.repeat_ms;
    return WasDelivered(delivered);
  }
  bool WasDelivered(const Record& record) const noexcept {
    const DeliveryOrder order = DeliveryOrder::Of(record);
    const auto& turns = turns_[record.log()];
    const auto passed =
        std::upper_bound(turns.begin(), turns.end(), order) - turns.begin();
    return passed % 2 == 0 && order < until_;
  }
  // All that is due was delivered before.
  std::int64_t end_ms() const noexcept {
    DeliveryOrder end{};
    for (const auto& turns : turns_) {
      end = std::max(end, turns.size() % 2 == 0 ? kNever : turns.back());
    }
    return std::min(end, until_).delivery_ms;
  }

 private:
  using CallRecords = std::span<const Record>;

  // A stream that is not whole, while its records are gone through.
  struct Stream {
    StreamExtent extent;
    std::uint64_t next = 0;
    std::size_t gap = 0;   // the first that is not passed
    bool is_there = true;  // whether it has the last record
    // Where what it has ends, begins again, and so on.
    std::vector<DeliveryOrder> turns{};

    Stream(const StreamExtent& of) : extent(of) {}  // NOLINT: a conversion

    void Take(const Record& record) {
      const std::uint64_t number = next++;
      const std::vector<RecordRange>& gaps = extent.gaps;
      while (gap < gaps.size() && gaps[gap].first + gaps[gap].count <= number) {
        ++gap;
      }
      const bool has_it = number < extent.records &&
                          (gap == gaps.size() || number < gaps[gap].first);
      if (has_it != is_there) turns.push_back(DeliveryOrder::Of(record));
      is_there = has_it;
    }
  };

 public:
  bool Has(CallKey key) const noexcept { return shard_.Has(key); }
  const PerLog<std::uint64_t>& sent() const { return sent_; }
  const PerLog<std::uint64_t>& made() const { return made_; }
  std::uint64_t calls() const noexcept { return calls_; }
  std::size_t bytes() const noexcept {
    return blocks_.capacity() * sizeof(Block) +
           slots_.capacity() * sizeof(std::uint32_t) +
           counts_.capacity() * sizeof(std::uint16_t) +
           groups_.capacity() * sizeof(std::uint64_t) +
           (marks_.capacity() + pending_.capacity()) * sizeof(std::uint64_t);
  }

  struct Place {
    std::uint64_t first_mark = 0;
    std::uint32_t records = 0;
  };
  // Nothing when no record of such a call was sent.
  std::optional<Place> Find(CallKey key) const noexcept {
    if (key.slot < first_slot_) return std::nullopt;
    const std::uint64_t second = key.slot - first_slot_;
    const std::uint64_t index = second / 64;
    if (index >= blocks_.size()) return std::nullopt;
    const Block& block = blocks_[index];
    const std::uint64_t bit = std::uint64_t{1} << second % 64;
    if ((block.has_calls & bit) == 0) return std::nullopt;
    const std::size_t slot =
        block.first_slot +
        static_cast<std::size_t>(std::popcount(block.has_calls & (bit - 1)));
    const std::uint32_t number = slots_[slot] + RankOf(key);
    const std::uint32_t end = slot + 1 < slots_.size()
                                  ? slots_[slot + 1]
                                  : static_cast<std::uint32_t>(counts_.size());
    if (number >= end || counts_[number] == 0) return std::nullopt;
    Place place{groups_[number / kGroup], counts_[number]};
    for (std::uint32_t i = number / kGroup * kGroup; i < number; ++i) {
      place.first_mark += counts_[i];
    }
    return place;
  }

  bool IsMarked(std::uint64_t mark) const noexcept {
    return (marks_[mark / 64] >> mark % 64 & 1) != 0;
  }
  bool Mark(std::uint64_t mark) noexcept {
    std::uint64_t& word = marks_[mark / 64];
    const std::uint64_t bit = std::uint64_t{1} << mark % 64;
    const bool is_new = (word & bit) == 0;
    word |= bit;
    return is_new;
  }

  // Whether its copy is still to come.
  bool IsPending(std::uint64_t mark) const noexcept {
    return !pending_.empty() && (pending_[mark / 64] >> mark % 64 & 1) != 0;
  }
  void TakeCopy(std::uint64_t mark) noexcept {
    pending_[mark / 64] &= ~(std::uint64_t{1} << mark % 64);
  }

  std::optional<CallKey> NextUnmarked(std::optional<CallKey> after) const {
    CallKey key = after ? CallKey{after->slot, after->ordinal + 1}
                        : CallKey{first_slot_, 0};
    // No call leaves a record before its own second.
    const std::uint64_t end = std::min(
        first_slot_ + blocks_.size() * 64,
        static_cast<std::uint64_t>(std::max<std::int64_t>(end_ms(), 0)) /
                static_cast<std::uint64_t>(kMsPerSecond) +
            1);
    for (; key.slot < end; ++key.slot, key.ordinal = 0) {
      const std::uint64_t second = key.slot - first_slot_;
      const Block& block = blocks_[second / 64];
      if ((block.has_calls >> second % 64 & 1) == 0) continue;
      const std::size_t slot =
          block.first_slot +
          static_cast<std::size_t>(std::popcount(
              block.has_calls & ((std::uint64_t{1} << second % 64) - 1)));
      const std::uint32_t calls =
          (slot + 1 < slots_.size()
               ? slots_[slot + 1]
               : static_cast<std::uint32_t>(counts_.size())) -
          slots_[slot];
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

 private:
  // 64 seconds: which of them have calls, and which is the first of those.
  struct Block {
    std::uint64_t has_calls = 0;
    std::size_t first_slot = 0;
  };

  // How many calls of the same slot and shard come before it.
  std::uint32_t RankOf(CallKey key) const noexcept {
    if (shard_.count == 1) return key.ordinal;
    const auto first = static_cast<std::uint32_t>(
        (shard_.index + shard_.count - key.slot % shard_.count) % shard_.count);
    return (key.ordinal - first) / shard_.count;
  }

  void AddCall(CallRecords records) {
    const CallKey key = records.front().call();
    const std::uint64_t second = key.slot - first_slot_;
    while (blocks_.size() <= second / 64) blocks_.push_back({0, slots_.size()});
    Block& block = blocks_.back();
    const std::uint64_t bit = std::uint64_t{1} << second % 64;
    if ((block.has_calls & bit) == 0) {
      block.has_calls |= bit;
      slots_.push_back(static_cast<std::uint32_t>(counts_.size()));
    }
    // Calls before it that left no records.
    const std::size_t number = slots_.back() + RankOf(key);
    while (counts_.size() < number) AddCount(0);
    AddCount(records.size());
  }

  // After its call has been added.
  void AddFaults(CallRecords records, FaultTruth& truth) {
    truth.AddTexts(records);
    const std::uint64_t first = records_ - records.size();
    for (std::size_t i = 0; i < records.size(); ++i) {
      const Fate fate = truth.faults().FateOf(records[i]);
      if (fate.dropped) dropped_.push_back(first + i);
      if (!fate.repeated) continue;
      pending_.resize((first + i) / 64 + 1);
      pending_.back() |= std::uint64_t{1} << (first + i) % 64;
    }
  }

  void AddCount(std::size_t records) {
    if (counts_.size() == 0xffffffffu || records > 0xffffu) {
      throw std::length_error("the job has more calls than can be verified");
    }
    if (counts_.size() % kGroup == 0) groups_.push_back(records_);
    counts_.push_back(static_cast<std::uint16_t>(records));
    records_ += records;
  }

  Shard shard_;
  std::uint64_t first_slot_;
  std::vector<Block> blocks_;
  std::vector<std::uint32_t> slots_;   // number of the slot's first call
  std::vector<std::uint16_t> counts_;  // records of each call
  std::vector<std::uint64_t> groups_;  // first record of every 64 calls
  std::vector<std::uint64_t> marks_;
  std::vector<std::uint64_t> pending_;  // copies, where any are expected
  std::vector<std::uint64_t> dropped_;  // marks, while calls are added
  std::uint64_t records_ = 0;
  std::uint64_t calls_ = 0;
  PerLog<std::uint64_t> made_{};
  PerLog<std::uint64_t> sent_{};
  const Faults* unexpected_ = nullptr;  // that the job has all the same
  // What is delivered from then on is not due.
  DeliveryOrder until_ = kNever;
  // Of each log, where what is due ends, begins again, and so on.
  PerLog<std::vector<DeliveryOrder>> turns_;
};

SentRecords::SentRecords(const Plan& plan, const Cast& cast,
                         const std::vector<Job>& jobs, const SentSoFar& so_far,
                         bool expects_faults)
    : plan_(plan),
      cast_(cast),
      job_(jobs.front()),
      rules_(RulesOf(plan, job_)),
      simulator_(plan, job_.seed) {
  if (!job_.faults.empty()) {
    truth_ = std::make_unique<FaultTruth>(plan, cast, job_);
    expects_ = expects_faults;
  }
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    parts_.push_back(std::make_unique<Part>(
        plan, cast, jobs[i], so_far.until,
        i < so_far.streams.size() ? so_far.streams[i] : std::nullopt,
        truth_.get(), expects_));
    calls_ += parts_.back()->calls();
    for (const LogType log : kLogTypes) {
      sent_[log] += parts_.back()->sent()[log];
    }
  }
  if (expects_) truth_->Sort();
  const std::size_t calls = std::clamp<std::size_t>(
      std::bit_ceil(static_cast<std::size_t>(2 * CallsInFlight(plan, job_))),
      kLeastCalls, kMostCalls);
  cache_ = std::vector<SentCall>(calls);
  cached_.resize(calls);
}

SentRecords::~SentRecords() = default;

const PerLog<std::uint64_t>& SentRecords::made_in(
    std::size_t shard) const noexcept {
  return parts_[shard]->made();
}

std::size_t SentRecords::index_bytes() const noexcept {
  std::size_t bytes = 0;
  for (const auto& part : parts_) bytes += part->bytes();
  if (truth_) bytes += truth_->bytes();
  return bytes;
}

SentCall& SentRecords::Spare() {
  SentCall* spare = nullptr;
  for (SentCall& each : spares_) {
    if (!CallHandle::Holds(each)) spare = &each;
  }
  if (spare == nullptr) spare = &spares_.emplace_back();
  return *spare;
}

CallHandle SentRecords::Find(CallKey key) {
  const std::uint64_t name = NameOf(key);
  const std::size_t at =
      (name * 0x9e3779b97f4a7c15u >> 32) & (cache_.size() - 1);
  if (cached_[at] == name) return CallHandle(cache_[at]);
  for (std::size_t shard = 0; shard < parts_.size(); ++shard) {
    if (!parts_[shard]->Has(key)) continue;
    const auto place = parts_[shard]->Find(key);
    if (!place) continue;
    const bool is_held = CallHandle::Holds(cache_[at]);
    SentCall& call = is_held ? Spare() : cache_[at];
    call.records.clear();
    call.key = key;
    call.first_mark = place->first_mark;
    call.shard = shard;
    AppendRecords(simulator_.Simulate(key), rules_,
                  StreamKey(job_.seed, key.slot, key.ordinal), 0, call.records);
    call.faults.clear();
    if (expects_) {
      for (Record& record : call.records) {
        call.faults.push_back(truth_->FaultOf(record));
        record.delivery_ms += call.faults.back().late_ms;
      }
    }
    call.image.call = 0;
    call.image.SetFacts(cast_.FactsOf(key));
    call.image.SetCorrelation(0, cast_.CorrelationOf(key, 0));
    if (!is_held) cached_[at] = name;
    return CallHandle(call);
  }
  return {};
}

std::optional<SentRecords::Seen> SentRecords::Mark(
    const SentCall& call, std::size_t record) noexcept {
  Part& part = *parts_[call.shard];
  const std::uint64_t mark = call.first_mark + record;
  const bool has_copy = part.IsPending(mark);
  if (!has_copy && !part.Mark(mark)) return std::nullopt;
  const Seen itself{call.records[record], part.IsDue(call.records[record])};
  if (!has_copy) return itself;
  // A receiver may have refused the one and taken the other.
  const Record copy = CopyOf(call, record);
  const Seen copied{copy, part.IsDue(copy)};
  if ((itself.is_due || !copied.is_due) && part.Mark(mark)) return itself;
  part.TakeCopy(mark);
  return copied;
}

Record SentRecords::CopyOf(const SentCall& call, std::size_t record) {
  Record copy = call.records[record];
  copy.Mark(Record::kCopy);
  copy.delivery_ms += call.faults[record].repeat_ms;
  return copy;
}

bool SentRecords::IsMarked(const SentCall& call,
                           std::size_t record) const noexcept {
  const std::uint64_t mark = call.first_mark + record;
  return parts_[call.shard]->IsMarked(mark) &&
         !parts_[call.shard]->IsPending(mark);
}

bool SentRecords::IsDue(const SentCall& call,
                        std::size_t record) const noexcept {
  return parts_[call.shard]->IsDue(call.records[record]);
}

std::uint64_t SentRecords::LostOf(const SentCall& call, std::size_t record) {
  const Part& part = *parts_[call.shard];
  const std::uint64_t mark = call.first_mark + record;
  return (!part.IsMarked(mark) && part.IsDue(call.records[record]) ? 1 : 0) +
         (part.IsPending(mark) && part.IsDue(CopyOf(call, record)) ? 1 : 0);
}

std::optional<SentRecords::Known> SentRecords::FindText(std::string_view text) {
  if (!expects_) return std::nullopt;
  const auto owners = truth_->OwnersOf(text);
  if (owners.empty()) return std::nullopt;
  // Of several, one that is still to come, and is due if any is.
  const FaultTruth::Owner* best = &owners.back();
  bool is_to_come = false;
  for (const FaultTruth::Owner& owner : owners) {
    if (!IsToCome(owner.key(), owner.record)) continue;
    const CallHandle call = Find(owner.key());
    const bool is_due = IsDue(*call, owner.record);
    if (is_due || !is_to_come) best = &owner;
    is_to_come = true;
    if (is_due) break;
  }
  CallHandle call = Find(best->key());
  if (!call) return std::nullopt;
  return Known{std::move(call), best->record, owners.size() == 1};
}

bool SentRecords::IsToCome(CallKey key, std::size_t record) const {
  for (const auto& part : parts_) {
    if (!part->Has(key)) continue;
    const auto place = part->Find(key);
    if (!place) continue;
    const std::uint64_t mark = place->first_mark + record;
    return !part->IsMarked(mark) || part->IsPending(mark);
  }
  return false;
}

std::optional<CallKey> SentRecords::NextUnmarked(
    std::size_t shard, std::optional<CallKey> after) const {
  return parts_[shard]->NextUnmarked(after);
}

}  // namespace busyhour
