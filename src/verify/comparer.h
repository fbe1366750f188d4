#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "logs/field_values.h"
#include "logs/log.h"
#include "logs/worlds.h"
#include "read/log_detector.h"
#include "verify/equality.h"
#include "verify/sent_encoder.h"
#include "verify/verify_options.h"

namespace busyhour::internal {

/// Whether a record with ids of this job belongs to this job, according to its
/// other values.
enum class Owner : std::uint8_t {
  kOurs,
  kForeign,
  /// Foreign, unless most records in the input belong to this job.
  kLikelyForeign,
  /// This job's, unless most records in the input are foreign.
  kLikelyOurs,
};

/// The differences between a received record and a sent one.
struct Difference {
  /// The compared columns that differ; bit i: column i.
  std::uint64_t columns = 0;
  /// Number of columns that differ or are missing, without the record's own id.
  /// All columns count, and spelling is ignored, because this number identifies
  /// the record.
  int distance = 0;
  int other_values = 0;  ///< differing columns that are present
  /// Columns that are not compared, because a fault changed them.
  int struck = 0;
  bool other_id = false;  ///< its own id differs or is missing
  Owner owner = Owner::kOurs;
};

/// Compares the values of received records with those of sent ones: their
/// meaning, and with strict options also their spelling. For one thread.
class Comparer {
 public:
  /// All must outlive the comparer.
  Comparer(const Worlds& worlds, SentEncoder& encoder,
           const VerifyOptions& options);

  Difference Compare(SentCall& call, std::size_t record,
                     const ReceivedRecord& received,
                     const DetectedLog& detected);

  /// Selects a sent record for `SentValue`.
  void ReadValues(const SentCall& call, std::size_t record);
  /// Its value in a column. Texts are valid until the next call.
  FieldValue SentValue(const Column& column) { return values_.Of(column); }

  /// What counts as the same value in the current input.
  Equality& equality() noexcept { return equality_; }

 private:
  static bool IsAsSent(const Column& column, std::string_view sent,
                       const ReceivedRecord::Value& value,
                       const ReceivedRecord& received, int object);
  bool IsArrivalOfCopy(const SentCall& call, std::size_t record,
                       const Field& field, const ReceivedRecord::Value& value);

  const Worlds& worlds_;
  SentEncoder& encoder_;
  const VerifyOptions& options_;
  Equality equality_;
  PerLog<FieldSet> compared_;
  FieldValues values_;
  std::optional<CallKey> call_;  // the call of `facts_`
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

}  // namespace busyhour::internal
