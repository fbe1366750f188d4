#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/logs.h"
#include "catalog/outcomes.h"
#include "logs/record.h"

// What a log says. Each log has one file, `logs/<log>.cc`, with its descriptor;
// everything else reads these.

namespace busyhour {

class CallRecords;
class Cast;
struct Vocabulary;

/// What a value is, and so how it is written, typed, compared and checked.
enum class FieldKind : std::uint8_t {
  kTime,          ///< milliseconds since the call's slot
  kMilliseconds,  ///< a whole number
  kMinutes,       ///< milliseconds, as minutes with a fraction
  kOwnId,         ///< `RecordIds::id`
  kParticipantId,
  kUserId,  ///< one of the field's texts, then a number or a GUID
  kCorrelationId,
  kConnectionId,
  kServerCallId,  ///< one of the field's texts, then the call's own part
  kCallerAddress,
  kBilledSize,  ///< bytes of the other values
  kText,        ///< one of the field's texts
  kBoolean,     ///< one of the field's texts, `true` or `false`
  kNumber,      ///< one of the field's texts, which are whole numbers
};

/// The kinds that are texts and nothing else.
constexpr bool IsTable(FieldKind kind) {
  return kind == FieldKind::kText || kind == FieldKind::kBoolean ||
         kind == FieldKind::kNumber;
}

/// How a value is typed where it is written.
enum class Type : std::uint8_t {
  kString,
  kInteger,
  kReal,
  kBoolean,
  kDatetime
};

constexpr Type TypeOf(FieldKind kind) {
  switch (kind) {
    case FieldKind::kBoolean:
      return Type::kBoolean;
    case FieldKind::kNumber:
    case FieldKind::kMilliseconds:
      return Type::kInteger;
    case FieldKind::kTime:
      return Type::kDatetime;
    case FieldKind::kMinutes:
    case FieldKind::kBilledSize:
      return Type::kReal;
    default:
      return Type::kString;
  }
}

/// All that is known of one field of a log, but for its names.
struct Field {
  FieldKind kind = FieldKind::kText;
  /// Where in the `Record` its value is, or the byte that says which of its
  /// texts it has; `kSameInAll` for a text that all records of a log share.
  static constexpr std::uint8_t kSameInAll = 0xff;
  std::uint8_t at = kSameInAll;
  /// One sentence, for the schema.
  std::string_view meaning = {};
  /// Its texts, by the byte at `at`.
  std::vector<std::string> (*texts)(const Vocabulary& words,
                                    LogType log) = nullptr;
  /// What its text must be like, as a regular expression; empty: as its kind
  /// says, or anything.
  std::string_view pattern = {};
  /// All that it can be under any profile; null for what `pattern` says.
  std::vector<std::string> (*words)(LogType log) = nullptr;
  /// Whether it may be empty.
  bool may_be_empty = false;
  /// What says that a record is of another profile, where all ids are right.
  enum class Tells : std::uint8_t {
    kNothing,
    kProfile,   ///< differs from profile to profile
    kCourse,    ///< how the call went
    kResource,  ///< never alike in two profiles
  };
  Tells tells = Tells::kNothing;
  /// Whether its text counts in `_BilledSize`.
  bool is_billed = true;
};

/// A payload's member, for `Field::at`.
constexpr std::uint8_t InPayload(std::size_t offset) {
  return static_cast<std::uint8_t>(offsetof(Record, payload) + offset);
}

/// A field in one shape: its name and place.
struct Column {
  std::string_view name;
  const Field* field = nullptr;
  /// The object that it stands in, empty for the record itself. Columns of one
  /// object are neighbours.
  std::string_view parent = {};
  Type type = TypeOf(field->kind);
};

/// How records are spelled.
enum class Shape : std::uint8_t { kResourceLog, kTable, kPortal, kDocumented };
inline constexpr std::size_t kShapeCount = 4;
inline constexpr std::array<Shape, kShapeCount> kShapes = {
    Shape::kResourceLog, Shape::kTable, Shape::kPortal, Shape::kDocumented};

/// How records of a log can end that are counted, by the byte at `at`.
struct CountedEndings {
  std::uint8_t at = 0;
  std::vector<ResultType> (*of)(const Vocabulary& words) = nullptr;
  /// What the manifest calls their number; empty for those not counted.
  std::string_view failed_key = {};
  std::string_view canceled_key = {};
  /// `failed requests`.
  std::string_view noun = {};
};

/// Everything that is particular to one log.
struct Log {
  /// Adds the records that a call leaves in it.
  void (*add)(CallRecords& records) noexcept;
  /// Sets those of `ids` that its records have.
  void (*set_ids)(const Cast& cast, const Record& record,
                  RecordIds& ids) noexcept;
  /// What a record's own id is made of: its kind, and where the payload has the
  /// number of its subject, 16 bits.
  IdKind own_kind = IdKind::kOperation;
  std::uint8_t subject_at = 0;
  /// A record in a few words.
  std::string (*summary)(const Record& record, const Vocabulary& words);
  CountedEndings endings = {};
  std::span<const Column> resource_log;
  /// Without the standard columns, which every table has behind its own.
  std::span<const Column> table;
  std::span<const Column> documented;
};

#define BUSYHOUR_LOG(name, ...) extern const Log k##name##Log;
BUSYHOUR_LOGS(BUSYHOUR_LOG)
#undef BUSYHOUR_LOG
const Log& DescriptorOf(LogType log);

/// The fields of a log in a shape, in the order in which they are written.
std::span<const Column> Columns(LogType log, Shape shape);

/// Which of a log's fields it is, [0, kMaxFields).
using FieldNumber = std::uint8_t;
inline constexpr std::size_t kMaxFields = 64;
/// All fields of a log, in any shape, by their number.
std::span<const Field* const> Fields(LogType log);
FieldNumber NumberOf(LogType log, const Field& field);

/// Some of a log's fields.
class FieldSet {
 public:
  bool Has(FieldNumber field) const noexcept {
    return (bits_ >> field & 1) != 0;
  }
  void Add(FieldNumber field) noexcept { bits_ |= std::uint64_t{1} << field; }
  void AddAll(FieldSet more) noexcept { bits_ |= more.bits_; }
  void Remove(FieldNumber field) noexcept {
    bits_ &= ~(std::uint64_t{1} << field);
  }
  bool empty() const noexcept { return bits_ == 0; }
  std::size_t size() const noexcept {
    return static_cast<std::size_t>(std::popcount(bits_));
  }
  friend bool operator==(FieldSet, FieldSet) = default;

 private:
  static_assert(kMaxFields <= 64);
  std::uint64_t bits_ = 0;
};

}  // namespace busyhour
