#include "verify/sent_records.h"

#include <algorithm>
#include <bit>
#include <span>

#include "engine/estimate.h"

namespace busyhour {
namespace {

constexpr std::size_t kLeastCalls = 1024;
// Maximum number of cached calls, about 1 KiB each. Most traffic has fewer
// calls in progress.
constexpr std::size_t kMostCallsAPart = 1 << 16;

constexpr CallKey kNoCall{~std::uint64_t{0}, 0, 0};

}  // namespace

SentRecords::SentRecords(const Worlds& worlds, const std::vector<Job>& jobs,
                         const SentSoFar& so_far, bool expects_faults,
                         int threads)
    : worlds_(worlds), job_(jobs.front()), scribe_(worlds, job_) {
  if (!job_.faults.empty()) {
    truth_ = std::make_unique<FaultTruth>(worlds, job_);
    expects_ = expects_faults;
  }
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    parts_.push_back(std::make_unique<SentPart>(
        worlds, jobs[i], threads, so_far.until,
        i < so_far.streams.size() ? so_far.streams[i] : std::nullopt,
        truth_.get(), expects_));
    calls_ += parts_.back()->calls();
    for (const LogType log : kLogTypes) {
      sent_[log] += parts_.back()->sent()[log];
    }
  }
  if (expects_) truth_->Sort();
  const std::size_t calls = std::clamp<std::size_t>(
      std::bit_ceil(static_cast<std::size_t>(2 * CallsInFlight(worlds, job_))),
      kLeastCalls, kMostCallsAPart);
  cache_ = std::vector<SentCall>(calls);
  cached_.resize(calls, kNoCall);
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
  const std::uint64_t name =
      key.bits() + 1 + (std::uint64_t{key.resource} << 32);
  const std::size_t at =
      (name * 0x9e3779b97f4a7c15u >> 32) & (cache_.size() - 1);
  if (cached_[at] == key) return CallHandle(cache_[at]);
  for (std::size_t shard = 0; shard < parts_.size(); ++shard) {
    if (!parts_[shard]->Has(key)) continue;
    const auto place = parts_[shard]->Find(key);
    if (!place) continue;
    const bool is_held = CallHandle::Holds(cache_[at]);
    SentCall& call = is_held ? Spare() : cache_[at];
    if (!is_held) cached_[at] = kNoCall;
    if (!Simulate(key, *place, call)) return {};
    call.key = key;
    call.shard = shard;
    call.faults.clear();
    if (expects_) {
      for (Record& record : call.records) {
        call.faults.push_back(truth_->FaultOf(record));
        record.delivery_ms += call.faults.back().late_ms;
      }
    }
    call.image.call = 0;
    const Cast& cast = worlds_.CastOf(key);
    call.image.SetFacts(cast.FactsOf(key));
    call.image.SetCorrelation(0, cast.CorrelationOf(key, 0));
    if (!is_held) cached_[at] = key;
    return CallHandle(call);
  }
  return {};
}

bool SentRecords::Simulate(CallKey key, const SentPart::Place& place,
                           SentCall& call) {
  call.records.clear();
  call.first_mark = place.first_mark;
  const Call* simulated = &scribe_.Simulate(key.First());
  scribe_.AppendRecords(0, call.records);
  std::size_t before = 0;
  while (simulated->key != key) {
    before += call.records.size();
    call.records.clear();
    simulated = scribe_.SimulateNext();
    if (simulated == nullptr) return false;
    scribe_.AppendRecords(0, call.records);
  }
  call.first_mark += before;
  return before + call.records.size() <= place.records;
}

std::optional<SentRecords::Seen> SentRecords::Mark(
    const SentCall& call, std::size_t record) noexcept {
  SentPart& part = *parts_[call.shard];
  const std::uint64_t mark = call.first_mark + record;
  const bool has_copy = part.IsPending(mark);
  if (!has_copy && !part.Mark(mark)) return std::nullopt;
  const Seen itself{call.records[record], part.IsDue(call.records[record])};
  if (!has_copy) return itself;
  // A receiver may have refused one of them and accepted the other.
  const Record copy = CopyOf(call, record);
  const Seen copied{copy, part.IsDue(copy)};
  if ((itself.is_due || !copied.is_due) && part.Mark(mark)) return itself;
  part.TakeCopy(mark);
  return copied;
}

Record SentRecords::CopyOf(const SentCall& call, std::size_t record) {
  return busyhour::CopyOf(call.records[record], call.faults[record].repeat_ms);
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
  const SentPart& part = *parts_[call.shard];
  const std::uint64_t mark = call.first_mark + record;
  return (!part.IsMarked(mark) && part.IsDue(call.records[record]) ? 1 : 0) +
         (part.IsPending(mark) && part.IsDue(CopyOf(call, record)) ? 1 : 0);
}

std::optional<SentRecords::Known> SentRecords::FindText(std::string_view text) {
  if (!expects_) return std::nullopt;
  const auto owners = truth_->OwnersOf(text);
  if (owners.empty()) return std::nullopt;
  // Of several records with this text, prefer one that was not received yet,
  // and among those one that is due.
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

bool SentRecords::IsToCome(CallKey key, std::size_t record) {
  for (const auto& part : parts_) {
    if (!part->Has(key)) continue;
    const auto place = part->Find(key);
    if (!place) continue;
    std::uint64_t mark = place->first_mark + record;
    if (key.generation() > 0) {
      const CallHandle call = Find(key);
      if (!call) return false;
      mark = call->first_mark + record;
    }
    return !part->IsMarked(mark) || part->IsPending(mark);
  }
  return false;
}

std::optional<CallKey> SentRecords::NextUnmarked(
    std::size_t shard, std::optional<CallKey> after) const {
  return parts_[shard]->NextUnmarked(after);
}

}  // namespace busyhour
