#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "logs/cast.h"
#include "logs/field_values.h"
#include "logs/log.h"
#include "read/log_detector.h"
#include "verify/sent_encoder.h"
#include "verify/verify_options.h"

namespace busyhour {

/// Whose a record is that has ids of ours, by its other values.
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

/// Compares received records with records that were sent, value by value: what
/// they say, and where the options are strict, how it is spelled. For one
/// thread.
class Comparer {
 public:
  /// All must outlive the comparer.
  Comparer(const Cast& cast, SentEncoder& encoder,
           const VerifyOptions& options);

  Difference Compare(SentCall& call, std::size_t record,
                     const ReceivedRecord& received,
                     const DetectedLog& detected);

 private:
  void ReadValues(const SentCall& call, std::size_t record);
  static bool IsAsSent(const Column& column, std::string_view sent,
                       const ReceivedRecord::Value& value,
                       const ReceivedRecord& received, int object);

  const Cast& cast_;
  SentEncoder& encoder_;
  const VerifyOptions& options_;
  PerLog<FieldSet> compared_;
  FieldValues values_;
  std::optional<CallKey> call_;  // of which `facts_` are
  CallFacts facts_;
};

/// Whether the field is the id of the record itself.
inline bool IsOwnId(const Field& field) noexcept {
  return field.kind == FieldKind::kOwnId;
}

/// Whether the record has a value at a place of `DetectedLog`.
inline bool HasPlace(const ReceivedRecord& record, int place) noexcept {
  return place >= 0 && static_cast<std::size_t>(place) < record.values.size();
}

}  // namespace busyhour
