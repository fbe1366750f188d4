#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "verify/fields.h"
#include "verify/speller.h"
#include "verify/verify_options.h"

namespace busyhour {

/// Whose a record is that bears ids of ours, by its other values.
enum class Owner : std::uint8_t {
  kOurs,
  kForeign,
  /// Foreign unless more in that input is ours.
  kLikelyForeign,
  /// Foreign if more in that input is.
  kLikelyOurs,
};

/// What a received record differs in from one that was sent.
struct Difference {
  /// Those of the compared columns that differ; bit i: column i.
  std::uint64_t columns = 0;
  /// How many columns say another thing or are not there, but for the record's
  /// own id. All are looked at, and spelling does not matter: this tells which
  /// record it is.
  int distance = 0;
  int other_values = 0;   ///< those of them that are there
  bool other_id = false;  ///< its own id is another one or not there
  Owner owner = Owner::kOurs;
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
  // Whether the value has the column's name to the letter, and stands where the
  // column does.
  static bool IsWhereItWas(const Column& column, const ReceivedRecord& received,
                           int object, const ReceivedRecord::Value& value);

  const Speller& speller_;
  const VerifyOptions& options_;
  PerLog<FieldSet> compared_;
  FieldReader reader_;
  ReceivedRecord expected_;
  std::vector<char> text_;
};

/// Whether the field is the id of the record itself.
inline bool IsOwnId(const Field& field) noexcept {
  return field.kind == FieldKind::kOwnId;
}

/// Whether the record has a value at a place of `Detected`.
inline bool HasPlace(const ReceivedRecord& record, int place) noexcept {
  return place >= 0 && static_cast<std::size_t>(place) < record.values.size();
}

}  // namespace busyhour
