#include "read/record_parser.h"

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <functional>

#include "base/ascii.h"
#include "read/json_check.h"

namespace busyhour::internal {
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

bool IsJsonBlank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
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
    if (type == ondemand::json_type::object && HasRoom(depth)) {
      return AddObject(key, value, number, depth, member);
    }
    if (type == ondemand::json_type::array) {
      return AddArray(key, value, number, depth, member);
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
    return Object(members, BeginObject(key, number, member), depth + 1);
  }

  // Adds an object as a member of object `number`. Returns its index.
  int BeginObject(std::string_view key, int number, Member& member) {
    if (member.place >= 0 && !member.is_object) {
      record->values[static_cast<std::size_t>(member.place)].name = {};
    }
    const int child = static_cast<int>(record->objects.size());
    member.place = child;
    member.is_object = true;
    record->objects.push_back({key, number});
    return child;
  }

  // An array of one value is that value, as in Elasticsearch's `fields`. An
  // array of keys and values is an object, as in OpenTelemetry's attributes.
  bool AddArray(std::string_view key, ondemand::value& value, int number,
                int depth, Member& member) {
    Value made{key, number, ValueKind::kOther, {}};
    ondemand::array array;
    if (value.get_array().get(array) != SUCCESS ||
        simdjson::to_json_string(array).get(made.text) != SUCCESS ||
        !IsJson(made.text)) {
      return false;
    }
    if (!IsKeyedList(made.text) || !HasRoom(depth)) {
      TakeOnlyValue(made);
      return AddValue(made, member);
    }
    bool is_empty = false;
    return array.reset().get(is_empty) == SUCCESS &&
           AddKeyedList(key, array, number, depth, member);
  }

  // Whether the text begins as `[{"key":"a","value":{"stringValue":"b"}}]`.
  static bool IsKeyedList(std::string_view text) {
    for (const std::string_view token : {"[", "{", "\"key\"", ":"}) {
      if (!text.starts_with(token)) return false;
      text.remove_prefix(token.size());
      while (!text.empty() && IsJsonBlank(text.front())) text.remove_prefix(1);
    }
    return true;
  }

  bool AddKeyedList(std::string_view key, ondemand::array& array, int number,
                    int depth, Member& member) {
    const int child = BeginObject(key, number, member);
    for (auto element : array) {
      ondemand::object pair;
      std::string_view name;
      ondemand::object typed;
      if (element.get_object().get(pair) != SUCCESS ||
          pair.find_field("key").get_string().get(name) != SUCCESS ||
          pair.find_field("value").get_object().get(typed) != SUCCESS) {
        continue;  // the text is JSON, but this is no pair
      }
      for (auto field : typed) {
        if (!AddTyped(name, field, child, depth + 1)) return false;
      }
    }
    return true;
  }

  // The value in {"stringValue":"b"} or {"kvlistValue":{"values":[...]}}.
  bool AddTyped(std::string_view name,
                simdjson::simdjson_result<ondemand::field>& field, int number,
                int depth) {
    std::string_view type;
    ondemand::value value;
    if (field.unescaped_key().get(type) != SUCCESS ||
        field.value().get(value) != SUCCESS) {
      return false;
    }
    ondemand::object list;
    ondemand::array pairs;
    if (type != "kvlistValue") return Add(name, value, number, depth);
    if (!HasRoom(depth) || value.get_object().get(list) != SUCCESS ||
        list.find_field("values").get_array().get(pairs) != SUCCESS) {
      return true;  // nothing in it
    }
    Member& member = MemberOf(name, number);
    if (member.is_object && !Forget(member.place)) return false;
    return AddKeyedList(name, pairs, number, depth, member);
  }

  // A list of one scalar becomes this scalar.
  static void TakeOnlyValue(Value& made) {
    std::string_view text = made.text.substr(1, made.text.size() - 2);
    while (!text.empty() && IsJsonBlank(text.front())) text.remove_prefix(1);
    while (!text.empty() && IsJsonBlank(text.back())) text.remove_suffix(1);
    if (text.size() >= 2 && text.front() == '"' &&
        text.find_first_of("\"\\", 1) == text.size() - 1) {
      made.kind = ValueKind::kText;
      made.text = text.substr(1, text.size() - 2);
    } else if (text == "true" || text == "false") {
      made.kind = ValueKind::kBoolean;
      made.text = text;
    } else if (IsNumber(text)) {
      made.kind = ValueKind::kNumber;
      made.text = text;
    }
  }

  bool HasRoom(int depth) const {
    return depth < kMaxRecordDepth && record->objects.size() < kMaxValues;
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
      case ondemand::json_type::array:  // see `AddArray`
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

RecordParser::RecordParser() = default;
RecordParser::~RecordParser() = default;

RecordParser::Json& RecordParser::json() {
  if (json_ == nullptr) json_ = std::make_unique<Json>();
  return *json_;
}

bool RecordParser::ParseObject(std::string_view text, ReceivedRecord& record,
                               std::string& why) {
  Json& json = this->json();
  json.Begin(record);
  ondemand::document document;
  ondemand::object root;
  const simdjson::padded_string_view padded(text.data(), text.size(),
                                            text.size() + kTextPadding);
  if (json.parser.iterate(padded).get(document) == SUCCESS &&
      document.get_object().get(root) == SUCCESS && json.Object(root, 0, 0) &&
      AtEnd(document)) {
    return true;
  }
  why = json.why;
  return false;
}

bool RecordParser::ParseRow(std::string_view text,
                            const std::vector<std::string>& columns,
                            std::size_t least, ReceivedRecord& record,
                            std::string& why) {
  Json& json = this->json();
  json.Begin(record);
  ondemand::document document;
  ondemand::array row;
  const simdjson::padded_string_view padded(text.data(), text.size(),
                                            text.size() + kTextPadding);
  if (json.parser.iterate(padded).get(document) == SUCCESS &&
      document.get_array().get(row) == SUCCESS) {
    std::size_t column = 0;
    for (auto element : row) {
      ondemand::value value;
      if (element.get(value) != SUCCESS || column >= columns.size() ||
          !json.Add(columns[column], value, 0, 1)) {
        why = column >= columns.size() ? "has more values than columns"
                                       : json.why;
        return false;
      }
      ++column;
    }
    if (column >= least && AtEnd(document)) return true;
    json.why = "has fewer values than columns";
  }
  why = json.why;
  return false;
}

}  // namespace busyhour::internal
