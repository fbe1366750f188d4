#include "verify/sent_records.h"

#include <algorithm>
#include <bit>
#include <span>
#include <utility>

#include "engine/estimate.h"
#include "verify/loss_finder.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kLeastCalls = 1024;
// Maximum number of cached calls, about 1 KiB each. Most traffic has fewer
// calls in progress.
constexpr std::size_t kMostCalls = 1 << 16;

}  // namespace

SentRecords::SentRecords(const Worlds& worlds, const std::vector<Job>& jobs,
                         const SentSoFar& so_far, bool expects_faults,
                         int threads, std::size_t most_kept)
    : worlds_(worlds), threads_(threads) {
  amounts_.resources.resize(worlds.size());
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const Job& job = jobs[i];
    Part& part = parts_.emplace_back();
    part.job = job;
    const bool has_faults = !job.faults.empty();
    if (has_faults) part.truth = std::make_unique<FaultTruth>(worlds, job);
    part.expects = has_faults && expects_faults;
    expects_ = expects_ || part.expects;
    part.sent = std::make_unique<SentPart>(
        worlds, job, threads, so_far.judged, so_far.until,
        i < so_far.streams.size() ? so_far.streams[i] : std::nullopt,
        part.truth.get(), part.expects, most_kept / jobs.size(), amounts_);
    if (part.expects) part.truth->Sort();
    logs_.AddAll(job.logs);
    calls_ += part.sent->calls();
    for (const LogType log : kLogTypes) sent_[log] += part.sent->sent()[log];
  }
  calls_to_keep_ = std::clamp<std::size_t>(
      std::bit_ceil(
          static_cast<std::size_t>(2 * CallsWithImage(worlds, jobs.front()))),
      kLeastCalls, kMostCalls);
  maker_ = std::make_unique<CallMaker>(worlds, *this);
}

SentRecords::~SentRecords() = default;

const PerLog<std::uint64_t>& SentRecords::made_in(
    std::size_t shard) const noexcept {
  return parts_[shard].sent->made();
}

std::uint64_t SentRecords::sent_in(std::size_t shard) const noexcept {
  std::uint64_t sent = 0;
  for (const std::uint64_t of_log : parts_[shard].sent->sent()) sent += of_log;
  return sent;
}

void SentRecords::FindLosses(LossFinder& finder) const {
  for (const Part& part : parts_) {
    const Faults* const faults = part.expects ? &part.truth->faults() : nullptr;
    const std::uint32_t late_ms = faults == nullptr ? 0 : faults->max_late_ms();
    finder.BeginJob(part.job.layout, FirstSlotOf(part.job),
                    worlds_.HorizonMs(part.job.logs) + late_ms);
    part.sent->EachDue(worlds_, part.job, threads_, faults,
                       [&finder](CallKey call, std::span<const Record> due) {
                         finder.Add(call, due);
                       });
    finder.EndJob();
  }
}

std::size_t SentRecords::index_bytes() const noexcept {
  std::size_t bytes = 0;
  for (const Part& part : parts_) {
    bytes += part.sent->bytes();
    if (part.truth) bytes += part.truth->bytes();
  }
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
  if (cache_.empty()) {
    cache_ = std::vector<SentCall>(calls_to_keep_);
    cached_.resize(calls_to_keep_, kNoCall);
  }
  const std::size_t at = key.Hash() & (cache_.size() - 1);
  if (cached_[at] == key) return CallHandle(cache_[at]);
  const bool is_held = CallHandle::Holds(cache_[at]);
  SentCall& call = is_held ? Spare() : cache_[at];
  if (!is_held) cached_[at] = kNoCall;
  if (!maker_->Make(key, call)) return {};
  if (!is_held) cached_[at] = key;
  return CallHandle(call);
}

std::optional<SentRecords::Seen> SentRecords::Mark(
    const SentRecord& sent) noexcept {
  SentPart& part = *parts_[sent.shard].sent;
  const bool has_copy = part.IsPending(sent.mark);
  if (!has_copy && !part.Mark(sent.mark)) return std::nullopt;
  const Seen itself{sent.record, part.IsDue(sent.record)};
  if (!has_copy) return itself;
  // A receiver may have refused one of them and accepted the other.
  const Record copy = CopyOf(sent.record, sent.repeat_ms);
  const Seen copied{copy, part.IsDue(copy)};
  if ((itself.is_due || !copied.is_due) && part.Mark(sent.mark)) return itself;
  part.TakeCopy(sent.mark);
  return copied;
}

bool SentRecords::IsMarked(const SentCall& call,
                           std::size_t record) const noexcept {
  const std::uint64_t mark = call.first_mark + record;
  return PartOf(call).IsMarked(mark) && !PartOf(call).IsPending(mark);
}

bool SentRecords::IsDue(const SentCall& call,
                        std::size_t record) const noexcept {
  return PartOf(call).IsDue(call.records[record]);
}

std::uint64_t SentRecords::LostOf(const SentCall& call, std::size_t record) {
  const SentPart& part = PartOf(call);
  const SentRecord sent = call.RecordAt(record);
  const auto is_copy_due = [&] {
    return part.IsDue(CopyOf(sent.record, sent.repeat_ms));
  };
  return (!part.IsMarked(sent.mark) && part.IsDue(sent.record) ? 1 : 0) +
         (part.IsPending(sent.mark) && is_copy_due() ? 1 : 0);
}

std::optional<SentRecords::Known> SentRecords::FindText(std::string_view text) {
  for (const Part& part : parts_) {
    if (!part.expects) continue;
    const auto owners = part.truth->OwnersOf(text);
    if (!owners.empty()) return KnownOf(owners);
  }
  return std::nullopt;
}

std::optional<SentRecords::Known> SentRecords::KnownOf(
    std::span<const FaultTruth::Owner> owners) {
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
  for (const Part& each : parts_) {
    const SentPart* const part = each.sent.get();
    const auto place = part->Has(key) ? part->Find(key) : std::nullopt;
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
  return parts_[shard].sent->NextUnmarked(after);
}

}  // namespace busyhour::internal
