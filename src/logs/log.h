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

// The content of a log. Each log has one file, `logs/<log>.cc`, with its
// descriptor; all other code reads the descriptors.

namespace busyhour::internal {

class CallRecords;
class Cast;
class Plan;
struct Vocabulary;

/// The kind of a value. It determines how the value is written, typed, compared
/// and checked.
enum class FieldKind : std::uint8_t {
  kTime,  ///< milliseconds since the call's slot
  /// The same; missing if it is `kNoValue`.
  kOptionalTime,
  kShortTime,  ///< the same as `kTime`, in 16 bits
  /// `Record::arrival()`: by the receiver's clock, so a record with another
  /// clock has the same.
  kArrival,
  kMilliseconds,  ///< a whole number
  kCount,         ///< a whole number, in 16 bits
  /// Whole seconds in the lower 24 bits of a word, whose highest byte may have
  /// another meaning; missing if they are `kNoSeconds`.
  kSeconds,
  kFineSeconds,  ///< milliseconds, as seconds with a fraction
  kMinutes,      ///< milliseconds, as minutes with a fraction
  /// Milliseconds with a fraction: whole milliseconds in a word at `at`,
  /// and the ticks of the fraction in 16 bits at `at + kTicksBehindMs`.
  kFineMilliseconds,
  kOwnId,    ///< `RecordIds::id`
  kOtherId,  ///< `RecordIds::other`
  kItemId,   ///< `RecordIds::item`
  kUserId,   ///< one of the field's texts, then a number or a GUID
  kCorrelationId,
  kConnectionId,
  kServerCallId,  ///< one of the field's texts, then the call's own part
  kRecordingId,   ///< made of `RecordIds::id` and `other`
  kCallerAddress,
  kBilledSize,  ///< bytes of the other values
  kText,        ///< one of the field's texts
  kBoolean,     ///< one of the field's texts, `true` or `false`
  kNumber,      ///< one of the field's texts, which are whole numbers
  kReal,        ///< one of the field's texts, which are numbers
};

/// The values of `kOptionalTime` and `kSeconds` that are missing.
inline constexpr std::uint32_t kNoValue = 0xffff'ffff;
inline constexpr std::uint32_t kNoSeconds = 0xff'ffff;
constexpr std::uint32_t SecondsIn(std::uint32_t word) {
  return word & kNoSeconds;
}

/// A text of a field that stands for a missing value. It is written as empty,
/// or as `null` where a shape does so.
inline constexpr std::string_view kMissingText = "\1";

/// Ticks are 100 ns, the resolution of .NET's clock.
inline constexpr std::uint32_t kTicksPerMs = 10'000;
inline constexpr std::size_t kTicksBehindMs = 4;

/// The kinds whose values are one of a list of texts.
constexpr bool IsTable(FieldKind kind) {
  return kind == FieldKind::kText || kind == FieldKind::kBoolean ||
         kind == FieldKind::kNumber || kind == FieldKind::kReal;
}

/// The type with which a value is written.
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
    case FieldKind::kCount:
    case FieldKind::kSeconds:
      return Type::kInteger;
    case FieldKind::kTime:
    case FieldKind::kOptionalTime:
    case FieldKind::kShortTime:
    case FieldKind::kArrival:
      return Type::kDatetime;
    case FieldKind::kReal:
    case FieldKind::kMinutes:
    case FieldKind::kFineSeconds:
    case FieldKind::kFineMilliseconds:
    case FieldKind::kBilledSize:
      return Type::kReal;
    default:
      return Type::kString;
  }
}

/// The properties of one field of a log, except its names.
struct Field {
  FieldKind kind = FieldKind::kText;
  /// Offset of the value in the `Record`, or of the byte that selects one of
  /// its texts; `kSameInAll` for a text that all records of a log share.
  static constexpr std::uint8_t kSameInAll = 0xff;
  std::uint8_t at = kSameInAll;
  /// One sentence for the schema.
  std::string_view meaning = {};
  /// Its texts, indexed by the byte at `at`.
  std::vector<std::string> (*texts)(const Vocabulary& words,
                                    LogType log) = nullptr;
  /// Texts after its value, indexed by the byte at `after_at`; null for none.
  std::vector<std::string> (*after)(const Vocabulary& words,
                                    LogType log) = nullptr;
  std::uint8_t after_at = kSameInAll;
  /// A regular expression for its text; empty if its kind determines the text,
  /// or if any text is allowed.
  std::string_view pattern = {};
  /// All values that it can have under any profile; null if `pattern` describes
  /// them.
  std::vector<std::string> (*words)(LogType log) = nullptr;
  /// Whether it may be empty.
  bool may_be_empty = false;
  /// Whether it may be missing: see `kMissingText`.
  bool may_be_missing = false;
  /// What the value shows about a record's profile, if all ids match.
  enum class Tells : std::uint8_t {
    kNothing,
    kProfile,   ///< usually differs between profiles
    kCourse,    ///< depends on how the call went
    kResource,  ///< always differs between profiles
  };
  Tells tells = Tells::kNothing;
  /// Whether its text counts in `_BilledSize`.
  bool is_billed = true;
};

