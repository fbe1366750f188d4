#include "verify/comparer.h"

#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "faults/faults.h"
#include "logs/field_names.h"

namespace busyhour::internal {
namespace {

using Value = ReceivedRecord::Value;

// The JSON kind of a column's type.
ValueKind KindOf(Type type) {
  switch (type) {
    case Type::kBoolean:
      return ValueKind::kBoolean;
    case Type::kInteger:
    case Type::kReal:
      return ValueKind::kNumber;
    case Type::kString:
    case Type::kDatetime:
      return ValueKind::kText;
  }
  return ValueKind::kOther;
}

// Determines whether a record belongs to another profile. With the same seed
// and resource, different profiles have the same ids, but different calls.
class ProfileSigns {
 public:
  // `time` is the received time, for values that are one.
  void Add(const Field& field, bool alike, const FieldValue& sent,
           std::string_view received, const std::optional<ReceivedTime>& time) {
    switch (field.tells) {
      case Field::Tells::kResource:
        // A name that was cut is no sign of another resource.
        if (!alike && IsBeginOf(sent, received)) break;
        ++(alike || IsInOtherCase(sent, received) ? resource_alike_
                                                  : resource_other_);
        break;
      case Field::Tells::kCourse:
        ++(alike ? course_alike_ : course_other_);
        if (!alike && std::holds_alternative<SimTime>(sent)) {
          AddTime(std::get<SimTime>(sent), time);
        }
        break;
      case Field::Tells::kProfile:
        ++(alike ? alike_ : other_);
        break;
      case Field::Tells::kNothing:
        break;
    }
  }

  Owner OwnerOf() const {
    // All values that two profiles never share must differ: the names of the
    // resource or, without those, the course of the call. In total, more must
    // differ than the two or three values that may have been changed in a
    // record of this job.
    int signs = 0;
    if (resource_alike_ + resource_other_ > 0) {
      if (resource_alike_ > 0) return Owner::kOurs;
      signs = resource_other_ + (times_ > 0 ? 1 : 0);
    } else {
      if (course_alike_ > 0) return Owner::kOurs;
      signs = course_other_ - (is_shifted_ ? 1 : 0);
    }
    if (signs >= 3) return Owner::kForeign;
    if (signs == 2) {
      return other_ >= 2 ? Owner::kForeign : Owner::kLikelyForeign;
    }
    if (signs == 0) return Owner::kOurs;
    return other_ >= 3 && other_ > alike_ ? Owner::kForeign
                                          : Owner::kLikelyOurs;
  }

 private:
  static bool IsBeginOf(const FieldValue& sent, std::string_view received) {
    const auto* const text = std::get_if<std::string_view>(&sent);
    return text != nullptr && text->starts_with(received);
  }
  static bool IsInOtherCase(const FieldValue& sent, std::string_view received) {
    const auto* const text = std::get_if<std::string_view>(&sent);
    return text != nullptr && SameLetters(*text, received);
  }

  // Times that are shifted by the same amount are one sign: a different clock.
  void AddTime(SimTime sent, const std::optional<ReceivedTime>& time) {
    const std::optional<std::int64_t> shift =
        time ? std::optional(time->time.ms - sent.ms) : std::nullopt;
    is_shifted_ = is_shifted_ || (times_ > 0 && shift && shift == shift_);
    shift_ = shift;
    ++times_;
  }

