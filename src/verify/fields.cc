#include "verify/fields.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <unordered_set>

#include "base/time.h"
#include "logs/field_names.h"
#include "verify/json_check.h"
#include "verify/record_reader.h"

namespace busyhour {
namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::SUCCESS;
using Value = ReceivedRecord::Value;

static_assert(kTextPadding >= simdjson::SIMDJSON_PADDING);

// Objects in objects are looked into so far; deeper ones are one value.
constexpr int kMaxDepth = 12;
constexpr std::size_t kMaxValues = 4096;
constexpr std::size_t kMaxKnown = 4096;
// Values with names of ours, and objects that hold any, that are looked at.
constexpr std::size_t kMaxNamed = 256;
constexpr std::size_t kMaxObjects = 16;

bool AtEnd(ondemand::document& document) {
  return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

std::string_view TrimEnd(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') {
    text.remove_suffix(1);
  }
  return text;
}

// A JSON number, to the letter.
bool IsNumber(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t from = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - from;
  };
  if (at < text.size() && text[at] == '-') ++at;
  const bool zero = at < text.size() && text[at] == '0';
  const std::size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

// A number in full: 0.digits * 10^exponent, without zeros at either end. As
// JSON has it, or as other programs write it: `.5`, `042`.
struct Decimal {
  bool is_negative = false;
  std::string digits;
  std::int64_t exponent = 0;
  friend bool operator==(const Decimal&, const Decimal&) = default;
};
std::optional<Decimal> DecimalOf(std::string_view text) {
  constexpr std::size_t kMostExponentDigits = 9;
  Decimal decimal;
  if (text.starts_with('-')) {
    decimal.is_negative = true;
    text.remove_prefix(1);
  }
  bool in_fraction = false;
  bool any = false;
  std::size_t at = 0;
  for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
    if (text[at] == '.' && !in_fraction) {
      in_fraction = true;
      continue;
    }
    if (text[at] < '0' || text[at] > '9') return std::nullopt;
    any = true;
    if (text[at] == '0' && decimal.digits.empty()) {
      decimal.exponent -= in_fraction ? 1 : 0;
      continue;
    }
    decimal.digits += text[at];
    decimal.exponent += in_fraction ? 0 : 1;
  }
  if (!any) return std::nullopt;
  if (at < text.size()) {
    text.remove_prefix(at + 1);
    if (text.starts_with('+')) text.remove_prefix(1);
    if (text.size() > kMostExponentDigits) return std::nullopt;
    std::int64_t exponent = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), exponent);
    if (error != std::errc() || end != text.data() + text.size()) {
      return std::nullopt;
    }
    decimal.exponent += exponent;
  }
  while (decimal.digits.ends_with('0')) decimal.digits.pop_back();
  return decimal.digits.empty() ? Decimal{} : decimal;
}

bool IsTime(Field field) {
  return field == Field::kTime || field == Field::kStartTime ||
         field == Field::kEndTime;
}

bool IsFlag(Field field) {
  return field == Field::kInLoop || field == Field::kToParticipant ||
         field == Field::kInterrupted || field == Field::kIsBillable;
}

bool IsNumeric(Field field) {
  switch (field) {
    case Field::kResultSignature:
    case Field::kDurationMs:
    case Field::kResultCode:
    case Field::kResultSubcode:
    case Field::kQuantity:
    case Field::kBilledSize:
      return true;
    default:
      return false;
  }
}

// All digits that are taken away from the front; nothing when there are none.
std::optional<int> TakeNumber(std::string_view& text) {
  int value = 0;
  std::size_t at = 0;
  while (at < text.size() && at < 6 && text[at] >= '0' && text[at] <= '9') {
    value = value * 10 + (text[at++] - '0');
  }
  if (at == 0) return std::nullopt;
  text.remove_prefix(at);
  return value;
}

bool Take(std::string_view& text, std::string_view what) {
  if (!text.starts_with(what)) return false;
  text.remove_prefix(what.size());
  return true;
}

