#include "encode/encoder.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "base/repeat_hint.h"
#include "encode/put.h"
#include "logs/recording_id.h"

namespace busyhour::internal {
namespace {

// Copies a GUID that is stored as text.
template <class Vectors>
inline char* CopyGuid(const char* from, char* p) noexcept {
  Vectors::CopyStep(from, p);
  std::memcpy(p + kCopyStep, from + kCopyStep, kGuidTextBytes - kCopyStep);
  return p + kGuidTextBytes;
}

// The values that a writer writes: those of the logs that are written by
// default, the same with the number of billed bytes, or all. The code for more
// values is slower for all values.
enum class Values { kDefault, kBilled, kAll };

// Whether only logs on request, or shapes for an export, have values of this
// kind.
bool IsRare(FieldKind kind) {
  switch (kind) {
    case FieldKind::kOptionalTime:
    case FieldKind::kShortTime:
    case FieldKind::kCount:
    case FieldKind::kSeconds:
    case FieldKind::kFineSeconds:
    case FieldKind::kRecordingId:
    case FieldKind::kItemId:
    case FieldKind::kArrival:
      return true;
    default:
      return false;
  }
}

Values ValuesOf(const Skeleton& skeleton) {
  const std::span<const Piece> pieces = skeleton.pieces();
  if (std::any_of(pieces.begin(), pieces.end(), [](const Piece& piece) {
        return piece.has_value && IsRare(piece.value);
      })) {
    return Values::kAll;
  }
  return skeleton.counts_billed() ? Values::kBilled : Values::kDefault;
}

// Writes a value of a rare kind.
[[gnu::noinline]] char* PutRareValue(const Piece& piece,
                                     const Skeleton& skeleton,
                                     const Record& record, const RecordIds& ids,
                                     char* p) noexcept {
  switch (piece.value) {
    case FieldKind::kOptionalTime: {
      const std::uint32_t ms = record.WordAt(piece.value_at);
      if (ms == kNoValue) return PutText(skeleton.missing_value(), p);
      if (skeleton.quotes_optional_times()) *p++ = '"';
      p = skeleton.time_text().Put(record.At(ms), p);
      if (skeleton.quotes_optional_times()) *p++ = '"';
      return p;
    }
    case FieldKind::kShortTime:
      return skeleton.time_text().Put(record.At(record.HalfAt(piece.value_at)),
                                      p);
    case FieldKind::kCount:
      return PutUnsigned(record.HalfAt(piece.value_at), p);
    case FieldKind::kSeconds: {
      const std::uint32_t seconds = SecondsIn(record.WordAt(piece.value_at));
      return seconds == kNoSeconds ? PutText(skeleton.missing_value(), p)
                                   : PutUnsigned(seconds, p);
    }
    case FieldKind::kFineSeconds: {
      char* const end = PutFineSeconds(record.WordAt(piece.value_at), p);
      return skeleton.quotes_csv() ? QuoteForCsv(p, end) : end;
    }
    case FieldKind::kRecordingId:
      return (ids.id.high | ids.id.low) == 0
                 ? p
                 : PutRecordingId(ids.other, ids.id, p);
    case FieldKind::kArrival:
      return skeleton.time_text().Put(record.arrival(), p);
    default:
      __builtin_unreachable();
  }
}

// Writes the value at the start of a piece. `billed`: bytes of the billed
// columns so far.
template <class Vectors, Values kValues>
inline char* PutValue(const Piece& piece, const Skeleton& skeleton,
                      const Record& record, const RecordIds& ids,
                      const CallImage& image, std::size_t billed,
                      char* p) noexcept {
  switch (piece.value) {
    case FieldKind::kCorrelationId:
      return CopyGuid<Vectors>(image.correlation, p);
    case FieldKind::kConnectionId: {
      char* const end = CopyGuid<Vectors>(image.connection, p);
      return record.connected() ? end : p;
    }
    case FieldKind::kServerCallId: {
      // Copies whole steps, which may read other members of the image.
      constexpr std::size_t kSteps = 3;
      static_assert(offsetof(CallImage, server_call_tail) +
                            kSteps * kCopyStep <=
                        sizeof(CallImage) &&
                    kSteps * kCopyStep >= sizeof image.server_call_tail);
      const char* const tail = reinterpret_cast<const char*>(&image) +
                               offsetof(CallImage, server_call_tail);
      for (std::size_t i = 0; i < kSteps; ++i) {
        Vectors::CopyStep(tail + i * kCopyStep, p + i * kCopyStep);
      }
      return record.ByteAt(piece.value_at) == kNoNode
                 ? p
                 : p + image.server_call_tail_bytes;
    }
    case FieldKind::kCallerAddress:
      std::memcpy(p, image.caller_ip, sizeof image.caller_ip);
      return p + image.caller_ip_bytes;
    case FieldKind::kTime:
      return skeleton.time_text().Put(record.At(record.WordAt(piece.value_at)),
                                      p);
    case FieldKind::kMilliseconds:
      return PutUnsigned(record.WordAt(piece.value_at), p);
    case FieldKind::kFineMilliseconds: {
      char* const end = PutFineMilliseconds(
          record.WordAt(piece.value_at),
          record.HalfAt(piece.value_at + kTicksBehindMs), p);
      return skeleton.quotes_csv() ? QuoteForCsv(p, end) : end;
    }
    case FieldKind::kOwnId: {
      char* const end = Vectors::PutGuid(ids.id, p);
      return (ids.id.high | ids.id.low) == 0 ? p : end;
    }
    case FieldKind::kOtherId: {
      char* const end = Vectors::PutGuid(ids.other, p);
      return (ids.other.high | ids.other.low) == 0 ? p : end;
    }
    case FieldKind::kItemId:
      if constexpr (kValues == Values::kAll) {
        return Vectors::PutGuid(ids.item, p);
      }
      break;
    case FieldKind::kUserId:
      if (ids.phone_number != 0) return PutUnsigned(ids.phone_number, p);
      return (ids.user.high | ids.user.low) == 0
                 ? p
                 : Vectors::PutGuid(ids.user, p);
    case FieldKind::kMinutes: {
      char* const end =
          PutQuantity(skeleton.BilledMs(record.WordAt(piece.value_at)), p);
      return skeleton.quotes_csv() ? QuoteForCsv(p, end) : end;
    }
    case FieldKind::kBilledSize:
      return PutUnsigned(billed, p);
    case FieldKind::kOptionalTime:
    case FieldKind::kShortTime:
    case FieldKind::kCount:
    case FieldKind::kSeconds:
    case FieldKind::kFineSeconds:
    case FieldKind::kRecordingId:
    case FieldKind::kArrival:
      if constexpr (kValues == Values::kAll) {
        return PutRareValue(piece, skeleton, record, ids, p);
      }
      break;
    case FieldKind::kText:
    case FieldKind::kBoolean:
    case FieldKind::kNumber:
    case FieldKind::kReal:
      break;
  }
  __builtin_unreachable();
}

// Size of a value without quotes; a missing value has none.
inline std::size_t BilledBytes(FieldKind kind, const char* p,
                               const char* end) noexcept {
  const auto bytes = static_cast<std::size_t>(end - p);
  if (bytes == 0) return 0;
  if (*p == 'n' &&
      (kind == FieldKind::kOptionalTime || kind == FieldKind::kSeconds)) {
    return 0;
  }
  return bytes - (*p == '"' ? 2 : 0);
}

// Adds hints for a value that repeats: those of a call are the same in all of
// its records.
template <class Hints>
inline void AddHintsOfValue(FieldKind kind, const char* p, const char* end,
                            Hints& hints) noexcept {
  const auto bytes = static_cast<std::size_t>(end - p);
  switch (kind) {
    case FieldKind::kCorrelationId:
    case FieldKind::kConnectionId:
    case FieldKind::kCallerAddress:
      hints.AddId(p, bytes);
      break;
    case FieldKind::kServerCallId:
      hints.AddId(p, bytes);
      // The rest is the same for all calls of a node.
      if (bytes > CallFacts::kOwnTailBytes) {
        hints.AddId(p + CallFacts::kOwnTailBytes,
                    bytes - CallFacts::kOwnTailBytes);
      }
      break;
    default:
      break;
  }
}

// For a text without hints.
struct NoHints {
  void Add(std::size_t, const char*, std::size_t) noexcept {}
  void AddId(const char*, std::size_t) noexcept {}
};

// `first_text`: number of the skeleton's first text.
template <class Vectors, Values kValues, class Hints>
inline char* Write(const Skeleton& skeleton, const Record& record,
                   const RecordIds& ids, const CallImage& image,
                   std::size_t first_text, Hints& hints, char* p) noexcept {
  const auto* const indices = reinterpret_cast<const unsigned char*>(&record);
  const char* const texts = skeleton.texts();
  std::size_t billed = 0;
  for (const Piece& piece : skeleton.pieces()) {
    if (piece.has_value) {
      char* const end = PutValue<Vectors, kValues>(piece, skeleton, record, ids,
                                                   image, billed, p);
      if (kValues != Values::kDefault)
        billed += BilledBytes(piece.value, p, end);
      AddHintsOfValue(piece.value, p, end, hints);
      p = end;
    }
    const char* const text =
        texts + piece.offset + indices[piece.index_at] * piece.stride;
    TextSize size;
    std::memcpy(&size, text - sizeof size, sizeof size);
    CopySteps<Vectors>(text, piece.steps, p);
    const std::size_t index = piece.stride == 0 ? 0 : indices[piece.index_at];
    hints.Add(first_text + piece.number + index, p, size.bytes);
    p += size.bytes;
    if (kValues != Values::kDefault) billed += size.billed;
  }
  return p;
}

// Like `Write`, but repeated texts become matches of the LZ4 block.
template <class Vectors, Values kValues>
inline void WriteLz4(const Skeleton& skeleton, const Record& record,
                     const RecordIds& ids, const CallImage& image,
                     std::size_t first_text, Lz4Block& block) noexcept {
  const auto* const indices = reinterpret_cast<const unsigned char*>(&record);
  const char* const texts = skeleton.texts();
  std::size_t billed = 0;
  for (const Piece& piece : skeleton.pieces()) {
    if (piece.has_value) {
      char* const p = block.literals();
      char* const end = PutValue<Vectors, kValues>(piece, skeleton, record, ids,
                                                   image, billed, p);
      if (kValues != Values::kDefault)
        billed += BilledBytes(piece.value, p, end);
      block.TakeLiterals(end);
    }
    const std::size_t index = piece.stride == 0 ? 0 : indices[piece.index_at];
    const char* const text = texts + piece.offset + index * piece.stride;
    TextSize size;
    std::memcpy(&size, text - sizeof size, sizeof size);
    block.AddText<Vectors>(first_text + piece.number + index, text, size.bytes,
                           piece.steps);
    if (kValues != Values::kDefault) billed += size.billed;
  }
}

template <Values kValues>
[[gnu::flatten]] char* WritePlain(const Skeleton& skeleton,
                                  const Record& record, const RecordIds& ids,
                                  const CallImage& image, char* p) noexcept {
  NoHints none;
  return Write<PlainVectors, kValues>(skeleton, record, ids, image, 0, none, p);
}

#if defined(__x86_64__)
template <Values kValues>
[[gnu::flatten, gnu::target("avx2")]] char* WriteAvx2(const Skeleton& skeleton,
                                                      const Record& record,
                                                      const RecordIds& ids,
                                                      const CallImage& image,
                                                      char* p) noexcept {
  NoHints none;
  return Write<Avx2Vectors, kValues>(skeleton, record, ids, image, 0, none, p);
}
#endif

template <Values kValues>
[[gnu::flatten]] char* WriteHintsPlain(const Skeleton& skeleton,
                                       const Record& record,
                                       const RecordIds& ids,
                                       const CallImage& image,
                                       std::size_t first_text,
                                       RepeatHints& hints, char* p) noexcept {
  RepeatHints own = hints;  // so that its end can be in a register
  p = Write<PlainVectors, kValues>(skeleton, record, ids, image, first_text,
                                   own, p);
  hints = own;
  return p;
}

#if defined(__x86_64__)
template <Values kValues>
[[gnu::flatten, gnu::target("avx2")]] char* WriteHintsAvx2(
    const Skeleton& skeleton, const Record& record, const RecordIds& ids,
    const CallImage& image, std::size_t first_text, RepeatHints& hints,
    char* p) noexcept {
  RepeatHints own = hints;
  p = Write<Avx2Vectors, kValues>(skeleton, record, ids, image, first_text, own,
                                  p);
  hints = own;
  return p;
}
#endif

template <Values kValues>
[[gnu::flatten]] void WriteLz4Plain(const Skeleton& skeleton,
                                    const Record& record, const RecordIds& ids,
                                    const CallImage& image,
                                    std::size_t first_text,
                                    Lz4Block& block) noexcept {
  WriteLz4<PlainVectors, kValues>(skeleton, record, ids, image, first_text,
                                  block);
}

#if defined(__x86_64__)
template <Values kValues>
[[gnu::flatten, gnu::target("avx2")]] void WriteLz4Avx2(
    const Skeleton& skeleton, const Record& record, const RecordIds& ids,
    const CallImage& image, std::size_t first_text, Lz4Block& block) noexcept {
  WriteLz4<Avx2Vectors, kValues>(skeleton, record, ids, image, first_text,
                                 block);
}
#endif

// Sets the writers for these values.
template <Values kValues, class LogWriter>
void SetWriters([[maybe_unused]] bool has_avx2, LogWriter& writer) {
  writer.write = WritePlain<kValues>;
  writer.write_hints = WriteHintsPlain<kValues>;
  writer.write_lz4 = WriteLz4Plain<kValues>;
#if defined(__x86_64__)
  if (has_avx2) {
    writer.write = WriteAvx2<kValues>;
    writer.write_hints = WriteHintsAvx2<kValues>;
    writer.write_lz4 = WriteLz4Avx2<kValues>;
  }
#endif
}

}  // namespace

Encoder::Encoder(const std::vector<const Vocabulary*>& vocabularies,
                 Shape shape, const RowFormat& rows, LogSet logs,
                 [[maybe_unused]] Vectors vectors) {
#if defined(__x86_64__)
  const bool has_avx2 =
      vectors == Vectors::kBest && __builtin_cpu_supports("avx2");
#else
  constexpr bool has_avx2 = false;
#endif
  for (const Vocabulary* const vocabulary : vocabularies) {
    Add(*vocabulary, shape, rows, logs, has_avx2);
  }
}

void Encoder::Add(const Vocabulary& vocabulary, Shape shape,
                  const RowFormat& rows, LogSet logs, bool has_avx2) {
  const std::size_t first = writers_.size();
  writers_.resize(first + kLogTypeCount);
  for (const LogType log : logs) {
    LogWriter& writer = writers_[first + static_cast<std::size_t>(log)];
    writer.skeleton = Skeleton(vocabulary, log, shape, rows);
    const Skeleton& skeleton = writer.skeleton;
    switch (ValuesOf(skeleton)) {
      case Values::kDefault:
        SetWriters<Values::kDefault>(has_avx2, writer);
        break;
      case Values::kBilled:
        SetWriters<Values::kBilled>(has_avx2, writer);
        break;
      case Values::kAll:
        SetWriters<Values::kAll>(has_avx2, writer);
        break;
    }
    writer.first_text = text_count_;
    text_count_ += skeleton.text_count();
    max_hints_ = std::max(max_hints_, 3 * skeleton.pieces().size());
    has_item_ids_ = has_item_ids_ || skeleton.has_item_id();
    reads_whole_image_[log] =
        reads_whole_image_[log] || skeleton.reads_whole_image();
    max_bytes_[log] = std::max(max_bytes_[log], skeleton.max_bytes());
    max_record_bytes_ = std::max(max_record_bytes_, max_bytes_[log]);
  }
}

}  // namespace busyhour::internal