  int resource_alike_ = 0;
  int resource_other_ = 0;
  int course_alike_ = 0;
  int course_other_ = 0;
  int times_ = 0;
  bool is_shifted_ = false;
  std::optional<std::int64_t> shift_;
  int alike_ = 0;
  int other_ = 0;
};

}  // namespace

Comparer::Comparer(const Worlds& worlds, SentEncoder& encoder,
                   const VerifyOptions& options)
    : worlds_(worlds),
      encoder_(encoder),
      options_(options),
      equality_(options.equality),
      values_(worlds.vocabularies()) {
  for (const LogType log : kLogTypes) {
    for (std::size_t i = 0; i < Fields(log).size(); ++i) {
      const auto field = static_cast<FieldNumber>(i);
      if ((!options.fields || (*options.fields)[log].Has(field)) &&
          !options.reading.names.dropped[log].Has(field)) {
        compared_[log].Add(field);
      }
    }
  }
}

void Comparer::ReadValues(const SentCall& call, std::size_t record) {
  const Record& sent = call.records[record];
  const Cast& cast = worlds_.CastOf(call.key);
  if (call_ != call.key) {
    call_ = call.key;
    facts_ = cast.FactsOf(call.key);
  }
  values_.Read(AsSent(call, record), cast.IdsOf(sent), facts_,
               cast.CorrelationOf(call.key, sent.correlation_epoch));
}

// Whether a value has the spelling, name and place of the sent value.
bool Comparer::IsAsSent(const Column& column, std::string_view sent,
                        const Value& value, const ReceivedRecord& received,
                        int object) {
  // `sent` is as in an object; in text, a missing value is empty.
  const bool is_empty = received.is_text && column.field->may_be_missing &&
                        column.type != Type::kString && sent == "null" &&
                        value.text.empty();
  if ((value.text != sent && !is_empty) || value.name != column.name) {
    return false;
  }
  const bool is_null = value.kind == ValueKind::kNull &&
                       column.field->may_be_missing && sent == "null";
  if (!received.is_text && !is_null && value.kind != KindOf(column.type)) {
    return false;
  }
  if (column.parent.empty()) return value.object == object;
  const ReceivedRecord::Object& holder =
      received.objects[static_cast<std::size_t>(value.object)];
  return holder.parent == object && holder.key == column.parent;
}

// Whether the field is the arrival of the record's copy, which was delivered
// later.
bool Comparer::IsArrivalOfCopy(const SentCall& call, std::size_t record,
                               const Field& field, const Value& value) {
  if (field.kind != FieldKind::kArrival || call.faults.empty() ||
      !call.faults[record].repeated) {
    return false;
  }
  const Record copy =
      CopyOf(call.records[record], call.faults[record].repeat_ms);
  return equality_.Same(copy.arrival(), value);
}

Difference Comparer::Compare(SentCall& call, std::size_t record,
                             const ReceivedRecord& received,
                             const DetectedLog& detected) {
  const LogType log = call.records[record].log();
  const std::span<const Column> columns = Columns(log, detected.shape);
  const auto& places = detected.places[log];
  ReadValues(call, record);
  std::span<const std::string_view> texts;
  if (options_.strict) texts = encoder_.Values(call, record, detected.shape);
  Difference difference;
  ProfileSigns signs;
  const FieldSet struck =
      call.faults.empty() ? FieldSet() : call.faults[record].struck;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Field& field = *columns[i].field;
    const FieldNumber number = columns[i].number;
    if (struck.Has(number)) {
      ++difference.struck;
      continue;
    }
    const bool is_compared = compared_[log].Has(number);
    const bool is_there = HasPlace(received, places[i]);
    bool alike = false;
    bool same = false;
    if (is_there) {
      const Value& value = received.values[static_cast<std::size_t>(places[i])];
      const FieldValue sent = values_.Of(columns[i]);
      alike = equality_.Same(sent, value);
      same = options_.strict ? IsAsSent(columns[i], texts[i], value, received,
                                        detected.object)
                             : alike;
      if (!alike && IsArrivalOfCopy(call, record, field, value)) {
        alike = same = true;
      }
      if (is_compared) {
        signs.Add(field, alike, sent, value.text,
                  alike ? std::nullopt : equality_.Time(value));
      }
    } else if (equality_.MayBeMissing(values_.Of(columns[i]))) {
      alike = same = true;
    }
    if (!same && is_compared) {
      difference.columns |= std::uint64_t{1} << i;
    }
    if (alike) continue;
    if (IsOwnId(field)) {
      difference.other_id = true;
    } else {
      ++difference.distance;
      difference.other_values += is_there ? 1 : 0;
    }
  }
  difference.owner = signs.OwnerOf();
  return difference;
}

}  // namespace busyhour::internal