// `5/25/2023, 5:43:25.746 PM`, as portals write it, also without fraction.
std::optional<ReadTime> PortalTime(std::string_view text) {
  const auto month = TakeNumber(text);
  if (!month || !Take(text, "/")) return std::nullopt;
  const auto day = TakeNumber(text);
  if (!day || !Take(text, "/")) return std::nullopt;
  const auto year = TakeNumber(text);
  if (!year || !Take(text, ", ")) return std::nullopt;
  const auto hour = TakeNumber(text);
  if (!hour || !Take(text, ":")) return std::nullopt;
  const auto minute = TakeNumber(text);
  if (!minute || !Take(text, ":")) return std::nullopt;
  const auto second = TakeNumber(text);
  if (!second || *month < 1 || *month > 12 || *day < 1 || *day > 31 ||
      *year < 1970 || *year > 9999 ||
      CivilFromDays(DaysFromCivil({*year, *month, *day})).day != *day ||
      *hour < 1 || *hour > 12 || *minute > 59 || *second > 59) {
    return std::nullopt;
  }
  ReadTime time;
  time.unit_ms = kMsPerSecond;
  std::int64_t ms = 0;
  if (Take(text, ".")) {
    std::int64_t scale = 100;
    while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
      // Beyond milliseconds there is nothing that was sent.
      if (scale == 0 && text[0] != '0') return ReadTime{-1, 1};
      ms += (text[0] - '0') * scale;
      time.unit_ms = std::max<std::int64_t>(scale, 1);
      scale /= 10;
      text.remove_prefix(1);
    }
  }
  const bool is_pm = text == " PM";
  if (!is_pm && text != " AM") return std::nullopt;
  time.ms = DaysFromCivil({*year, *month, *day}) * kMsPerDay +
            (*hour % 12 + (is_pm ? 12 : 0)) * kMsPerHour +
            *minute * kMsPerMinute + *second * kMsPerSecond + ms;
  return time;
}

}  // namespace

std::optional<ReadTime> TimeOf(std::string_view text) {
  if (text.size() > 40) return std::nullopt;
  const std::optional<SimTime> iso = ParseTime(text);
  if (!iso) return PortalTime(text);
  ReadTime time{iso->ms, kMsPerSecond};
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) {
    // A time without seconds says too little to be taken for one with.
    if (std::count(text.begin(), text.end(), ':') < 2) time.unit_ms = 1;
    return time;
  }
  for (std::size_t i = dot + 1;
       i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
    if (time.unit_ms > 1) time.unit_ms /= 10;
    // Beyond milliseconds there is nothing that was sent.
    else if (i > dot + 3 && text[i] != '0')
      return ReadTime{-1, 1};
  }
  return time;
}

struct FieldReader::Parser {
  ondemand::parser json;
  ReceivedRecord* record = nullptr;
  std::string why;

  void Begin(ReceivedRecord& to) {
    to.Clear();
    record = &to;
    why = "is not JSON";
    repeated_objects_ = 0;
    if (++generation_ == 0) {
      members_.assign(kMembers, {});
      generation_ = 1;
    }
  }

  bool Object(ondemand::object& members, int number, int depth) {
    for (auto field : members) {
      std::string_view key;
      ondemand::value value;
      if (field.unescaped_key().get(key) != SUCCESS ||
          field.value().get(value) != SUCCESS ||
          !Add(key, value, number, depth)) {
        return false;
      }
    }
    return true;
  }

