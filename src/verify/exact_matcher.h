#pragma once

#include <cstddef>
#include <optional>

#include "logs/log.h"
#include "logs/worlds.h"
#include "verify/sent_encoder.h"
#include "verify/sent_records.h"

namespace busyhour {

/// Recognizes records that are exactly as they were sent: finds the id at its
/// usual place, encodes that record again and compares. Most received records
/// are unchanged, so this avoids parsing them. For one thread.
class ExactMatcher {
 public:
  /// All must outlive the matcher.
  ExactMatcher(const Worlds& worlds, SentRecords& sent, SentEncoder& encoder);

  /// Starts another input.
  void BeginInput();
  /// A parsed record had this shape and was not wrapped, so similar ones may
  /// follow. Nothing is matched before the first such record.
  void Expect(Shape shape) { shape_ = shape; }
  /// The last record of the job was of this log; the next one probably is, too.
  void Expect(LogType log) { last_log_ = log; }

  struct Found {
    CallHandle call;
    std::size_t record = 0;
    std::size_t bytes = 0;
  };
  /// The record that begins at `p`. The input continues at least to `end`.
  std::optional<Found> Find(const char* p, const char* end);

 private:
  std::optional<Found> Try(const char* p, const char* end);

  const Worlds& worlds_;
  SentRecords& sent_;
  SentEncoder& encoder_;
  std::optional<Shape> shape_;
  LogType last_log_ = LogType::kOperational;
  PerLog<std::size_t> first_id_{};  // smallest offset of the id
  int misses_ = 0;
  int skip_ = 0;
};

}  // namespace busyhour
