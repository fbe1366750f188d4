// simdjson on demand: finds the structure of a document first, and parses
// values when they are requested. Other values are skipped without checks, so
// damage in them is not detected.

#include <simdjson.h>

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include "measure/parser.h"

namespace busyhour::internal::parsers {
namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::SUCCESS;

static_assert(kPaddingBytes >= simdjson::SIMDJSON_PADDING);

// Answers one question about one document. All member functions return false if
// the document cannot be decoded, or does not have the form of the frame.
class Walk {
 public:
  // The document ends at `end`.
  Walk(const Question& question, Collector& collector, const char* end)
      : question_(question),
        collector_(collector),
        task_(question.task()),
        end_(end) {}

  bool Document(ondemand::document& root) {
    switch (question_.frame()) {
      case Frame::kArray:
        return Records(root);
      case Frame::kEventHub:
        return Member(root, "records",
                      [this](ondemand::value all) { return Records(all); });
      case Frame::kQuery:
        return Member(root, "tables",
                      [this](ondemand::value all) { return FirstTable(all); });
      default:
        break;
    }
    return Record(root);
  }

 private:
  // Calls `read` for each member `name` of an object, and returns its result;
  // false if there is none. Like all functions here, always reads to the end of
  // the object, because otherwise a missing end would not be detected.
  template <class In, class Read>
  static bool Member(In& in, std::string_view name, Read read) {
    ondemand::object object;
    if (in.get_object().get(object) != SUCCESS) return false;
    bool is_there = false;
    for (auto field : object) {
      std::string_view key;
      if (field.unescaped_key().get(key) != SUCCESS) return false;
      if (key != name) continue;
      ondemand::value value;
      if (field.value().get(value) != SUCCESS || !read(value)) return false;
      is_there = true;
    }
    return is_there;
  }

  bool FirstTable(ondemand::value all) {
    ondemand::array tables;
    if (all.get_array().get(tables) != SUCCESS) return false;
    bool is_there = false;
    for (auto element : tables) {
      ondemand::value table;
      if (element.get(table) != SUCCESS) return false;
      if (is_there) continue;
      is_there = Member(table, "rows",
                        [this](ondemand::value rows) { return Records(rows); });
      if (!is_there) return false;
    }
    return is_there;
  }

  template <class In>
  bool Records(In& all) {
    ondemand::array records;
    if (all.get_array().get(records) != SUCCESS) return false;
    for (auto element : records) {
      ondemand::value record;
      if (element.get(record) != SUCCESS) return false;
      if (!(question_.is_rows() ? Row(record) : Record(record))) return false;
    }
    return true;
  }

  template <class In>
  bool Record(In& record) {
    ondemand::object members;
    if (record.get_object().get(members) != SUCCESS) return false;
    collector_.BeginRecord();
    const bool is_whole = task_ == Task::kCount ? Skip(members)
                          : task_ == Task::kAll ? AllOf(members, 1)
                                                : Wanted(members, true);
    collector_.EndRecord();
    return is_whole;
  }

  bool Row(ondemand::value& row) {
    ondemand::array values;
    if (row.get_array().get(values) != SUCCESS) return false;
    collector_.BeginRecord();
    const bool is_whole = task_ == Task::kCount ? Skip(values)
                          : task_ == Task::kAll ? AllOf(values, 1)
                                                : Wanted(values);
    collector_.EndRecord();
    return is_whole;
  }

  template <class Container>
  static bool Skip(Container& container) {
    for (auto part : container) {
      if (part.error() != SUCCESS) return false;
    }
    return true;
  }

  // The key as it is written: a key with escapes never matches.
  bool KeyText(ondemand::raw_json_string raw, std::string_view& key) const {
    const char* const begin = raw.raw();
    const void* const quote =
        std::memchr(begin, '"', static_cast<std::size_t>(end_ - begin));
    if (quote == nullptr) return false;
    key = {begin,
           static_cast<std::size_t>(static_cast<const char*>(quote) - begin)};
    return true;
  }

  bool Wanted(ondemand::object& members, bool is_record) {
    for (auto field : members) {
      ondemand::raw_json_string raw_key;
      std::string_view key;
      if (field.key().get(raw_key) != SUCCESS || !KeyText(raw_key, key)) {
        return false;
      }
      const int slot =
          is_record ? question_.Find(key) : question_.FindInside(key);
      if (slot == Question::kNone) continue;
      ondemand::value value;
      if (field.value().get(value) != SUCCESS || !Value(slot, value)) {
        return false;
      }
    }
    return true;
  }