  bool Add(std::string_view key, ondemand::value& value, int number,
           int depth) {
    ondemand::json_type type;
    if (value.type().get(type) != SUCCESS) return false;
    Value made{key, number, ValueKind::kOther, {}};
    Member& member = MemberOf(key, number);
    if (member.is_object && !Forget(member.place)) return false;
    if (type == ondemand::json_type::object && depth < kMaxDepth &&
        record->objects.size() < kMaxValues) {
      ondemand::object members;
      if (value.get_object().get(members) != SUCCESS) return false;
      if (member.place >= 0 && !member.is_object) {
        record->values[static_cast<std::size_t>(member.place)].name = {};
      }
      const int child = static_cast<int>(record->objects.size());
      member.place = child;
      member.is_object = true;
      record->objects.push_back({key, number});
      return Object(members, child, depth + 1);
    }
    switch (type) {
      case ondemand::json_type::string:
        made.kind = ValueKind::kText;
        if (value.get_string().get(made.text) != SUCCESS) return false;
        break;
      case ondemand::json_type::number: {
        made.kind = ValueKind::kNumber;
        made.text = TrimEnd(value.raw_json_token());
        if (!IsNumber(made.text)) return false;
        break;
      }
      case ondemand::json_type::boolean: {
        made.kind = ValueKind::kBoolean;
        bool is_true = false;
        if (value.get_bool().get(is_true) != SUCCESS) return false;
        made.text = is_true ? "true" : "false";
        break;
      }
      case ondemand::json_type::null: {
        made.kind = ValueKind::kNull;
        // It may be another word that begins like it.
        bool is_null = false;
        if (value.is_null().get(is_null) != SUCCESS || !is_null) return false;
        made.text = "null";
        break;
      }
      case ondemand::json_type::object:
      case ondemand::json_type::array:
        if (simdjson::to_json_string(value).get(made.text) != SUCCESS ||
            !IsJson(made.text)) {
          return false;
        }
        break;
    }
    if (member.place >= 0 && !member.is_object) {
      // Of a name given twice the last counts, as most parsers have it.
      record->values[static_cast<std::size_t>(member.place)] = made;
      return true;
    }
    member.place = static_cast<int>(record->values.size());
    member.is_object = false;
    if (record->values.size() >= kMaxValues) {
      why = "has more than 4096 values";
      return false;
    }
    record->values.push_back(made);
    return true;
  }

 private:
  // Twice as many as there can be.
  static constexpr std::size_t kMembers = 4 * kMaxValues;
  static constexpr int kMaxRepeatedObjects = 256;

  // A name in an object, and the value or object that it is of.
  struct Member {
    std::uint32_t generation = 0;  // of the record that it is in
    int object = 0;
    int place = -1;
    bool is_object = false;
    std::string_view name;
  };

  Member& MemberOf(std::string_view name, int object) {
    std::size_t at = (std::hash<std::string_view>{}(name) ^
                      static_cast<std::size_t>(object) * 0x9e3779b97f4a7c15u) %
                     kMembers;
    for (;; at = (at + 1) % kMembers) {
      Member& member = members_[at];
      if (member.generation != generation_) {
        member = {generation_, object, -1, false, name};
        return member;
      }
      if (member.object == object && member.name == name) return member;
    }
  }

  // Takes out an object, and all in it, whose name is given again.
  bool Forget(int object) {
    if (++repeated_objects_ > kMaxRepeatedObjects) {
      why = "gives the same names again and again";
      return false;
    }
    std::vector<bool> is_gone(record->objects.size());
    for (std::size_t i = static_cast<std::size_t>(object); i < is_gone.size();
         ++i) {
      ReceivedRecord::Object& each = record->objects[i];
      is_gone[i] =
          static_cast<int>(i) == object ||
          (each.parent >= 0 && is_gone[static_cast<std::size_t>(each.parent)]);
    }
    for (std::size_t i = 0; i < is_gone.size(); ++i) {
      if (is_gone[i]) record->objects[i] = {};
    }
    for (Value& value : record->values) {
      if (is_gone[static_cast<std::size_t>(value.object)]) value.name = {};
    }
    return true;
  }

  std::vector<Member> members_ = std::vector<Member>(kMembers);
  std::uint32_t generation_ = 0;
  int repeated_objects_ = 0;
};

FieldReader::FieldReader() : parser_(std::make_unique<Parser>()) {}
FieldReader::~FieldReader() = default;

bool FieldReader::ReadObject(std::string_view text, ReceivedRecord& record,
                             std::string& why) {
  parser_->Begin(record);
  ondemand::document document;
  ondemand::object root;
  const simdjson::padded_string_view padded(text.data(), text.size(),
                                            text.size() + kTextPadding);
  if (parser_->json.iterate(padded).get(document) == SUCCESS &&
      document.get_object().get(root) == SUCCESS &&
      parser_->Object(root, 0, 0) && AtEnd(document)) {
    return true;
  }
  why = parser_->why;
  return false;
}

