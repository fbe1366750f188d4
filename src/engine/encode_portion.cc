#include "engine/encode_portion.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "engine/record_count.h"

namespace busyhour::internal {
namespace {

// Prefetch distance for call images, in records.
constexpr std::size_t kImagesAhead = 12;

// A stream makes room for a multiple of so many records, so that it seldom
// grows.
constexpr std::size_t kRoomStep = 128;

// Number of records whose ids are computed together. A cipher is a long chain
// of dependent steps, so only several independent ones keep a core busy.
constexpr std::size_t kIdsAtOnce = 16;

}  // namespace

EncodePortion::EncodePortion(const PortionContext& context)
    : context_(context), streams_(context.streams) {}

void EncodePortion::Sort(SecondSorter& sorter) {
  if (seconds.empty()) return;
  records.clear();
  sorter.Append(seconds, records);
}

void EncodePortion::MakeRoom() {
  if (streams_.size() > kLogTypeCount) {
    // It has records for few of them.
    CountStreams();
  } else {
    const std::size_t steps = (records.size() + kRoomStep - 1) / kRoomStep;
    for (Stream& stream : streams_) MakeRoom(stream, steps * kRoomStep);
  }
}

void EncodePortion::MakeRoom(Stream& stream, std::size_t max_records) {
  if (stream.space.size() >= max_records) return;
  const Encoder& encoder = *context_.encoder;
  const std::size_t most = (max_records + 1) * encoder.max_record_bytes();
  stream.buffer.resize(Lz4Block::MaxBytes(most));
  stream.space.resize(max_records);
  if (!stream.block) stream.block.emplace(encoder.text_count());
  if (NeedsHints(*context_.job)) {
    stream.hint_space.resize(max_records * encoder.max_record_hints());
  }
}

// Counts the records of each stream; makes room for them if there are many
// streams.
void EncodePortion::CountStreams() {
  records_left_.assign(streams_.size(), 0);
  for (const Record& record : records) {
    ++records_left_[context_.routes.Of(record)];
  }
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    if (records_left_[i] > 0) MakeRoom(streams_[i], records_left_[i]);
  }
}

void EncodePortion::Stream::Append(std::string_view text) {
  const std::size_t before = bytes().size();
  if (buffer.size() - before < text.size()) {
    buffer.resize(2 * (before + text.size()));
  }
  if (space.size() == records) space.resize(2 * records + 1);
  end = std::copy(text.begin(), text.end(), buffer.data() + before);
  space[records++] = static_cast<std::uint32_t>(before + text.size());
  text_bytes += text.size();
}

void EncodePortion::Clear() noexcept {
  for (Stream& stream : streams_) {
    stream.end = stream.buffer.data();
    stream.hints_so_far =
        RepeatHints(stream.buffer.data(), stream.hint_space.data());
    stream.records = 0;
    stream.text_bytes = 0;
  }
}

// Counts the records, whose texts are there.
void EncodePortion::CountTexts() {
  struct Place {
    std::size_t record = 0;
    std::uint32_t end = 0;
  };
  std::vector<Place> places(streams_.size());
  for (const Record& record : records) {
    const std::size_t index = context_.routes.Of(record);
    Place& place = places[index];
    const std::uint32_t end = streams_[index].space[place.record++];
    Count(record, end - place.end, context_.worlds->CastOf(record), tally_);
    place.end = end;
  }
}

void EncodePortion::Run(int worker) {
  Workspace& workspace =
      (*context_.workspaces)[static_cast<std::size_t>(worker)];
  PortionImages images(context_.images, newest_call, workspace.images);
  tally_ = Tally{};
  Sort(workspace.sorter);
  if (context_.texts != nullptr) {
    CountTexts();
    return;
  }
  MakeRoom();
  Clear();
  if (context_.job->compression == Compression::kLz4) {
    EncodeBlocks(images);
  } else if (WrapsRows(*context_.job) ||
             (context_.faults != nullptr && context_.faults->changes_text())) {
    EncodeOneByOne(images, workspace);
  } else if (NeedsHints(*context_.job)) {
    EncodeWithHints(images);
  } else {
    EncodeTexts(images);
  }
}

template <class Encode>
void EncodePortion::EncodeAll(PortionImages& images, const Encode& encode) {
  if (!context_.encoder->has_item_ids()) {
    EncodeEach(images, encode);
    return;
  }
  EncodeEach(images, [&](Stream& stream, const Record& record, RecordIds& ids,
                         const CallImage& image) {
    ids.item = context_.worlds->CastOf(record).ItemIdOf(record);
    return encode(stream, record, ids, image);
  });
}