  bool Wanted(ondemand::array& values) {
    std::size_t column = 0;
    for (auto element : values) {
      ondemand::value value;
      if (element.get(value) != SUCCESS) return false;
      const int slot = question_.SlotOf(column++);
      if (slot >= 0 && !Value(slot, value)) return false;
    }
    return true;
  }

  bool Value(int slot, ondemand::value& value) {
    ondemand::json_type type;
    if (value.type().get(type) != SUCCESS) return false;
    if (slot == Question::kParent) {
      ondemand::object members;
      return type != ondemand::json_type::object ||
             (value.get_object().get(members) == SUCCESS &&
              Wanted(members, false));
    }
    if (type == ondemand::json_type::string) {
      std::string_view text;
      if (value.get_string().get(text) != SUCCESS) return false;
      collector_.Text(slot, text);
    } else if (type == ondemand::json_type::number) {
      ondemand::number number;
      if (value.get_number().get(number) != SUCCESS) return false;
      if (number.is_int64()) collector_.Integer(slot, number.get_int64());
    }
    return true;
  }

  bool AllOf(ondemand::object& members, int depth) {
    if (depth > kMaxDepth) return false;
    for (auto field : members) {
      std::string_view key;
      if (field.unescaped_key().get(key) != SUCCESS) return false;
      collector_.AnyName(key);
      ondemand::value value;
      if (field.value().get(value) != SUCCESS || !All(value, depth)) {
        return false;
      }
    }
    return true;
  }

  bool AllOf(ondemand::array& values, int depth) {
    if (depth > kMaxDepth) return false;
    for (auto element : values) {
      ondemand::value value;
      if (element.get(value) != SUCCESS || !All(value, depth)) return false;
    }
    return true;
  }

  bool All(ondemand::value& value, int depth) {
    ondemand::json_type type;
    if (value.type().get(type) != SUCCESS) return false;
    switch (type) {
      case ondemand::json_type::object: {
        ondemand::object members;
        return value.get_object().get(members) == SUCCESS &&
               AllOf(members, depth + 1);
      }
      case ondemand::json_type::array: {
        ondemand::array values;
        return value.get_array().get(values) == SUCCESS &&
               AllOf(values, depth + 1);
      }
      case ondemand::json_type::string: {
        std::string_view text;
        if (value.get_string().get(text) != SUCCESS) return false;
        collector_.AnyText(text);
        return true;
      }
      case ondemand::json_type::number: {
        double number = 0.0;
        if (value.get_double().get(number) != SUCCESS) return false;
        collector_.AnyNumber(number);
        return true;
      }
      case ondemand::json_type::boolean: {
        bool is_true = false;
        if (value.get_bool().get(is_true) != SUCCESS) return false;
        collector_.AnyBoolean(is_true);
        return true;
      }
      case ondemand::json_type::null:
        collector_.AnyNull();
        return true;
    }
    return false;
  }

  const Question& question_;
  Collector& collector_;
  const Task task_;
  const char* const end_;
};

class SimdjsonOndemand : public Parser {
 public:
  Answer Read(std::string_view text, const Question& question) override {
    const char* const readable_end = text.data() + text.size() + kPaddingBytes;
    // Line by line instead of `iterate_many`, which cannot continue after a
    // line with invalid JSON.
    const auto read = [&](std::string_view document, Collector& collector) {
      const simdjson::padded_string_view padded(
          document.data(), document.size(),
          static_cast<std::size_t>(readable_end - document.data()));
      ondemand::document root;
      return parser_.iterate(padded).get(root) == SUCCESS &&
             Walk(question, collector, document.data() + document.size())
                 .Document(root) &&
             root.current_location().error() == simdjson::OUT_OF_BOUNDS;
    };
    return ReadDocuments(text, question, read);
  }

 private:
  ondemand::parser parser_;
};

std::string Version() {
  return "simdjson " + std::to_string(simdjson::SIMDJSON_VERSION_MAJOR) + '.' +
         std::to_string(simdjson::SIMDJSON_VERSION_MINOR) + '.' +
         std::to_string(simdjson::SIMDJSON_VERSION_REVISION);
}

// The instruction set of this file, which may differ from that of the library.
#define BUSYHOUR_TEXT_OF(name) #name
#define BUSYHOUR_TEXT(name) BUSYHOUR_TEXT_OF(name)
std::string Builtin() { return BUSYHOUR_TEXT(SIMDJSON_BUILTIN_IMPLEMENTATION); }

}  // namespace

ParserInfo simdjson_ondemand() {
  return {"simdjson_ondemand",
          Version() + ", on demand, " +
              simdjson::get_active_implementation()->name() + " + " + Builtin(),
          MakeParser<SimdjsonOndemand>};
}

}  // namespace busyhour::internal::parsers