/// The offset of a payload's member, for `Field::at`.
constexpr std::uint8_t InPayload(std::size_t offset) {
  return static_cast<std::uint8_t>(offsetof(Record, payload) + offset);
}

/// Number of a field within its log, [0, kMaxFields).
using FieldNumber = std::uint8_t;
inline constexpr std::size_t kMaxFields = 64;

/// A field in one shape: its name and place.
struct Column {
  std::string_view name;
  const Field* field = nullptr;
  /// The object that contains it, empty for the record itself. Columns of one
  /// object are adjacent.
  std::string_view parent = {};
  Type type = field == nullptr ? Type::kString : TypeOf(field->kind);
  /// Number of the field; set in the columns that `Columns` returns.
  FieldNumber number = 0;
};

/// The spellings of records.
enum class Shape : std::uint8_t {
  kResourceLog,
  kTable,
  kPortal,
  kDocumented,
  kDataExport,
  kTableArrival,
};
inline constexpr std::size_t kShapeCount = 6;
inline constexpr std::array<Shape, kShapeCount> kShapes = {
    Shape::kResourceLog, Shape::kTable,      Shape::kPortal,
    Shape::kDocumented,  Shape::kDataExport, Shape::kTableArrival};

/// The counted results of a log's records, indexed by the byte at `at`.
struct CountedEndings {
  std::uint8_t at = 0;
  std::vector<ResultType> (*of)(const Vocabulary& words) = nullptr;
  /// The name of the count in the manifest; empty if it is not counted.
  std::string_view failed_key = {};
  std::string_view canceled_key = {};
  /// What is counted, as in `failed requests`.
  std::string_view noun = {};
};

/// The descriptor of a log: everything that is specific to it.
struct Log {
  /// Adds the records that a call leaves in this log.
  void (*add)(CallRecords& records) noexcept;
  /// Sets the ids that its records have.
  void (*set_ids)(const Cast& cast, const Record& record,
                  RecordIds& ids) noexcept;
  /// The identity of a record's own id: its kind, and the offset of its
  /// sequence number in the payload, 16 bits, or of a `ParticipantCode`.
  IdKind own_kind = IdKind::kOperation;
  std::uint8_t subject_at = 0;
  bool subject_is_participant = false;
  /// A short description of a record.
  std::string (*summary)(const Record& record, const Vocabulary& words);
  /// Upper limit of the time from the end of everything in a call to its last
  /// record, in ms; null for 0.
  std::uint32_t (*max_lag_ms)(const Plan& plan) = nullptr;
  CountedEndings endings = {};
  std::span<const Column> resource_log;
  /// Without the standard columns, which follow the own columns of every table.
  std::span<const Column> table;
  std::span<const Column> documented;
};

#define BUSYHOUR_LOG(name, ...) extern const Log k##name##Log;
BUSYHOUR_LOGS(BUSYHOUR_LOG)
#undef BUSYHOUR_LOG
inline constexpr PerLog<const Log*> kDescriptors = {{
#define BUSYHOUR_LOG(name, ...) &k##name##Log,
    BUSYHOUR_LOGS(BUSYHOUR_LOG)
#undef BUSYHOUR_LOG
}};
inline const Log& DescriptorOf(LogType log) noexcept {
  return *kDescriptors[log];
}

/// Which of the call's objects of the kind of its own id, such as its requests,
/// a record is about. Several records may be about one object.
std::uint16_t SubjectOf(const Record& record) noexcept;

/// Upper limit of the time from a call's slot to the delivery of its last
/// record in these logs.
std::uint32_t HorizonMs(const Plan& plan, LogSet logs);

/// The fields of a log in a shape, in the order in which they are written.
std::span<const Column> Columns(LogType log, Shape shape);

/// All fields of a log in any shape, by number.
std::span<const Field* const> Fields(LogType log);

/// A set of fields of one log.
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

}  // namespace busyhour::internal
