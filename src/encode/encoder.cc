#include "encode/encoder.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "encode/put.h"

namespace busyhour {
namespace {

// By `ParticipantKind`: the application's id is all prefix, a telephone's ends
// in its number, all others' in a GUID.
constexpr std::uint8_t kApplication = 0;
constexpr std::uint8_t kTelephone = 1;

// A GUID that is text already.
template <class Vectors>
inline char* CopyGuid(const char* from, char* p) noexcept {
  Vectors::CopyStep(from, p);
  std::memcpy(p + kCopyStep, from + kCopyStep, kGuidTextBytes - kCopyStep);
  return p + kGuidTextBytes;
}

// `billed`: bytes of the billed columns so far.
template <class Vectors>
inline char* PutValue(Field field, const Skeleton& skeleton,
                      const Record& record, const RecordIds& ids,
                      const CallImage& image, std::size_t billed,
                      char* p) noexcept {
  switch (field) {
    case Field::kCorrelationId:
      return CopyGuid<Vectors>(image.correlation, p);
    case Field::kCallConnectionId: {
      char* const end = CopyGuid<Vectors>(image.connection, p);
      return record.connected() ? end : p;
    }
    case Field::kServerCallId: {
      constexpr std::size_t kAt = offsetof(CallImage, server_call_tail);
      constexpr std::size_t kSteps = 3;
      static_assert(kSteps * kCopyStep >= sizeof image.server_call_tail &&
                    kAt + kSteps * kCopyStep <= sizeof(CallImage));
      for (std::size_t i = 0; i < kSteps; ++i) {
        Vectors::CopyStep(
            reinterpret_cast<const char*>(&image) + kAt + i * kCopyStep,
            p + i * kCopyStep);
      }
      return record.node == kNoNode ? p : p + image.server_call_tail_bytes;
    }
    case Field::kCallerIpAddress:
      std::memcpy(p, image.caller_ip, sizeof image.caller_ip);
      return p + image.caller_ip_bytes;
    case Field::kTime:
      return skeleton.time_text().Put(record.time(), p);
    case Field::kStartTime:
      return skeleton.time_text().Put(record.At(record.begin_ms), p);
    case Field::kEndTime:
      return skeleton.time_text().Put(
          record.At(record.begin_ms + record.duration_ms), p);
    case Field::kDurationMs:
      return PutUnsigned(record.duration_ms, p);
    case Field::kOperationId:
    case Field::kRecordId: {
      char* const end = Vectors::PutGuid(ids.id, p);
      return (ids.id.high | ids.id.low) == 0 ? p : end;
    }
    case Field::kParticipantId:
      return Vectors::PutGuid(ids.participant, p);
    case Field::kUserIdA:
      if (record.operation == kApplication) return p;
      return record.operation == kTelephone ? PutUnsigned(ids.phone_number, p)
                                            : Vectors::PutGuid(ids.user, p);
    case Field::kQuantity: {
      char* const end = PutQuantity(skeleton.BilledMs(record.duration_ms), p);
      return skeleton.quotes_csv() ? QuoteForCsv(p, end) : end;
    }
    case Field::kBilledSize:
      return PutUnsigned(billed, p);
    default:  // not a value of the record
      __builtin_unreachable();
  }
}

// A value without the quotes that CSV puts around it.
inline std::size_t BilledBytes(const char* p, const char* end) noexcept {
  return static_cast<std::size_t>(end - p) - (p != end && *p == '"' ? 2 : 0);
}

// `kCountsBilled`: keeps count of the bytes of billed columns.
template <class Vectors, bool kCountsBilled>
inline char* Write(const Skeleton& skeleton, const Record& record,
                   const RecordIds& ids, const CallImage& image,
                   char* p) noexcept {
  const auto* const indices = reinterpret_cast<const unsigned char*>(&record);
  const char* const texts = skeleton.texts();
  std::size_t billed = 0;
  for (const Piece& piece : skeleton.pieces()) {
    if (piece.has_value) {
      char* const end = PutValue<Vectors>(piece.value, skeleton, record, ids,
                                          image, billed, p);
      if (kCountsBilled) billed += BilledBytes(p, end);
      p = end;
    }
    const char* const text =
        texts + piece.offset + indices[piece.index_at] * piece.stride;
    TextSize size;
    std::memcpy(&size, text - sizeof size, sizeof size);
    CopySteps<Vectors>(text, piece.steps, p);
    p += size.bytes;
    if (kCountsBilled) billed += size.billed;
  }
  return p;
}

// The same, with what is repeated left out.
template <class Vectors, bool kCountsBilled>
inline void WriteLz4(const Skeleton& skeleton, const Record& record,
                     const RecordIds& ids, const CallImage& image,
                     std::size_t first_text, Lz4Block& block) noexcept {
  const auto* const indices = reinterpret_cast<const unsigned char*>(&record);
  const char* const texts = skeleton.texts();
  std::size_t billed = 0;
  for (const Piece& piece : skeleton.pieces()) {
    if (piece.has_value) {
      char* const p = block.literals();
      char* const end = PutValue<Vectors>(piece.value, skeleton, record, ids,
                                          image, billed, p);
      if (kCountsBilled) billed += BilledBytes(p, end);
      block.TakeLiterals(end);
    }
    const std::size_t index = piece.stride == 0 ? 0 : indices[piece.index_at];
    const char* const text = texts + piece.offset + index * piece.stride;
    TextSize size;
    std::memcpy(&size, text - sizeof size, sizeof size);
    block.AddText<Vectors>(first_text + piece.number + index, text, size.bytes,
                           piece.steps);
    if (kCountsBilled) billed += size.billed;
  }
}

template <bool kCountsBilled>
[[gnu::flatten]] char* WritePlain(const Skeleton& skeleton,
                                  const Record& record, const RecordIds& ids,
                                  const CallImage& image, char* p) noexcept {
  return Write<PlainVectors, kCountsBilled>(skeleton, record, ids, image, p);
}

#if defined(__x86_64__)
template <bool kCountsBilled>
[[gnu::flatten, gnu::target("avx2")]] char* WriteAvx2(const Skeleton& skeleton,
                                                      const Record& record,
                                                      const RecordIds& ids,
                                                      const CallImage& image,
                                                      char* p) noexcept {
  return Write<Avx2Vectors, kCountsBilled>(skeleton, record, ids, image, p);
}
#endif

template <bool kCountsBilled>
[[gnu::flatten]] void WriteLz4Plain(const Skeleton& skeleton,
                                    const Record& record, const RecordIds& ids,
                                    const CallImage& image,
                                    std::size_t first_text,
                                    Lz4Block& block) noexcept {
  WriteLz4<PlainVectors, kCountsBilled>(skeleton, record, ids, image,
                                        first_text, block);
}

#if defined(__x86_64__)
template <bool kCountsBilled>
[[gnu::flatten, gnu::target("avx2")]] void WriteLz4Avx2(
    const Skeleton& skeleton, const Record& record, const RecordIds& ids,
    const CallImage& image, std::size_t first_text, Lz4Block& block) noexcept {
  WriteLz4<Avx2Vectors, kCountsBilled>(skeleton, record, ids, image, first_text,
                                       block);
}
#endif

}  // namespace

Encoder::Encoder(const Vocabulary& vocabulary, Shape shape, Frame frame,
                 std::span<const LogType> logs,
                 [[maybe_unused]] Vectors vectors)
    : skeletons_{Skeleton(vocabulary, LogType::kOperational, shape, frame),
                 Skeleton(vocabulary, LogType::kMediaSummary, shape, frame),
                 Skeleton(vocabulary, LogType::kUsage, shape, frame)} {
  assert(Objection(frame, shape, 1).empty());
  for (std::size_t i = 0; i < kLogTypeCount; ++i) {
    const bool counts_billed = skeletons_[i].counts_billed();
    writers_[i] = counts_billed ? WritePlain<true> : WritePlain<false>;
    lz4_writers_[i] =
        counts_billed ? WriteLz4Plain<true> : WriteLz4Plain<false>;
#if defined(__x86_64__)
    if (vectors == Vectors::kBest && __builtin_cpu_supports("avx2")) {
      writers_[i] = counts_billed ? WriteAvx2<true> : WriteAvx2<false>;
      lz4_writers_[i] =
          counts_billed ? WriteLz4Avx2<true> : WriteLz4Avx2<false>;
    }
#endif
    first_text_[i] = text_count_;
    text_count_ += skeletons_[i].text_count();
  }
  for (const LogType log : logs) {
    max_record_bytes_ = std::max(max_record_bytes_, max_record_bytes(log));
  }
}

}  // namespace busyhour