template <class Encode>
void EncodePortion::EncodeEach(PortionImages& images, const Encode& encode) {
  // Most jobs have one resource.
  const Worlds& worlds = *context_.worlds;
  const bool has_several = worlds.size() > 1;
  const Cast& first_cast = worlds[0].cast;
  const auto cast_of = [&](const Record& record) -> const Cast& {
    return has_several ? worlds.CastOf(record) : first_cast;
  };
  PerLog<Stream*> stream_of;
  for (const LogType log : kLogTypes) {
    stream_of[log] = &streams_[context_.routes[0][log]];
  }
  const std::span<const Record> all = records;
  for (const Record& record : all.first(std::min(kImagesAhead, all.size()))) {
    images.Prefetch(record, *context_.encoder);
  }
  std::array<RecordIds, kIdsAtOnce> ids;
  for (std::size_t begin = 0; begin < all.size(); begin += kIdsAtOnce) {
    const std::size_t count = std::min(kIdsAtOnce, all.size() - begin);
    for (std::size_t i = 0; i < count; ++i) {
      cast_of(all[begin + i]).SetIds(all[begin + i], ids[i]);
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (begin + i + kImagesAhead < all.size()) {
        images.Prefetch(all[begin + i + kImagesAhead], *context_.encoder);
      }
      const Record& record = all[begin + i];
      Stream& stream = has_several ? streams_[context_.routes.Of(record)]
                                   : *stream_of[record.log()];
      const std::size_t bytes =
          encode(stream, record, ids[i], images.Get(record));
      ++stream.records;
      stream.text_bytes += bytes;
      Count(record, bytes, cast_of(record), tally_);
    }
  }
}

void EncodePortion::EncodeTexts(PortionImages& images) {
  const Encoder& encoder = *context_.encoder;
  EncodeAll(images, [&encoder](Stream& stream, const Record& record,
                               const RecordIds& ids, const CallImage& image) {
    char* const begin = stream.end;
    stream.end = encoder.Encode(record, ids, image, begin);
    stream.space[stream.records] =
        static_cast<std::uint32_t>(stream.end - stream.buffer.data());
    return static_cast<std::size_t>(stream.end - begin);
  });
}

void EncodePortion::EncodeWithHints(PortionImages& images) {
  const Encoder& encoder = *context_.encoder;
  EncodeAll(images, [&encoder](Stream& stream, const Record& record,
                               const RecordIds& ids, const CallImage& image) {
    char* const begin = stream.end;
    stream.end = encoder.Encode(record, ids, image, begin, stream.hints_so_far);
    stream.space[stream.records] =
        static_cast<std::uint32_t>(stream.end - stream.buffer.data());
    return static_cast<std::size_t>(stream.end - begin);
  });
}

void EncodePortion::EncodeBlocks(PortionImages& images) {
  const Encoder& encoder = *context_.encoder;
  // The last record of a block must be literals, so count the records left in
  // each stream.
  CountStreams();
  std::vector<std::size_t>& left = records_left_;
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    if (left[i] > 0) streams_[i].block->Begin(streams_[i].end);
  }
  const std::size_t join = context_.rows.before.size();
  EncodeAll(images, [&](Stream& stream, const Record& record,
                        const RecordIds& ids, const CallImage& image) {
    Lz4Block& block = *stream.block;
    const std::uint64_t before = block.text_bytes();
    const bool is_first = stream.begins && stream.records == 0;
    const auto index = static_cast<std::size_t>(&stream - streams_.data());
    if (--left[index] > 0 && !is_first) {
      encoder.EncodeLz4(record, ids, image, block);
      return static_cast<std::size_t>(block.text_bytes() - before);
    }
    char* const begin = block.literals();
    char* end = encoder.Encode(record, ids, image, begin);
    const auto bytes = static_cast<std::size_t>(end - begin);
    if (is_first) {
      std::memmove(begin, begin + join, bytes - join);
      end -= join;
    }
    block.TakeLiterals(end);
    return bytes;
  });
  for (Stream& stream : streams_) {
    if (stream.records > 0) stream.end = stream.block->End();
  }
}

// Like `EncodeTexts`, but a record may have any length.
void EncodePortion::EncodeOneByOne(PortionImages& images,
                                   Workspace& workspace) {
  const Encoder& encoder = *context_.encoder;
  const RowFormat& rows = context_.rows;
  const bool wraps = WrapsRows(*context_.job);
  if (context_.faults != nullptr && !faulty_) {
    faulty_.emplace(*context_.job, encoder, *context_.faults);
  }
  EncodeAll(images, [&](Stream& stream, const Record& record,
                        const RecordIds& ids, const CallImage& image) {
    const auto before =
        static_cast<std::size_t>(stream.end - stream.buffer.data());
    const auto make_room = [&](std::size_t bytes) {
      const std::size_t needed = before + bytes + encoder.max_record_bytes();
      if (needed <= stream.buffer.size()) return;
      stream.buffer.resize(2 * needed);
      stream.end = stream.buffer.data() + before;
    };
    const bool is_whole = !record.damaged() && !record.is_cut();
    if (is_whole && !wraps) {
      make_room(0);
      stream.end = encoder.Encode(record, ids, image, stream.end);
    } else {
      std::string_view text;
      if (is_whole) {
        char* const begin = workspace.scratch.data();
        const char* const end = encoder.Encode(record, ids, image, begin);
        text = RowAlone({begin, static_cast<std::size_t>(end - begin)}, rows);
      } else {
        text = faulty_->Write(record, ids, image);
      }
      if (wraps) text = context_.Wrapped(record, text, workspace.wrapped);
      make_room(text.size());
      char* p = std::copy(rows.before.begin(), rows.before.end(), stream.end);
      p = std::copy(text.begin(), text.end(), p);
      stream.end = record.is_cut()
                       ? p
                       : std::copy(rows.after.begin(), rows.after.end(), p);
    }
    const auto after =
        static_cast<std::size_t>(stream.end - stream.buffer.data());
    stream.space[stream.records] = static_cast<std::uint32_t>(after);
    return after - before;
  });
}

}  // namespace busyhour::internal