bool FieldReader::ReadRow(std::string_view text,
                          const std::vector<std::string>& columns,
                          ReceivedRecord& record, std::string& why) {
  parser_->Begin(record);
  ondemand::document document;
  ondemand::array row;
  const simdjson::padded_string_view padded(text.data(), text.size(),
                                            text.size() + kTextPadding);
  if (parser_->json.iterate(padded).get(document) == SUCCESS &&
      document.get_array().get(row) == SUCCESS) {
    std::size_t column = 0;
    for (auto element : row) {
      ondemand::value value;
      if (element.get(value) != SUCCESS || column >= columns.size() ||
          !parser_->Add(columns[column], value, 0, kMaxDepth)) {
        why = column >= columns.size() ? "has more values than columns"
                                       : parser_->why;
        return false;
      }
      ++column;
    }
    if (column == columns.size() && AtEnd(document)) return true;
    parser_->why = "has fewer values than columns";
  }
  why = parser_->why;
  return false;
}

const std::optional<Detected>& Detector::Detect(const ReceivedRecord& record,
                                                std::optional<int> object) {
  std::uint64_t hash = object ? static_cast<std::uint64_t>(*object) + 1 : 0;
  const auto mix = [&hash](std::string_view text, int where) {
    hash = (hash ^ std::hash<std::string_view>{}(text)) * 0x9e3779b97f4a7c15u +
           static_cast<std::uint64_t>(where);
    hash ^= hash >> 29;
  };
  for (const ReceivedRecord::Object& each : record.objects) {
    mix(each.key, each.parent);
  }
  for (const Value& each : record.values) mix(each.name, each.object);
  mix({}, static_cast<int>(record.values.size()));
  if (const auto at = known_.find(hash); at != known_.end()) return at->second;
  if (known_.size() >= kMaxKnown) known_.clear();
  return known_.emplace(hash, Find(record, object)).first->second;
}

std::optional<Detected> Detector::Find(const ReceivedRecord& whole,
                                       std::optional<int> only) const {
  constexpr int kLeast = 4;  // two columns by their very names
  std::optional<Detected> best;
  int best_likeness = 0;
  int best_fit = 0;
  // Only values with names of ours are worth looking at, and only so many.
  std::vector<std::size_t> places;
  ReceivedRecord record;
  record.objects = whole.objects;
  std::vector<int> objects;
  for (std::size_t i = 0;
       i < whole.values.size() && record.values.size() < kMaxNamed; ++i) {
    const Value& value = whole.values[i];
    if (!IsColumnName(value.name)) continue;
    places.push_back(i);
    record.values.push_back(value);
    // The record's own object, or that of a member of it.
    for (const int object :
         {value.object,
          whole.objects[static_cast<std::size_t>(value.object)].parent}) {
      if (object >= 0 && objects.size() < kMaxObjects &&
          std::find(objects.begin(), objects.end(), object) == objects.end()) {
        objects.push_back(object);
      }
    }
  }
  std::sort(objects.begin(), objects.end());
  for (const int number : objects) {
    if (only && *only != number) continue;
    struct Score {
      int likeness = 0;
      // Of shapes that are alike: names to the letter, less those that are not
      // there. The preferred shape may have lost some on the way.
      int fit = 0;
      int names = 0;
      auto operator<=>(const Score&) const = default;
    };
    std::array<std::array<Score, kLogTypeCount>, kShapeCount> scores{};
    for (const Shape shape : kShapes) {
      for (const LogType log : kLogTypes) {
        Score& score = scores[static_cast<std::size_t>(shape)]
                             [static_cast<std::size_t>(log)];
        for (const Column& column : Columns(log, shape)) {
          const Value* const value = FindValue(record, number, column);
          if (value == nullptr) {
            score.fit -= shape == preferred_ ? 0 : 1;
            continue;
          }
          score.fit += value->name == column.name ? 1 : 0;
          ++score.names;
          score.likeness += 2 * Likeness(column.name, value->name);
          // In its own place rather than beside it.
          const std::string_view holder =
              record.objects[static_cast<std::size_t>(value->object)].key;
          score.likeness +=
              column.parent.empty() || SameLetters(holder, column.parent) ? 1
                                                                          : 0;
        }
      }
    }
    const auto consider = [&](Shape shape) {
      const auto& of_shape = scores[static_cast<std::size_t>(shape)];
      const Score most = *std::max_element(of_shape.begin(), of_shape.end());
      if (most.likeness < kLeast ||
          (best && std::pair(most.likeness, most.fit) <=
                       std::pair(best_likeness, best_fit))) {
        return;
      }
      best_likeness = most.likeness;
      best_fit = most.fit;
      Detected found;
      found.object = number;
      found.shape = shape;
      found.names = most.names;
      for (std::size_t i = kLogTypeCount; i-- > 0;) {
        found.logs[i] = of_shape[i].likeness == most.likeness;
        if (of_shape[i] == most) found.log = static_cast<LogType>(i);
      }
      best = found;
    };
    consider(preferred_);
    for (const Shape shape : kShapes) consider(shape);
  }
  if (best) {
    for (std::size_t i = 0; i < kLogTypeCount; ++i) {
      if (!best->logs[i]) continue;
      for (const Column& column :
           Columns(static_cast<LogType>(i), best->shape)) {
        const Value* const value = FindValue(record, best->object, column);
        best->places[i].push_back(
            value == nullptr ? -1
                             : static_cast<int>(places[static_cast<std::size_t>(
                                   value - record.values.data())]));
      }
    }
  }
  return best;
}

