#include "verify/fault_truth.h"

#include <algorithm>

#include "base/fingerprint.h"

namespace busyhour::internal {
namespace {

// Whether a text with this fault must be stored, because the record cannot be
// recognized like an undamaged one.
bool IsKept(FaultKind kind) {
  return kind != FaultKind::kBlankLine && kind != FaultKind::kClockSkew;
}

}  // namespace

FaultTruth::FaultTruth(const Worlds& worlds, const Job& job)
    : worlds_(worlds),
      job_(job),
      faults_(worlds, job),
      encoder_(worlds.vocabularies(), job.shape, RowsOf(job), job.logs),
      text_(job_, encoder_, faults_),
      last_of_resource_(worlds.size()) {}

std::span<const Record> FaultTruth::Deliver(std::span<const Record> call) {
  if (faults_.empty()) return call;
  delivered_.clear();
  for (const Record& record : call) {
    faults_.Of(record).EachDelivery(
        record, [this](const Record& as) { delivered_.push_back(as); });
  }
  return delivered_;
}

const CallImage& FaultTruth::ImageOf(const Record& record) {
  const Cast& cast = worlds_.CastOf(record);
  image_.SetFacts(cast.FactsOf(record.call()));
  image_.SetCorrelation(
      record.correlation_epoch,
      cast.CorrelationOf(record.call(), record.correlation_epoch));
  return image_;
}

SentFault FaultTruth::FaultOf(const Record& record) {
  const RecordFaults faults = faults_.Of(record);
  SentFault fault{faults.dropped,
                  faults.repeated,
                  faults.late_ms(),
                  faults.repeat_ms,
                  0,
                  {}};
  if (!faults.text) return fault;
  fault.skew_ms = faults.text->skew_ms;
  const std::uint64_t columns =
      text_.StruckColumns(record, worlds_.CastOf(record).IdsOf(record),
                          ImageOf(record), *faults.text);
  const std::span<const Column> all = Columns(record.log(), job_.shape);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if ((columns >> i & 1) != 0) {
      fault.struck.Add(all[i].number);
    }
  }
  return fault;
}

void FaultTruth::AddText(const Record& record, std::size_t place) {
  const std::string_view text = text_.Write(
      record, worlds_.CastOf(record).IdsOf(record), ImageOf(record));
  owners_.push_back({HashOf(text), record.call().bits(), record.resource(),
                     static_cast<std::uint32_t>(place)});
}

void FaultTruth::AddTexts(std::span<const Record> call) {
  for (std::size_t i = 0; i < call.size(); ++i) {
    const RecordFaults faults = faults_.Of(call[i]);
    bool is_new = true;
    faults.EachDelivery(call[i], [&](const Record& as) {
      if (is_new && faults.text && IsKept(faults.text->kind)) AddText(as, i);
      // A copy has the same text, unless it contains the arrival.
      is_new = job_.shape == Shape::kTableArrival;
      last_of_[as.log()].Take(as, i);
      last_of_resource_[as.resource()][as.log()].Take(as, i);
      last_of_all_.Take(as, i);
    });
  }
}

void FaultTruth::EndShard() {
  const auto add = [this](const LastDelivered& last) {
    if (!last.record() || !faults_.CutOf(*last.record())) return;
    Record record = *last.record();
    record.Mark(Record::kCut);
    AddText(record, last.place());
  };
  for (const LastDelivered& last : last_of_) add(last);
  for (auto& last_of : last_of_resource_) {
    for (const LastDelivered& last : last_of) add(last);
    last_of.fill({});
  }
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
      owners_.begin(), owners_.end(), Owner{HashOf(text), 0, 0, 0},
      [](const Owner& a, const Owner& b) { return a.hash < b.hash; });
  return {begin, end};
}

}  // namespace busyhour::internal
