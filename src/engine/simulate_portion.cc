#include "engine/simulate_portion.h"

#include <cstddef>
#include <string_view>

namespace busyhour::internal {

void SimulatePortion::Run(int worker) {
  Workspace& workspace =
      (*context_.workspaces)[static_cast<std::size_t>(worker)];
  const Job& job = *context_.job;
  const ExtentMeter meter(job);
  const std::int64_t end_ms = EndMsOf(job);
  calls_.clear();
  records_.clear();
  faults_.clear();
  // The end of such an extent depends on the calls of all shards.
  const bool needs_all = meter.decides();
  const std::uint32_t step = needs_all ? 1 : job.shard.count;
  for (const CallSpan& span : spans) {
    std::uint64_t number = span.simulated_before;
    std::uint32_t i = needs_all ? 0 : job.shard.DistanceFrom(span.KeyOf(0));
    for (; i < span.count; i += step, ++number) {
      const CallKey key = span.KeyOf(i);
      const bool is_wanted = job.shard.Has(key) &&
                             (!context_.only || *context_.only == key.resource);
      if (!is_wanted && !needs_all) continue;
      const auto call_number = static_cast<std::uint32_t>(
          number / (needs_all ? job.shard.count : 1));
      const std::size_t before = records_.size();
      workspace.scribe.EachCall(key, end_ms, [&](const Call&) {
        AddCall(span.slot, call_number, is_wanted, meter, workspace);
      });
      // The caller's later calls have the same number, and no image here.
      if (number < end_of_images && records_.size() > before) {
        context_.images->Put(number, records_[before], workspace.images);
      }
    }
  }
}

// Adds the records of the last simulated call, which was first attempted in
// `slot`, or follows from such a call. `call_number` becomes that of its
// records.
void SimulatePortion::AddCall(std::uint64_t slot, std::uint32_t call_number,
                              bool is_wanted, const ExtentMeter& meter,
                              Workspace& workspace) {
  const std::size_t before = records_.size();
  workspace.scribe.AppendRecords(call_number, records_);
  CallSize size;
  size.records = static_cast<std::uint32_t>(records_.size() - before);
  size.is_wanted = is_wanted;
  size.in_extent = slot >= StartSlotOf(*context_.job);
  // A call that was over before the start.
  if (!size.in_extent && size.records == 0) return;
  size.is_selected = context_.job->filter == nullptr || size.records > 0;
  size.is_wanted = size.is_wanted && size.is_selected;
  if (meter.counts_bytes()) {
    size.bytes = BytesOf(std::span(records_).subspan(before), workspace);
  }
  if (context_.faults != nullptr) {
    ApplyFaults(workspace.scribe.stream_key(), before);
  }
  size.delivered = static_cast<std::uint32_t>(records_.size() - before);
  calls_.push_back(size);
}

// Applies the faults that drop, duplicate or delay records to the records of
// one call, from `begin` on, and marks the records whose text must be damaged.
void SimulatePortion::ApplyFaults(std::uint64_t stream_key, std::size_t begin) {
  FaultCounts& counts = faults_.emplace_back();
  clean_.assign(records_.begin() + static_cast<std::ptrdiff_t>(begin),
                records_.end());
  records_.resize(begin);
  for (const Record& record : clean_) {
    const RecordFaults faults = context_.faults->Of(stream_key, record);
    CountFaults(faults, counts);
    faults.EachDelivery(record,
                        [this](const Record& as) { records_.push_back(as); });
  }
}

std::uint64_t SimulatePortion::BytesOf(std::span<const Record> records,
                                       Workspace& workspace) const {
  std::uint64_t bytes = 0;
  char* const begin = workspace.scratch.data();
  for (const Record& record : records) {
    RecordIds ids;  // without an item id: all have the same size
    context_.worlds->CastOf(record).SetIds(record, ids);
    const char* end = context_.encoder->Encode(
        record, ids, workspace.images.Get(record), begin);
    const std::string_view text(begin, static_cast<std::size_t>(end - begin));
    bytes += text.size();
    if (!WrapsRows(*context_.job)) continue;
    const std::string_view row = RowAlone(text, context_.rows);
    bytes += context_.Wrapped(record, row, workspace.wrapped).size();
    bytes -= row.size();
  }
  return bytes;
}

}  // namespace busyhour::internal