const Value* FindValue(const ReceivedRecord& record, int object,
                       const Column& column) {
  const Value* like = nullptr;
  int best = 0;
  for (const Value& value : record.values) {
    if (value.name.size() < column.name.size() -
                                std::min(column.name.size(), kUtcMark.size()) ||
        value.name.size() > column.name.size() + kUtcMark.size()) {
      continue;
    }
    const int likeness = Likeness(column.name, value.name);
    if (likeness == 0) continue;
    int rank = 2 * likeness;
    if (!column.parent.empty()) {
      const ReceivedRecord::Object& holder =
          record.objects[static_cast<std::size_t>(value.object)];
      if (holder.parent == object && SameLetters(holder.key, column.parent)) {
        ++rank;
      } else if (value.object != object) {
        continue;
      }
    } else if (value.object != object) {
      continue;
    }
    // Of several with one name the last counts, as most parsers have it.
    if (rank >= best) {
      best = rank;
      like = &value;
    }
  }
  return like;
}

bool SameValue(Field field, const Value& sent, const Value& received,
               bool types_matter, bool strict) {
  if (sent.text == received.text) {
    return sent.kind == received.kind || !types_matter || !strict ||
           received.kind == ValueKind::kOther;
  }
  if (strict || received.kind == ValueKind::kNull ||
      received.kind == ValueKind::kOther) {
    return false;
  }
  if (IsTime(field)) {
    const auto a = TimeOf(sent.text);
    const auto b = TimeOf(received.text);
    if (!a || !b) return false;
    // Cut off or rounded.
    return a->ms / b->unit_ms * b->unit_ms == b->ms ||
           (a->ms + b->unit_ms / 2) / b->unit_ms * b->unit_ms == b->ms;
  }
  if (IsFlag(field)) return SameLetters(sent.text, received.text);
  if (!IsNumeric(field)) return false;
  const auto a = DecimalOf(sent.text);
  const auto b = DecimalOf(received.text);
  return a && b && *a == *b;
}

bool IsColumnName(std::string_view name) {
  constexpr std::size_t kLongest = 64;
  static const std::unordered_set<std::string> known = [] {
    std::unordered_set<std::string> names;
    for (const std::string_view each : AllColumnNames()) {
      std::string lower(WithoutUtc(each));
      std::transform(lower.begin(), lower.end(), lower.begin(), LowerOf);
      names.insert(std::move(lower));
    }
    return names;
  }();
  name = WithoutUtc(name);
  if (name.size() > kLongest) return false;
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), LowerOf);
  return known.contains(lower);
}

bool LooksLikeHeader(const std::vector<std::string_view>& names) {
  const auto known = static_cast<std::size_t>(
      std::count_if(names.begin(), names.end(), IsColumnName));
  return known >= 3 || (known == 2 && names.size() == 2);
}

}  // namespace busyhour
