#include "engine/column_stage.h"

#include <algorithm>
#include <string>
#include <utility>

#include "encode/shape.h"
#include "engine/compress_stage.h"
#include "engine/record_count.h"

namespace busyhour::internal {
namespace {

// Where the records come from, for the key-value metadata.
ParquetFile::Notes NotesOf(const Worlds& worlds, const Job& job, LogType log) {
  return {{"busyhour.profile", worlds.vocabularies().front()->profile->name},
          {"busyhour.seed", std::to_string(job.seed)},
          {"busyhour.log", std::string(Info(log).name)},
          {"busyhour.shape", std::string(Info(job.shape).name)}};
}

std::vector<StoredColumn> ColumnsOf(const LogColumns& columns) {
  std::vector<StoredColumn> stored;
  for (const LogColumns::Each& each : columns.columns()) {
    stored.push_back(each.stored);
  }
  return stored;
}

}  // namespace

// One stream: its files, one after the other.
struct ColumnStage::Stream {
  Stream(const Worlds& worlds, const Job& job, LogType log_of_stream,
         Sink& stream_sink)
      : log(log_of_stream),
        sink(stream_sink),
        columns(worlds, log, job.shape, job.guids),
        file(ColumnsOf(columns), NotesOf(worlds, job, log)) {
    // There is a file even if there are no records.
    before.file.number = 1;
    before.open = true;
  }

  LogType log;
  Sink& sink;
  LogColumns columns;
  ParquetFile file;
  std::vector<Record> waiting;    // for a row group
  StreamPoint before;             // the start of the current file
  std::uint64_t plain_bytes = 0;  // of the current file
  std::uint64_t bytes = 0;        // written, or to be dropped
  std::uint64_t in_sink = 0;      // bytes that the sink has from an earlier run
  bool has_ended = false;
};

class ColumnStage::GroupTask : public PoolTask {
 public:
  GroupTask(const PortionContext& context,
            std::vector<std::unique_ptr<Space>>& spaces)
      : context_(context), spaces_(spaces) {}

  void Run(int worker) override {
    Space& space = *spaces_[static_cast<std::size_t>(worker)];
    tally = Tally{};
    for (const Record& record : records) {
      Count(record, 0, context_.worlds->CastOf(record), tally);
    }
    space.batch.Fill(stream->columns, records);
    group.pages.clear();
    group.chunks.clear();
    group.rows = records.size();
    for (std::size_t i = 0; i < space.batch.values().size(); ++i) {
      group.chunks.push_back(space.writer.Write(
          stream->columns.columns()[i].stored, space.batch.values()[i],
          records.size(), group.pages));
    }
  }

  Stream* stream = nullptr;
  std::vector<Record> records;
  RowGroup group;
  Tally tally;

