#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "encode/call_image.h"
#include "encode/lz4_block.h"
#include "encode/row.h"
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
///   Encoder encoder(vocabulary, Shape::kResourceLog, {}, logs);
///   CallImage image;
///   image.SetFacts(facts);
///   image.SetCorrelation(0, correlation);
///   char* end = encoder.Encode(record, ids, image, buffer);
class Encoder {
 public:
  Encoder(const Vocabulary& vocabulary, Shape shape, const RowFormat& rows,
          LogSet logs, Vectors vectors = Vectors::kBest);

  /// Writes one record as a row, with the text before and after it, and returns
  /// its end. It may scribble on up to `max_record_bytes()` from `p`. `image`
  /// must be that of the record's call, in its correlation epoch.
  char* Encode(const Record& record, const RecordIds& ids,
               const CallImage& image, char* p) const noexcept {
    const LogType log = record.log();
    return writers_[log](skeletons_[log], record, ids, image, p);
  }

  /// The same as part of an LZ4 block, which must be for `text_count()` texts.
  void EncodeLz4(const Record& record, const RecordIds& ids,
                 const CallImage& image, Lz4Block& block) const noexcept {
    const LogType log = record.log();
    lz4_writers_[log](skeletons_[log], record, ids, image, first_text_[log],
                      block);
  }
  std::size_t text_count() const noexcept { return text_count_; }

  /// The most that a record can take, with what is scribbled beyond its end.
  std::size_t max_record_bytes(LogType log) const noexcept {
    return skeletons_[log].max_bytes();
  }
  /// Whether records read more of their call's image than its first line.
  bool reads_whole_image(LogType log) const noexcept {
    return skeletons_[log].reads_whole_image();
  }
  /// The most for any of the chosen logs.
  std::size_t max_record_bytes() const noexcept { return max_record_bytes_; }

 private:
  using Writer = char* (*)(const Skeleton& skeleton, const Record& record,
                           const RecordIds& ids, const CallImage& image,
                           char* p) noexcept;

  PerLog<Skeleton> skeletons_;
  PerLog<Writer> writers_{};
  using Lz4Writer = void (*)(const Skeleton& skeleton, const Record& record,
                             const RecordIds& ids, const CallImage& image,
                             std::size_t first_text, Lz4Block& block) noexcept;
  PerLog<Lz4Writer> lz4_writers_{};
  // The number of each log's first text among all of them.
  PerLog<std::size_t> first_text_{};
  std::size_t text_count_ = 0;
  std::size_t max_record_bytes_ = 0;
};

}  // namespace busyhour
