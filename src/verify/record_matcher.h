#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/guid.h"
#include "logs/worlds.h"
#include "read/record_reader.h"
#include "verify/comparer.h"
#include "verify/sent_encoder.h"
#include "verify/sent_records.h"

namespace busyhour::internal {

/// A sent record, and the differences of a received one.
struct RecordMatch {
  CallHandle call;
  std::size_t record = 0;
  Difference difference;
};

struct MatchResult {
  /// The matching or nearest record; the difference shows whether it belongs to
  /// this job.
  std::optional<RecordMatch> match;
  /// The record's own id is an id of one of the resources.
  bool decoded = false;
  /// The record's own id; empty if it has none.
  std::string_view own_id;
};

/// Determines which record of the job a received one is: by its own id, or
/// otherwise by the ids of its call. For one thread.
class RecordMatcher {
 public:
  /// All must outlive the matcher.
  RecordMatcher(const Worlds& worlds, SentRecords& sent, SentEncoder& encoder,
                Comparer& comparer);

  /// `received.log` is not null.
  MatchResult Match(const Received& received);

 private:
  std::optional<RecordMatch> ByOwnId(const Received& received, bool& decoded);
  bool IsNearer(const RecordMatch& a, const RecordMatch& b) const noexcept;
  std::optional<RecordMatch> Nearest(const Received& received);

  const Worlds& worlds_;
  SentRecords& sent_;
  SentEncoder& encoder_;
  Comparer& comparer_;
};

/// The kind of the own id in records of a log.
inline IdKind OwnKind(LogType log) noexcept {
  return DescriptorOf(log).own_kind;
}

}  // namespace busyhour::internal
