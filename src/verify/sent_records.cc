#include "verify/sent_records.h"

#include <algorithm>
#include <bit>
#include <span>

#include "engine/estimate.h"
#include "verify/loss_finder.h"

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
    : worlds_(worlds), threads_(threads) {
  amounts_.resources.resize(worlds.size());
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const Job& job = jobs[i];
    Part& part = parts_.emplace_back();
    part.job = job;
    part.scribe = std::make_unique<Scribe>(worlds, job);
    const bool has_faults = !job.faults.empty();
    if (has_faults) part.truth = std::make_unique<FaultTruth>(worlds, job);
    part.expects = has_faults && expects_faults;
    expects_ = expects_ || part.expects;
    part.sent = std::make_unique<SentPart>(
        worlds, job, threads, so_far.judged, so_far.until,
        i < so_far.streams.size() ? so_far.streams[i] : std::nullopt,
        part.truth.get(), part.expects, amounts_);
    if (part.expects) part.truth->Sort();
    logs_.AddAll(job.logs);
    calls_ += part.sent->calls();
    for (const LogType log : kLogTypes) sent_[log] += part.sent->sent()[log];
  }
  const std::size_t calls = std::clamp<std::size_t>(
      std::bit_ceil(
          static_cast<std::size_t>(2 * CallsWithImage(worlds, jobs.front()))),
      kLeastCalls, kMostCallsAPart);
  cache_ = std::vector<SentCall>(calls);
  cached_.resize(calls, kNoCall);
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
    finder.BeginJob(FirstSlotOf(part.job),
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
  std::optional<std::uint32_t> resource = key.resource;
  while (resource) {
    key.resource = *resource;
    if (CallHandle call = FindExactly(key)) return call;
    resource = worlds_.SameAfter(*resource);
  }
  return {};
}

CallHandle SentRecords::FindExactly(CallKey key) {
  const std::uint64_t name =
      key.bits() + 1 + (std::uint64_t{key.resource} << 32);
  const std::size_t at =
      (name * 0x9e3779b97f4a7c15u >> 32) & (cache_.size() - 1);
  if (cached_[at] == key) return CallHandle(cache_[at]);
  for (std::size_t shard = 0; shard < parts_.size(); ++shard) {
    Part& part = parts_[shard];
    const auto place =
        part.sent->Has(key) ? part.sent->Find(key) : std::nullopt;
    if (!place) continue;
    const bool is_held = CallHandle::Holds(cache_[at]);
    SentCall& call = is_held ? Spare() : cache_[at];
    if (!is_held) cached_[at] = kNoCall;
    if (!Simulate(key, *place, *part.scribe, call)) return {};
    call.key = key;
    call.shard = shard;
    call.faults.clear();
    if (part.expects) {
      for (Record& record : call.records) {
        call.faults.push_back(part.truth->FaultOf(record));
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
                           Scribe& scribe, SentCall& call) {
  call.records.clear();
  call.first_mark = place.first_mark;
  const Call* simulated = &scribe.Simulate(key.First());
  scribe.AppendRecords(0, call.records);
  std::size_t before = 0;
  while (simulated->key != key) {
    before += call.records.size();
    call.records.clear();
    simulated = scribe.SimulateNext();
    if (simulated == nullptr) return false;
    scribe.AppendRecords(0, call.records);
  }
  call.first_mark += before;
  return before + call.records.size() <= place.records;
}

std::optional<SentRecords::Seen> SentRecords::Mark(
    const SentCall& call, std::size_t record) noexcept {
  SentPart& part = *parts_[call.shard].sent;
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
  return PartOf(call).IsMarked(mark) && !PartOf(call).IsPending(mark);
}

bool SentRecords::IsDue(const SentCall& call,
                        std::size_t record) const noexcept {
  return PartOf(call).IsDue(call.records[record]);
}

std::uint64_t SentRecords::LostOf(const SentCall& call, std::size_t record) {
  const SentPart& part = *parts_[call.shard].sent;
  const std::uint64_t mark = call.first_mark + record;
  return (!part.IsMarked(mark) && part.IsDue(call.records[record]) ? 1 : 0) +
         (part.IsPending(mark) && part.IsDue(CopyOf(call, record)) ? 1 : 0);
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

}  // namespace busyhour
