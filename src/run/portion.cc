#include "run/portion.h"

#include <algorithm>

#include "catalog/statuses.h"

namespace busyhour {
namespace {

// How many records ahead their call's image is asked for.
constexpr std::size_t kLookAhead = 12;

void Count(const Record& record, std::size_t bytes,
           const Vocabulary& vocabulary, Tally& tally) noexcept {
  const auto log = static_cast<std::size_t>(record.log());
  ++tally.records[log];
  tally.bytes[log] += bytes;
  if (record.log() == LogType::kOperational) {
    tally.failed_requests += record.result >= kSuccessStatusCount;
  } else if (record.log() == LogType::kMediaSummary) {
    // The words themselves decide: a profile may call 8532 either.
    const std::string_view type = vocabulary.media[record.result].type;
    tally.failed_media += type == ResultTypeName(ResultType::kFailed);
    tally.canceled_media += type == ResultTypeName(ResultType::kCanceled);
  }
}

}  // namespace

void SimulatePortion::Run(int worker) noexcept {
  Workspace& workspace =
      (*context_.workspaces)[static_cast<std::size_t>(worker)];
  const Job& job = *context_.job;
  const bool by_records = job.extent.kind == Extent::Kind::kRecords ||
                          job.extent.kind == Extent::Kind::kBytes;
  calls_.clear();
  records_.clear();
  for (const CallSpan& span : spans) {
    for (std::uint32_t i = 0; i < span.count; ++i) {
      const CallKey key{span.slot, span.first_ordinal + i};
      const bool in_shard = job.shard.Has(key);
      // To know where such an extent ends takes all calls, of every shard.
      if (!in_shard && !by_records) continue;
      const Call& call = workspace.simulator.Simulate(key, span.throttled);
      if (static_cast<std::int64_t>(span.slot) * kMsPerSecond +
              call.attempted_ms >=
          context_.end_ms) {
        continue;
      }
      const std::size_t before = records_.size();
      AppendRecords(
          call, context_.rules, StreamKey(job.seed, key.slot, key.ordinal),
          static_cast<std::uint32_t>((span.first_number + i) / job.shard.count),
          records_);
      CallSize size;
      size.records = static_cast<std::uint32_t>(records_.size() - before);
      size.in_shard = in_shard;
      if (job.extent.kind == Extent::Kind::kBytes) {
        size.bytes = BytesOf(std::span(records_).subspan(before), workspace);
      }
      calls_.push_back(size);
    }
  }
}

std::uint64_t SimulatePortion::BytesOf(std::span<const Record> records,
                                       Workspace& workspace) const noexcept {
  std::uint64_t bytes = 0;
  char* const begin = workspace.scratch.data();
  for (const Record& record : records) {
    const char* end =
        context_.encoder->Encode(record, context_.directory->IdsOf(record),
                                 workspace.images.Get(record), begin);
    bytes += static_cast<std::uint64_t>(end - begin);
  }
  return bytes;
}

EncodePortion::EncodePortion(const PortionContext& context,
                             std::size_t max_records)
    : context_(context), streams_(context.streams) {
  records.reserve(max_records);
  const std::size_t most = context.encoder->max_record_bytes();
  for (Stream& stream : streams_) {
    stream.buffer.resize((max_records + 1) * most);
    stream.ends.reserve(max_records);
  }
}

void EncodePortion::Run(int worker) noexcept {
  Workspace& workspace =
      (*context_.workspaces)[static_cast<std::size_t>(worker)];
  tally_ = Tally{};
  for (Stream& stream : streams_) {
    stream.size = 0;
    stream.ends.clear();
  }
  const std::size_t count = records.size();
  for (std::size_t i = 0; i < std::min(kLookAhead, count); ++i) {
    workspace.images.Prefetch(records[i]);
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (i + kLookAhead < count) {
      workspace.images.Prefetch(records[i + kLookAhead]);
    }
    const Record& record = records[i];
    Stream& stream =
        streams_[context_.routes[static_cast<std::size_t>(record.log())]];
    char* const begin = stream.buffer.data() + stream.size;
    char* const end =
        context_.encoder->Encode(record, context_.directory->IdsOf(record),
                                 workspace.images.Get(record), begin);
    stream.size = static_cast<std::size_t>(end - stream.buffer.data());
    stream.ends.push_back(static_cast<std::uint32_t>(stream.size));
    Count(record, static_cast<std::size_t>(end - begin),
          context_.directory->vocabulary(), tally_);
  }
}

}  // namespace busyhour
