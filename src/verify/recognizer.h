#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/guid.h"
#include "verify/comparer.h"

namespace busyhour {

/// A record that was sent, and what a received one differs in from it.
struct Match {
  CallHandle call;
  std::size_t record = 0;
  Difference difference;
};

struct Recognized {
  /// The record that it is, or is nearest to; not of this job when its
  /// difference says so.
  std::optional<Match> match;
  /// Its own id was an id of this seed.
  bool decoded = false;
  /// There, or empty.
  std::string_view own_id;
};

/// Tells which record of the job a received one is: by its own id, or failing
/// that by the ids of its call. For one thread.
class Recognizer {
 public:
  /// All must outlive the recognizer.
  Recognizer(const Cast& cast, SentRecords& sent, const Speller& speller,
             Comparer& comparer);

  /// `encoder` spells whole records as `text` does, or is null when none does.
  Recognized Recognize(const ReceivedRecord& record, const Detected& detected,
                       std::string_view text, const Encoder* encoder);

 private:
  std::optional<Match> ByOwnId(const ReceivedRecord& record,
                               const Detected& detected, std::string_view text,
                               const Encoder* encoder, bool& decoded);
  bool IsNearer(const Match& a, const Match& b) const noexcept;
  // The nearest record of all calls that any id in it names.
  std::optional<Match> Nearest(const ReceivedRecord& record,
                               const Detected& detected);

  const Cast& cast_;
  SentRecords& sent_;
  const Speller& speller_;
  Comparer& comparer_;
  std::vector<char> text_;
};

/// What kind of id records of a log have.
inline IdKind OwnKind(LogType log) noexcept {
  return DescriptorOf(log).own_kind;
}
/// Which of the call's things of that kind a record is about; several records
/// may be about one.
inline std::uint16_t SubjectOf(const Record& record) noexcept {
  return record.HalfAt(DescriptorOf(record.log()).subject_at);
}

}  // namespace busyhour