 private:
  const PortionContext& context_;
  std::vector<std::unique_ptr<Space>>& spaces_;
};

ColumnStage::Space::Space(const Worlds& worlds, const Job& job)
    : batch(worlds, job.guids),
      compressor(NewPageCompressor(job.compression, job.level)),
      writer(job.compression, compressor.get()) {}

ColumnStage::ColumnStage(const PortionContext& context,
                         const std::vector<Sink*>& sinks, Pool& pool,
                         std::size_t window, Tally& tally)
    : context_(context), pool_(pool), window_(window), tally_(tally) {
  const Job& job = *context.job;
  for (std::size_t i = 0; i < sinks.size(); ++i) {
    streams_.push_back(std::make_unique<Stream>(
        *context.worlds, job, LogOf(i, context.routes, job), *sinks[i]));
    streams_.back()->file.Begin();
  }
  for (int worker = 0; worker < pool.workers(); ++worker) {
    spaces_.push_back(std::make_unique<Space>(*context.worlds, job));
  }
}

ColumnStage::~ColumnStage() = default;

void ColumnStage::Resume(std::size_t number, const StreamPoint& point) {
  Stream& stream = *streams_[number];
  stream.before = point;
  stream.in_sink = point.written_text;
  for (const LogType log : kLogTypes) tally_.bytes[log] += point.bytes[log];
}

Status ColumnStage::Submit(std::span<const Record> records) {
  for (const Record& record : records) {
    Stream& stream = *streams_[context_.routes.Of(record)];
    stream.waiting.push_back(record);
    if (stream.waiting.size() < kRowsAGroup) continue;
    if (Status status = SubmitGroup(stream); !status.ok()) return status;
  }
  return Status::Ok();
}

Status ColumnStage::Submit(UnsortedSeconds& seconds) {
  sorted_.clear();
  context_.workspaces->front().sorter.Append(seconds, sorted_);
  seconds.Release();
  return Submit(sorted_);
}

Status ColumnStage::SubmitGroup(Stream& stream) {
  if (Status status = WriteUntil(window_ - 1); !status.ok()) return status;
  if (idle_.empty()) {
    idle_.push_back(std::make_unique<GroupTask>(context_, spaces_));
  }
  std::unique_ptr<GroupTask> task = std::move(idle_.back());
  idle_.pop_back();
  task->stream = &stream;
  task->records.swap(stream.waiting);
  stream.waiting.clear();
  tasks_.push_back(std::move(task));
  pool_.Submit(*tasks_.back());
  return Status::Ok();
}

Status ColumnStage::WriteUntil(std::size_t left) {
  while (tasks_.size() > left) {
    pool_.Wait(*tasks_.front());
    if (Status status = Write(*tasks_.front()); !status.ok()) return status;
    idle_.push_back(std::move(tasks_.front()));
    tasks_.pop_front();
  }
  return Status::Ok();
}

Status ColumnStage::Write(GroupTask& task) {
  Stream& stream = *task.stream;
  if (!stream.before.open) {
    if (Status status = BeginFile(stream); !status.ok()) return status;
  }
  if (stream.bytes == 0) {
    if (Status status = Put(stream, kParquetMagic); !status.ok()) return status;
  }
  if (Status status = Put(stream, task.group.pages); !status.ok()) {
    return status;
  }
  const std::uint64_t plain_bytes = task.group.plain_bytes();
  stream.plain_bytes += plain_bytes;
  task.tally.bytes[stream.log] = plain_bytes;
  tally_ += task.tally;
  stream.file.Add(task.group);
  const std::uint64_t limit = context_.job->rotate_bytes;
  if (limit == 0 || stream.plain_bytes < limit) return Status::Ok();
  if (Status status = EndText(stream); !status.ok()) return status;
  const std::uint64_t rows = stream.file.rows();
  stream.before.open = false;
  stream.before.records += rows;
  stream.before.bytes[stream.log] += stream.plain_bytes;
  stream.before.written_text = 0;
  return stream.sink.EndFile(rows);
}

Status ColumnStage::BeginFile(Stream& stream) {
  ++stream.before.file.number;
  stream.before.open = true;
  stream.file.Begin();
  stream.plain_bytes = stream.bytes = stream.in_sink = 0;
  return stream.sink.BeginFile(stream.before.file);
}

// Writes the text, except what the sink has from an earlier run.
Status ColumnStage::Put(Stream& stream, std::string_view text) {
  const std::uint64_t begin = stream.bytes;
  stream.bytes += text.size();
  if (begin < stream.in_sink) {
    text.remove_prefix(static_cast<std::size_t>(
        std::min<std::uint64_t>(stream.in_sink - begin, text.size())));
  }
  return stream.sink.Write({&text, 1});
}

Status ColumnStage::EndText(Stream& stream) {
  if (stream.bytes == 0) {
    if (Status status = Put(stream, kParquetMagic); !status.ok()) return status;
  }
  return Put(stream, stream.file.End());
}

Status ColumnStage::Finish() {
  for (const auto& stream : streams_) {
    if (stream->waiting.empty()) continue;
    if (Status status = SubmitGroup(*stream); !status.ok()) return status;
  }
  if (Status status = WriteUntil(0); !status.ok()) return status;
  for (const auto& stream : streams_) {
    if (!stream->before.open) continue;
    if (Status status = EndText(*stream); !status.ok()) return status;
    stream->has_ended = true;
  }
  for (const auto& stream : streams_) {
    if (Status status = stream->sink.Finish(); !status.ok()) return status;
  }
  return Status::Ok();
}

std::vector<StreamPoint> ColumnStage::points() const {
  std::vector<StreamPoint> points;
  for (const auto& stream : streams_) {
    StreamPoint& point = points.emplace_back(stream->before);
    if (!point.open) continue;
    point.written_text = std::max(stream->bytes, stream->in_sink);
    if (!stream->has_ended) continue;
    point.file_records = stream->file.rows();
    point.records += point.file_records;
  }
  return points;
}

}  // namespace busyhour::internal
