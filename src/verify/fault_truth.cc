#include "verify/fault_truth.h"

#include <algorithm>

#include "base/fingerprint.h"

namespace busyhour {
namespace {

// Whether such a text is a known one's: not that of a record which can be
// recognized as any other.
bool IsKept(FaultKind kind) {
  return kind != FaultKind::kBlankLine && kind != FaultKind::kClockSkew;
}

}  // namespace

FaultTruth::FaultTruth(const Plan& plan, const Cast& cast, const Job& job)
    : cast_(cast),
      job_(job),
      faults_(plan, job),
      encoder_(cast.vocabulary(), job.shape, job.frame, job.logs),
      text_(job_, encoder_, faults_) {}

std::span<const Record> FaultTruth::Deliver(std::span<const Record> call) {
  if (faults_.empty()) return call;
  delivered_.clear();
  for (Record record : call) {
    const Fate fate = faults_.FateOf(record);
    if (fate.dropped) continue;
    record.delivery_ms += fate.late_ms();
    delivered_.push_back(record);
    if (!fate.repeated) continue;
    record.Mark(Record::kCopy);
    record.delivery_ms += fate.repeat_ms;
    delivered_.push_back(record);
  }
  return delivered_;
}

const CallImage& FaultTruth::ImageOf(const Record& record) {
  image_.SetFacts(cast_.FactsOf(record.call()));
  image_.SetCorrelation(
      record.correlation_epoch,
      cast_.CorrelationOf(record.call(), record.correlation_epoch));
  return image_;
}

SentFault FaultTruth::FaultOf(const Record& record) {
  const Fate fate = faults_.FateOf(record);
  SentFault fault{
      fate.dropped, fate.repeated, fate.late_ms(), fate.repeat_ms, 0, {}};
  if (!fate.text) return fault;
  fault.skew_ms = fate.text->skew_ms;
  const std::uint64_t columns = text_.StruckColumns(
      record, cast_.IdsOf(record), ImageOf(record), *fate.text);
  const std::span<const Column> all = Columns(record.log(), job_.shape);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if ((columns >> i & 1) != 0) {
      fault.struck.Add(NumberOf(record.log(), *all[i].field));
    }
  }
  return fault;
}

void FaultTruth::AddText(const Record& record, std::size_t place) {
  const std::string_view text =
      text_.Write(record, cast_.IdsOf(record), ImageOf(record));
  const CallKey key = record.call();
  owners_.push_back({HashOf(text), key.slot << kOrdinalBits | key.ordinal,
                     static_cast<std::uint32_t>(place)});
}

void FaultTruth::AddTexts(std::span<const Record> call) {
  for (std::size_t i = 0; i < call.size(); ++i) {
    Record record = call[i];
    const Fate fate = faults_.FateOf(record);
    if (fate.dropped) continue;
    if (fate.text) {
      record.Mark(Record::kDamaged);
      if (IsKept(fate.text->kind)) AddText(record, i);
    }
    const std::int64_t at_ms =
        record.delivery().ms + fate.late_ms() + fate.repeat_ms;
    for (Last* last : {&last_of_[record.log()], &last_of_all_}) {
      if (at_ms >= last->delivery_ms) {
        *last = {at_ms, record, static_cast<std::uint32_t>(i)};
      }
    }
  }
}

void FaultTruth::EndShard() {
  const auto add = [this](Last& last) {
    if (last.delivery_ms < 0 || !faults_.CutOf(last.record)) return;
    last.record.Mark(Record::kCut);
    AddText(last.record, last.place);
  };
  for (Last& last : last_of_) add(last);
  add(last_of_all_);
  last_of_.fill({});
  last_of_all_ = {};
}

void FaultTruth::Sort() {
  std::sort(owners_.begin(), owners_.end());
  owners_.erase(std::unique(owners_.begin(), owners_.end()), owners_.end());
  owners_.shrink_to_fit();
}

std::span<const FaultTruth::Owner> FaultTruth::OwnersOf(
    std::string_view text) const {
  if (owners_.empty()) return {};
  const auto [begin, end] = std::equal_range(
      owners_.begin(), owners_.end(), Owner{HashOf(text), 0, 0},
      [](const Owner& a, const Owner& b) { return a.hash < b.hash; });
  return {begin, end};
}

}  // namespace busyhour
