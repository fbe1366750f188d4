#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "verify/fields.h"
#include "verify/speller.h"
#include "verify/verify_options.h"

namespace busyhour {

/// What a received record differs in from one that was sent.
struct Difference {
  std::uint64_t columns = 0;  ///< bit i: column i
  int own = 0;                ///< bits of it that are the record's own id
  bool is_foreign = false;
  /// No other sign of another profile, in a record that does not name one.
  bool only_time = false;
  int count() const noexcept { return __builtin_popcountll(columns); }
};

/// Compares received records with records that were sent, value by value. For
/// one thread.
class Comparer {
 public:
  /// All must outlive the comparer.
  Comparer(const Speller& speller, const VerifyOptions& options);

  Difference Compare(SentCall& call, std::size_t record,
                     const ReceivedRecord& received, const Detected& detected);
  /// What was sent, read in that shape: a value for each column. Good until the
  /// next call of either.
  const ReceivedRecord& Expected(SentCall& call, std::size_t record,
                                 Shape shape);

 private:
  bool IsCompared(Field field) const noexcept {
    return compared_[static_cast<std::size_t>(field)];
  }

  const Speller& speller_;
  const VerifyOptions& options_;
  std::array<bool, 64> compared_{};
  FieldReader reader_;
  ReceivedRecord expected_;
  std::vector<char> text_;
};

/// Whether the field is the id of the record itself.
inline bool IsOwnId(Field field) noexcept {
  return field == Field::kOperationId || field == Field::kRecordId;
}

/// Whether the record has a value at a place of `Detected`.
inline bool HasPlace(const ReceivedRecord& record, int place) noexcept {
  return place >= 0 && static_cast<std::size_t>(place) < record.values.size();
}

}  // namespace busyhour
