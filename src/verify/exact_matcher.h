#pragma once

#include <cstddef>
#include <optional>

#include "logs/cast.h"
#include "logs/log.h"
#include "verify/sent_encoder.h"
#include "verify/sent_records.h"

namespace busyhour {

/// Tells which record of the job stands somewhere exactly as it was sent: by
/// its id where such records have it, and by encoding that record again. Most
/// that is received is like this, and nothing more needs to be looked at. For
/// one thread.
class ExactMatcher {
 public:
  /// All must outlive the matcher.
  ExactMatcher(const Cast& cast, SentRecords& sent, SentEncoder& encoder);

  /// Another input, of which nothing is known yet.
  void BeginInput();
  /// A record that had to be parsed was of that shape and stands by itself, so
  /// more of the kind may follow. Before the first, nothing is found.
  void Expect(Shape shape) { shape_ = shape; }
  /// The last record of the job was of that log: the next one most likely is.
  void Expect(LogType log) { last_log_ = log; }

  struct Found {
    CallHandle call;
    std::size_t record = 0;
    std::size_t bytes = 0;
  };
  /// The record that begins at `p`. What is there goes on to `end` at least.
  std::optional<Found> Find(const char* p, const char* end);

 private:
  std::optional<Found> Try(const char* p, const char* end);

  const Cast& cast_;
  SentRecords& sent_;
  SentEncoder& encoder_;
  std::optional<Shape> shape_;
  LogType last_log_ = LogType::kOperational;
  PerLog<std::size_t> first_id_{};  // least place of the id
  int misses_ = 0;
  int skip_ = 0;
};

}  // namespace busyhour
