#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "encode/shape.h"
#include "logs/cast.h"
#include "logs/field_values.h"
#include "logs/record.h"
#include "logs/vocabulary.h"

namespace busyhour::internal {

/// What the difference between two worlds is for one delivered record.
enum class Touch : std::uint8_t {
  kCaused,      ///< it is in the first world only
  kChanged,     ///< it has other values, or comes at another time
  kSuppressed,  ///< it is in the second world only
};

struct TouchedRecord {
  Record record;  ///< of the first run, or of the second if suppressed
  Touch touch = Touch::kCaused;
  /// The names of the columns with other values.
  std::vector<std::string_view> fields;
  /// If its values are the same: how much later it is delivered.
  std::int64_t late_ms = 0;
};

/// The records of a caller's calls in a world, and the cast with their ids.
struct RecordsOfWorld {
  std::span<const Record> records;
  const Cast& cast;
};

/// Compares the records of a caller's calls in two worlds. Records are the same
/// if they have the same id. Without an id, they are the same if they have the
/// same values or, failing that, the same place in the same call.
///
/// For one thread.
class RecordDifference {
 public:
  /// `words` must outlive it; the casts of all worlds have the same.
  RecordDifference(const Vocabulary& words, Shape shape);

  /// The records that differ in the columns of the shape, in the order of the
  /// first run, followed by the suppressed ones. A record that only comes at
  /// another time counts if `late` is true.
  std::vector<TouchedRecord> Between(const RecordsOfWorld& first,
                                     const RecordsOfWorld& second, bool late);

  static bool AreEqual(std::span<const Record> first,
                       std::span<const Record> second) noexcept;

 private:
  // For each record of the first world, the index of the same one in the second
  // world.
  std::vector<std::optional<std::size_t>> Pairs(const RecordsOfWorld& first,
                                                const RecordsOfWorld& second);
  // The names of the columns that differ between two records with the same
  // name.
  std::vector<std::string_view> ChangedFields(const Record& first,
                                              const Cast& first_cast,
                                              const Record& second,
                                              const Cast& second_cast);

  Shape shape_;
  FieldValues first_values_;
  FieldValues second_values_;
};

}  // namespace busyhour::internal
