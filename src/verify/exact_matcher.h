#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "logs/log.h"
#include "logs/worlds.h"
#include "read/input_window.h"
#include "verify/ids_ahead.h"
#include "verify/own_id.h"
#include "verify/sent_encoder.h"
#include "verify/shared_calls.h"

namespace busyhour::internal {

/// Recognizes records that are exactly as they were sent: finds the id at its
/// usual place, encodes that record again and compares. Most received records
/// are unchanged, so this avoids parsing them. For one thread.
class ExactMatcher {
 public:
  /// All must outlive the matcher. `calls` may be shared with other threads.
  ExactMatcher(const Worlds& worlds, const SentRecords& sent,
               SharedCalls& calls);

  /// Starts another input.
  void BeginInput();
  /// A parsed record had this shape and was not wrapped, so similar ones may
  /// follow. Nothing is matched before the first such record.
  void Expect(Shape shape) { shape_ = shape; }
  /// The last record of the job was of this log; the next one probably is, too.
  void Expect(LogType log) { last_log_ = log; }

  struct Found {
    SentRecord record;
    std::size_t bytes = 0;
  };
  /// The record that begins here.
  std::optional<Found> Find(const RecordStart& start);

 private:
  std::optional<Found> Try(const RecordStart& start);
  // The record with this id, if the text begins with it.
  std::optional<Found> FindById(const KnownId& id, std::string_view text,
                                const Encoder& encoder);
  // The record of the call with this identity that the text begins with.
  std::optional<Found> FindIn(SentCall& call, const Identity& identity,
                              std::string_view text, const Encoder& encoder);

  CallMaker maker_;
  SharedCalls& calls_;
  SentEncoder encoder_;
  std::optional<Shape> shape_;
  LogType last_log_ = LogType::kOperational;
  OwnIdFinder ids_;
  IdsAhead ahead_;
  int misses_ = 0;
  int skip_ = 0;
};

}  // namespace busyhour::internal
