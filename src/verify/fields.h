#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "logs/log.h"

namespace busyhour {

/// What a received value is, as far as JSON can tell.
enum class ValueKind : std::uint8_t { kText, kNumber, kBoolean, kNull, kOther };

/// A record as it was received: its values by name, wherever they stand.
struct ReceivedRecord {
  struct Object {
    std::string_view key;
    int parent = -1;
  };
  struct Value {
    std::string_view name;
    int object = 0;  ///< which of `objects` it stands in
    ValueKind kind = ValueKind::kText;
    std::string_view text;  ///< without quotes and escapes; of others as is
  };
  std::vector<Object> objects;
  std::vector<Value> values;
  /// The values are cells of CSV, all text.
  bool is_text = false;

  void Clear() {
    objects.assign(1, {});
    values.clear();
    is_text = false;
  }
};

/// Reads JSON into records. The texts of a record are good until the same
/// reader reads the next one.
class FieldReader {
 public:
  FieldReader();
  ~FieldReader();

  /// `text` has `kTextPadding` readable bytes behind it. False when it is no
  /// JSON object; `why` says why.
  bool ReadObject(std::string_view text, ReceivedRecord& record,
                  std::string& why);
  /// An array of values for `columns`.
  bool ReadRow(std::string_view text, const std::vector<std::string>& columns,
               ReceivedRecord& record, std::string& why);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

/// What a record is, by its names.
struct Detected {
  int object = 0;  ///< the object that holds it
  LogType log = LogType::kOperational;
  Shape shape = Shape::kResourceLog;
  int names = 0;  ///< how many of the log's columns it has
  /// Logs whose names fit as well.
  LogSet logs;
  /// For each of those, and each of its columns, which of the record's values
  /// it is, or -1.
  PerLog<std::vector<int>> places;
};

/// Tells the log and shape of records from the names of their values.
/// Remembers the last names it has seen, for the next record has most often the
/// same.
class Detector {
 public:
  /// Where names fit several shapes, it is `preferred`.
  explicit Detector(Shape preferred) : preferred_(preferred) {}

  /// Nothing when the names are not those of our logs. With `object` only that
  /// one is looked at.
  const std::optional<Detected>& Detect(const ReceivedRecord& record,
                                        std::optional<int> object = {});

 private:
  std::optional<Detected> Find(const ReceivedRecord& record,
                               std::optional<int> only) const;

  Shape preferred_;
  std::unordered_map<std::uint64_t, std::optional<Detected>> known_;
};

/// The value of `column` of the record in `object`, or null. In the object that
/// the column belongs to, or else in the record itself.
const ReceivedRecord::Value* FindValue(const ReceivedRecord& record, int object,
                                       const Column& column);

/// Whether a received value says what was sent. Without `strict` a number may
/// have become a text and the other way round, a time may be written with other
/// precision, and a boolean in other letters.
bool SameValue(const Field& field, const ReceivedRecord::Value& sent,
               const ReceivedRecord::Value& received, bool types_matter,
               bool strict);

/// Whether any column has that name, or one like it.
bool IsColumnName(std::string_view name);
/// Whether the names look like the header of one of our logs.
bool LooksLikeHeader(const std::vector<std::string_view>& names);

/// A time in either spelling of ours, or ISO 8601 in general.
struct ReadTime {
  std::int64_t ms = 0;
  std::int64_t unit_ms = 1;  ///< what the text can tell apart
};
std::optional<ReadTime> TimeOf(std::string_view text);

}  // namespace busyhour
