#include "read/record_parser.h"

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <functional>

#include "base/ascii.h"
#include "read/json_check.h"

namespace busyhour {
namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::SUCCESS;
using Value = ReceivedRecord::Value;

static_assert(kTextPadding >= simdjson::SIMDJSON_PADDING);

// Maximum depth of parsed objects. A deeper object is one value.
constexpr int kMaxRecordDepth = 12;
constexpr std::size_t kMaxValues = 4096;

bool AtEnd(ondemand::document& document) {
  return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

std::string_view TrimEnd(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') {
    text.remove_suffix(1);
  }
  return text;
}

// Whether `text` is exactly a JSON number.
bool IsNumber(std::string_view text) {
  return !text.empty() && (text.front() == '-' || IsDigit(text.front())) &&
         IsDigit(text.back()) && IsJson(text);
}

}  // namespace

// The JSON parser, and the record that it fills.
class RecordParser::Json {
 public:
  ondemand::parser parser;
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
    Member& member = MemberOf(key, number);
    if (member.is_object && !Forget(member.place)) return false;
    if (type == ondemand::json_type::object && depth < kMaxRecordDepth &&
        record->objects.size() < kMaxValues) {
      return AddObject(key, value, number, depth, member);
    }
    Value made{key, number, ValueKind::kOther, {}};
    return Read(value, type, made) && AddValue(made, member);
  }

 private:
  // Twice the maximum number of members.
  static constexpr std::size_t kMembers = 4 * kMaxValues;
  static constexpr int kMaxRepeatedObjects = 256;

  // A name in an object, and the place of its value or object.
  struct Member {
    std::uint32_t generation = 0;  // generation of its record
    int object = 0;
    int place = -1;
    bool is_object = false;
    std::string_view name;
  };

  bool AddObject(std::string_view key, ondemand::value& value, int number,
                 int depth, Member& member) {
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

  bool AddValue(const Value& made, Member& member) {
    if (member.place >= 0 && !member.is_object) {
      // If a name is repeated, the last value counts, as in most parsers.
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

  // Sets the kind and text of a value that is not parsed further.
  static bool Read(ondemand::value& value, ondemand::json_type type,
                   Value& made) {
    switch (type) {
      case ondemand::json_type::string:
        made.kind = ValueKind::kText;
        return value.get_string().get(made.text) == SUCCESS;
      case ondemand::json_type::number:
        made.kind = ValueKind::kNumber;
        made.text = TrimEnd(value.raw_json_token());
        return IsNumber(made.text);
      case ondemand::json_type::boolean: {
        made.kind = ValueKind::kBoolean;
        bool is_true = false;
        if (value.get_bool().get(is_true) != SUCCESS) return false;
        made.text = is_true ? "true" : "false";
        return true;
      }
      case ondemand::json_type::null: {
        made.kind = ValueKind::kNull;
        made.text = "null";
        // It may be another word with the same first letter.
        bool is_null = false;
        return value.is_null().get(is_null) == SUCCESS && is_null;
      }
      case ondemand::json_type::object:
      case ondemand::json_type::array:
        made.kind = ValueKind::kOther;
        return simdjson::to_json_string(value).get(made.text) == SUCCESS &&
               IsJson(made.text);
    }
    return false;
  }

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

  // Removes an object whose name is repeated, with everything in it.
  bool Forget(int object) {
    if (++repeated_objects_ > kMaxRepeatedObjects) {
      why = "repeats the same names too often";
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

RecordParser::RecordParser() : json_(std::make_unique<Json>()) {}
RecordParser::~RecordParser() = default;

bool RecordParser::ParseObject(std::string_view text, ReceivedRecord& record,
                               std::string& why) {
  json_->Begin(record);
  ondemand::document document;
  ondemand::object root;
  const simdjson::padded_string_view padded(text.data(), text.size(),
                                            text.size() + kTextPadding);
  if (json_->parser.iterate(padded).get(document) == SUCCESS &&
      document.get_object().get(root) == SUCCESS && json_->Object(root, 0, 0) &&
      AtEnd(document)) {
    return true;
  }
  why = json_->why;
  return false;
}

bool RecordParser::ParseRow(std::string_view text,
                            const std::vector<std::string>& columns,
                            ReceivedRecord& record, std::string& why) {
  json_->Begin(record);
  ondemand::document document;
  ondemand::array row;
  const simdjson::padded_string_view padded(text.data(), text.size(),
                                            text.size() + kTextPadding);
  if (json_->parser.iterate(padded).get(document) == SUCCESS &&
      document.get_array().get(row) == SUCCESS) {
    std::size_t column = 0;
    for (auto element : row) {
      ondemand::value value;
      if (element.get(value) != SUCCESS || column >= columns.size() ||
          !json_->Add(columns[column], value, 0, kMaxRecordDepth)) {
        why = column >= columns.size() ? "has more values than columns"
                                       : json_->why;
        return false;
      }
      ++column;
    }
    if (column == columns.size() && AtEnd(document)) return true;
    json_->why = "has fewer values than columns";
  }
  why = json_->why;
  return false;
}

}  // namespace busyhour
