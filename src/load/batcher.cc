#include "load/batcher.h"

#include <algorithm>
#include <cstddef>
#include <new>
#include <optional>
#include <utility>

#include "base/copy_past_cache.h"
#include "base/time.h"
#include "encode/put.h"
#include "engine/compress_stage.h"

namespace busyhour::internal {
namespace {

constexpr std::string_view kLineEnd = "\n";

// If each record is a message, messages are due one by one, not in batches.
PaceUnit UnitOf(PaceUnit unit, const BatchRules& rules) {
  return unit == PaceUnit::kMessages && rules.each_record ? PaceUnit::kRecords
                                                          : unit;
}

}  // namespace

Batcher::Batcher(const Worlds& worlds, const Job& job, const BatchRules& rules,
                 PaceUnit unit, Pace pace, Nanos end, Lookahead& lookahead,
                 std::atomic<bool>& stop, SendTimes* send_times)
    : worlds_(worlds),
      start_(job.start),
      rules_(rules),
      unit_(UnitOf(unit, rules)),
      pace_(std::move(pace)),
      end_(end),
      lookahead_(lookahead),
      stop_(stop),
      send_times_(rules.time_sent ? send_times : nullptr),
      one_log_(rules.one_log || Info(job.frame).holds_one_log()),
      as_they_are_(job.frame == Frame::kJsonl && !rules.syslog && !one_log_ &&
                   !rules.one_hour && !rules.each_record && !rules.keys &&
                   rules.limits.span_ms == BatchLimits::kAnySpan),
      keeps_logs_(rules.each_record || rules.may_split ||
                  Info(job.frame).is_answered_each),
      compressor_(NewCompressor(rules.compression)) {
  // A blob belongs to one resource.
  const std::size_t lanes =
      kLogTypes.size() * (rules.one_hour ? worlds.size() : 1);
  while (lanes_.size() < lanes) {
    lanes_.push_back({MessageWriter(job.frame, job.shape, rules.syslog, worlds,
                                    rules.labels),
                      {},
                      {}});
  }
}

// When the record is due. Messages get their due times when they are closed.
Nanos Batcher::DueOf(const Record& record, std::size_t bytes) {
  switch (unit_) {
    case PaceUnit::kSimulatedSeconds:
      return pace_.TimeOf(
          static_cast<double>(record.delivery().ms - start_.ms) /
          static_cast<double>(kMsPerSecond));
    case PaceUnit::kRecords:
      return pace_.TimeOf(static_cast<double>(records_));
    case PaceUnit::kCalls: {
      if (!any_call_) {
        last_call_ = record.call_number();
        last_slot_ = record.key.slot();
        any_call_ = true;
      } else if (record.key.slot() >= last_slot_) {
        // Call numbers wrap around. Of the same slot, a lower one is an earlier
        // call.
        const std::uint32_t ahead =
            (record.call_number() - last_call_) & (Record::kCallNumbers - 1);
        if (record.key.slot() > last_slot_ ||
            ahead < Record::kCallNumbers / 2) {
          calls_ += ahead;
          last_call_ = record.call_number();
          last_slot_ = record.key.slot();
        }
      }
      return pace_.TimeOf(static_cast<double>(calls_));
    }
    case PaceUnit::kMessages:
      return 0;
    case PaceUnit::kBytes:
      bytes_ += bytes;
      return pace_.TimeOf(static_cast<double>(bytes_ - bytes));
  }
  return 0;
}

Status Batcher::Take(const EncodePortion& portion) {
  const EncodePortion::Stream& stream = portion.streams()[0];
  const std::string_view texts = stream.bytes();
  std::size_t begin = 0;
  for (std::size_t i = 0; i < portion.records.size(); ++i) {
    const std::size_t end = stream.ends()[i];
    std::string_view text = texts.substr(begin, end - begin);
    begin = end;
    const Record& record = portion.records[i];
    const Nanos due = DueOf(record, text.size());
    ++records_;
    bool is_wanted = due < end_;
    if (!is_wanted) next_due_ = due;
    if (is_wanted && as_they_are_) {
      is_wanted = AddAsItIs(record, text, due);
    } else if (is_wanted) {
      // A fault may have cut off the line end.
      if (text.ends_with(kLineEnd)) text.remove_suffix(kLineEnd.size());
      is_wanted = Add(record, text, due);
    }
    if (!is_wanted) {
      stop_.store(true);
      break;
    }
  }
  TakeStretch();
  return Status::Ok();
}

std::size_t Batcher::LaneOf(const Record& record) const noexcept {
  const std::size_t log = one_log_ ? static_cast<std::size_t>(record.log()) : 0;
  return rules_.one_hour ? record.resource() * kLogTypes.size() + log : log;
}

bool Batcher::Add(const Record& record, std::string_view text, Nanos due) {
  Lane& lane = lanes_[LaneOf(record)];
  // Check all lanes: a batch must not wait for the next record of its own lane.
  for (Lane& each : lanes_) {
    if (each.batch && due > each.batch->first_due + rules_.limits.linger &&
        !Close(each)) {
      return false;
    }
  }
  if (lane.batch && rules_.one_hour &&
      lane.batch->hour != record.delivery().ms / kMsPerHour && !Close(lane)) {
    return false;
  }
  if (lane.batch &&
      (lane.batch->records >= rules_.limits.max_records ||
       Overspans(*lane.batch, record)) &&
      !Close(lane)) {
    return false;
  }
  if (!lane.batch) Open(lane, record, due);
  const std::size_t before = lane.batch->bytes.size();
  Append(lane, record, text, due);
  if (lane.batch->records > 0 &&
      lane.batch->bytes.size() + lane.writer.end_bytes() > max_bytes()) {
    Undo(*lane.batch, before);
    if (!Close(lane)) return false;
    Open(lane, record, due);
    Append(lane, record, text, due);
  }
  Count(*lane.batch, record, due);
  return true;
}

bool Batcher::AddAsItIs(const Record& record, std::string_view text,
                        Nanos due) {
  Lane& lane = lanes_[0];
  if (lane.batch && (due > lane.batch->first_due + rules_.limits.linger ||
                     lane.batch->records >= rules_.limits.max_records ||
                     filled_ + stretch_.size() + text.size() > max_bytes())) {
    TakeStretch();
    if (!Close(lane)) return false;
  }
  if (!lane.batch) Open(lane, record, due);
  if (rules_.may_split) {
    lane.batch->pieces.push_back(
        {static_cast<std::uint32_t>(filled_ + stretch_.size()),
         static_cast<std::uint32_t>(text.size())});
  }
  stretch_ = stretch_.empty() ? text
                              : std::string_view(stretch_.data(),
                                                 stretch_.size() + text.size());
  Count(*lane.batch, record, due);
  return true;
}

void Batcher::TakeStretch() {
  if (stretch_.empty()) return;
  std::string& bytes = lanes_[0].batch->bytes;
  // Do not reserve more than the maximum batch size: many batches may wait in
  // the queue.
  const std::size_t needed = filled_ + stretch_.size();
  if (needed > bytes.capacity()) {
    bytes.reserve(std::max(
        needed, std::min(2 * bytes.capacity(), rules_.limits.max_bytes)));
  }
  if (needed > bytes.size()) bytes.resize(needed);
  if (compressor_) {
    std::copy(stretch_.begin(), stretch_.end(), bytes.data() + filled_);
  } else {
    CopyPastCache(stretch_, bytes.data() + filled_);
  }
  filled_ = needed;
  stretch_ = {};
}

bool Batcher::Overspans(const LoadBatch& batch, const Record& record) const {
  const std::int64_t span_ms = rules_.limits.span_ms;
  return span_ms != BatchLimits::kAnySpan &&
         (record.time().ms - batch.earliest.ms > span_ms ||
          batch.latest.ms - record.time().ms > span_ms);
}

void Batcher::Count(LoadBatch& batch, const Record& record, Nanos due) {
  const auto log = static_cast<std::size_t>(record.log());
  RecordRange& range = batch.ranges[log];
  if (range.count == 0) range.first = next_[log];
  ++range.count;
  ++next_[log];
  ++batch.records;
  if (keeps_logs_) batch.logs.push_back(record.log());
  batch.due = due;
  batch.earliest = std::min(batch.earliest, record.time());
  batch.latest = std::max(batch.latest, record.time());
  batch.last_second =
      std::max(batch.last_second,
               static_cast<std::uint64_t>(record.delivery().ms / kMsPerSecond));
}

void Batcher::Open(Lane& lane, const Record& record, Nanos due) {
  lane.batch = lookahead_.New();
  LoadBatch& batch = *lane.batch;
  if (compressor_) lane.room.swap(batch.bytes);
  // Records that are sent as they are overwrite the old text.
  if (!as_they_are_) batch.bytes.clear();
  filled_ = 0;
  batch.ends.clear();
  batch.keys.clear();
  batch.category = {};
  batch.hour = -1;
  batch.offset = 0;
  batch.attempts = 0;
  batch.states.clear();
  batch.sent = LoadBatch::kNeverSent;
  batch.ranges = {};
  batch.records = 0;
  batch.logs.clear();
  batch.pieces.clear();
  batch.first_due = due;
  batch.last_second = 0;
  batch.earliest = batch.latest = record.time();
  if (one_log_) batch.category = Info(record.log()).category;
  if (rules_.one_hour) {
    batch.hour = record.delivery().ms / kMsPerHour;
    batch.resource = worlds_.CastOf(record).vocabulary().resource_id;
  }
  lane.writer.Begin();
}

void Batcher::Append(Lane& lane, const Record& record, std::string_view text,
                     Nanos due) {
  LoadBatch& batch = *lane.batch;
  std::optional<SimTime> sent;
  if (send_times_ != nullptr) {
    // Only the next message is known, and when it is due.
    sent = send_times_->Of(unit_ == PaceUnit::kMessages
                               ? pace_.TimeOf(static_cast<double>(messages_))
                               : due);
  }
  const std::size_t begin = lane.writer.Add(record, text, sent, batch.bytes);
  if (rules_.may_split) {
    batch.pieces.push_back(
        {static_cast<std::uint32_t>(begin),
         static_cast<std::uint32_t>(batch.bytes.size() - begin)});
  }
  if (rules_.each_record) {
    batch.ends.push_back(static_cast<std::uint32_t>(batch.bytes.size()));
  }
  if (rules_.keys) {
    AppendGuid(worlds_.CastOf(record).CorrelationOf(record.call(),
                                                    record.correlation_epoch),
               batch.keys);
  }
}

void Batcher::Undo(LoadBatch& batch, std::size_t bytes) {
  batch.bytes.resize(bytes);
  if (rules_.may_split) batch.pieces.pop_back();
  if (rules_.each_record) batch.ends.pop_back();
  if (rules_.keys) batch.keys.resize(batch.keys.size() - Batch::kKeyBytes);
}

bool Batcher::Close(Lane& lane) {
  std::unique_ptr<LoadBatch> batch = std::move(lane.batch);
  if (as_they_are_) batch->bytes.resize(filled_);
  lane.writer.End(batch->bytes);
  batch->plain_bytes = batch->bytes.size();
  // Compress here and not in the sender, whose timing is critical.
  if (compressor_) Compress(lane, *batch);
  if (!rules_.each_record) {
    batch->ends.push_back(static_cast<std::uint32_t>(batch->bytes.size()));
  }
  if (unit_ == PaceUnit::kMessages) {
    const Nanos due = pace_.TimeOf(static_cast<double>(messages_));
    messages_ += batch->ends.size();
    if (due >= end_) return false;
    batch->first_due = batch->due = due;
  }
  batch->send_at = last_send_at_ = std::max(last_send_at_, batch->due);
  batch->index = batches_++;
  return lookahead_.Put(std::move(batch));
}

void Batcher::Compress(Lane& lane, LoadBatch& batch) {
  // Compression fails only if there is not enough memory.
  if (!compressor_->Compress(batch.bytes, packed_)) throw std::bad_alloc();
  lane.room.swap(batch.bytes);
  batch.bytes.assign(packed_.data(), packed_.size());
}

void Batcher::Finish() {
  for (Lane& lane : lanes_) {
    if (lane.batch && !Close(lane)) break;
  }
  lookahead_.End();
}

}  // namespace busyhour::internal
