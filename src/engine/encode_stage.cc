#include "engine/encode_stage.h"

#include <utility>

namespace busyhour::internal {
EncodeStage::EncodeStage(const PortionContext& context,
                         const std::vector<Sink*>& sinks, PortionTaker* taker,
                         Pool& pool, std::size_t window, Tally& tally)
    : context_(context),
      sinks_(sinks),
      taker_(taker),
      pool_(pool),
      window_(window),
      tally_(tally),
      begun_(context.streams) {
  const Compression compression = context.job->compression;
  if (compression == Compression::kLz4) streams_to_begin_ = context.streams;
  if (compression == Compression::kGzip || compression == Compression::kZstd) {
    compress_.emplace(compression, context.job->level, pool, window);
  }
  for (std::size_t i = 0; i < sinks.size(); ++i) {
    logs_.push_back(LogOf(i, context.routes, *context.job));
    writers_.emplace_back(*context.job, logs_[i], *sinks[i],
                          compress_ ? &*compress_ : nullptr);
  }
}

void EncodeStage::Resume(std::size_t stream, const StreamPoint& point) {
  writers_[stream].Resume(point);
  if (point.records == 0) return;
  begun_[stream] = true;
  if (streams_to_begin_ > 0) --streams_to_begin_;
  for (const LogType log : kLogTypes) {
    tally_.bytes[log] += point.bytes[log];
  }
}

Status EncodeStage::Submit(std::span<const Record> records) {
  if (Status status = WriteUntil(window_ - 1); !status.ok()) return status;
  std::unique_ptr<EncodePortion> portion = Take();
  portion->records.assign(records.begin(), records.end());
  portion->period = PeriodOf(context_.job->layout, records.front());
  return SubmitPortion(std::move(portion));
}

Status EncodeStage::Submit(UnsortedSeconds& seconds) {
  if (Status status = WriteUntil(window_ - 1); !status.ok()) return status;
  std::unique_ptr<EncodePortion> portion = Take();
  portion->period = PeriodOf(context_.job->layout, seconds.front());
  portion->seconds.swap(seconds);
  return SubmitPortion(std::move(portion));
}

Status EncodeStage::SubmitPortion(std::unique_ptr<EncodePortion> portion) {
  if (context_.images != nullptr) {
    portion->newest_call = context_.images->BeginRecords();
  }
  MarkBeginnings(*portion);
  if (context_.texts != nullptr) {
    portion->Sort(context_.workspaces->front().sorter);
    portion->seconds.Release();
    portion->Clear();
    if (Status status = context_.texts->Read(*portion); !status.ok()) {
      return status;
    }
  }
  encoding_.push_back(std::move(portion));
  pool_.Submit(*encoding_.back());
  return Status::Ok();
}

Status EncodeStage::Finish() {
  if (Status status = WriteUntil(0); !status.ok()) return status;
  if (context_.texts != nullptr) {
    if (Status status = context_.texts->Finish(); !status.ok()) return status;
  }
  for (StreamWriter& writer : writers_) {
    if (Status status = writer.End(); !status.ok()) return status;
  }
  if (compress_) {
    if (Status status = compress_->Drain(); !status.ok()) return status;
  }
  for (Sink* sink : sinks_) {
    if (Status status = sink->Finish(); !status.ok()) return status;
  }
  return Status::Ok();
}

std::vector<StreamPoint> EncodeStage::points() const {
  std::vector<StreamPoint> points;
  for (const StreamWriter& writer : writers_) points.push_back(writer.point());
  return points;
}

// An idle portion, or a new one.
std::unique_ptr<EncodePortion> EncodeStage::Take() {
  if (idle_.empty()) return std::make_unique<EncodePortion>(context_);
  std::unique_ptr<EncodePortion> portion = std::move(idle_.back());
  idle_.pop_back();
  return portion;
}

// Marks the streams whose first record is in this portion.
void EncodeStage::MarkBeginnings(EncodePortion& portion) {
  for (EncodePortion::Stream& stream : portion.streams()) stream.begins = false;
  if (streams_to_begin_ == 0) return;
  const auto mark = [&](const Record& record) {
    const std::size_t index = context_.routes.Of(record);
    if (begun_[index]) return;
    begun_[index] = true;
    portion.streams()[index].begins = true;
    --streams_to_begin_;
  };
  if (portion.seconds.empty()) {
    for (const Record& record : portion.records) mark(record);
  } else {
    portion.seconds.EachSecond(
        [&](const UnsortedSeconds::Second& second) { second.Each(mark); });
  }
}

// Writes encoded portions in order, until at most `left` are in progress.
Status EncodeStage::WriteUntil(std::size_t left) {
  while (encoding_.size() > left) {
    pool_.Wait(*encoding_.front());
    encoding_.front()->seconds.Release();
    if (context_.images != nullptr) context_.images->EndRecords();
    if (Status status = Write(*encoding_.front()); !status.ok()) return status;
    lent_.push_back({written_, std::move(encoding_.front())});
    encoding_.pop_front();
    std::uint64_t held = 0;
    for (const Sink* sink : sinks_) held += sink->held_bytes();
    while (!lent_.empty() && written_ - lent_.front().end >= held) {
      idle_.push_back(std::move(lent_.front().portion));
      lent_.pop_front();
    }
  }
  return Status::Ok();
}

Status EncodeStage::Write(EncodePortion& portion) {
  if (taker_ != nullptr) {
    tally_ += portion.tally();
    return taker_->Take(portion);
  }
  for (std::size_t i = 0; i < sinks_.size(); ++i) {
    const EncodePortion::Stream& stream = portion.streams()[i];
    if (stream.records == 0) continue;
    written_ += stream.bytes().size();
    // A stream has one log, unless it is the only one.
    PerLog<std::uint64_t> bytes{};
    if (context_.streams == 1) {
      bytes = portion.tally().bytes;
    } else {
      bytes[logs_[i]] = stream.text_bytes;
    }
    if (Status status = writers_[i].Add(stream, bytes, portion.period);
        !status.ok()) {
      return status;
    }
  }
  tally_ += portion.tally();
  return Status::Ok();
}

}  // namespace busyhour::internal
