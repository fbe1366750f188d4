#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "encode/call_image.h"
#include "encode/frame.h"
#include "encode/lz4_block.h"
#include "encode/skeleton.h"
#include "logs/record.h"
#include "logs/vocabulary.h"

namespace busyhour {

/// Which instructions write records. The bytes are the same.
enum class Vectors : std::uint8_t {
  kBest,   ///< what this processor has
  kPlain,  ///< what every processor has
};

/// Writes records as text.
///
/// Constant once made: any number of threads may use one. It keeps no reference
/// to the vocabulary.
///
///   Encoder encoder(vocabulary, Shape::kResourceLog, Frame::kJsonl, logs);
///   CallImage image;
///   image.SetFacts(facts);
///   image.SetCorrelation(0, correlation);
///   char* end = encoder.Encode(record, ids, image, buffer);
class Encoder {
 public:
  /// `frame` must hold `shape`, see `Objection`.
  Encoder(const Vocabulary& vocabulary, Shape shape, Frame frame,
          std::span<const LogType> logs, Vectors vectors = Vectors::kBest);

  /// Writes one record with its frame's separator or terminator, and returns
  /// its end. It may scribble on up to `max_record_bytes()` from `p`. `image`
  /// must be that of the record's call, in its correlation epoch.
  char* Encode(const Record& record, const RecordIds& ids,
               const CallImage& image, char* p) const noexcept {
    const auto log = static_cast<std::size_t>(record.log());
    return writers_[log](skeletons_[log], record, ids, image, p);
  }

  /// The same as part of an LZ4 block, which must be for `text_count()` texts.
  void EncodeLz4(const Record& record, const RecordIds& ids,
                 const CallImage& image, Lz4Block& block) const noexcept {
    const auto log = static_cast<std::size_t>(record.log());
    lz4_writers_[log](skeletons_[log], record, ids, image, first_text_[log],
                      block);
  }
  std::size_t text_count() const noexcept { return text_count_; }

  /// The most that a record can take, with what is scribbled beyond its end.
  std::size_t max_record_bytes(LogType log) const noexcept {
    return skeletons_[static_cast<std::size_t>(log)].max_bytes();
  }
  /// The same for any of the chosen logs.
  std::size_t max_record_bytes() const noexcept { return max_record_bytes_; }

 private:
  using Writer = char* (*)(const Skeleton& skeleton, const Record& record,
                           const RecordIds& ids, const CallImage& image,
                           char* p) noexcept;

  std::array<Skeleton, kLogTypeCount> skeletons_;
  std::array<Writer, kLogTypeCount> writers_;
  using Lz4Writer = void (*)(const Skeleton& skeleton, const Record& record,
                             const RecordIds& ids, const CallImage& image,
                             std::size_t first_text, Lz4Block& block) noexcept;
  std::array<Lz4Writer, kLogTypeCount> lz4_writers_;
  // The number of each log's first text among all of them.
  std::array<std::size_t, kLogTypeCount> first_text_{};
  std::size_t text_count_ = 0;
  std::size_t max_record_bytes_ = 0;
};

}  // namespace busyhour
