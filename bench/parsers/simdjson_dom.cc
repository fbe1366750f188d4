// simdjson's DOM: parses the complete document to a tape, and then walks it.

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "measure/parser.h"

namespace busyhour::internal::parsers {
namespace {

namespace dom = simdjson::dom;
using simdjson::SUCCESS;

static_assert(kPaddingBytes >= simdjson::SIMDJSON_PADDING);

// Answers one question about one document.
class Walk {
 public:
  Walk(const Question& question, Collector& collector)
      : question_(question), collector_(collector), task_(question.task()) {}

  // False if the document does not have the form of the frame.
  bool Document(dom::element root) {
    switch (question_.frame()) {
      case Frame::kArray:
        return Records(root);
      case Frame::kEventHub:
        return Member(root, "records",
                      [this](dom::element all) { return Records(all); });
      case Frame::kQuery:
        return Member(root, "tables",
                      [this](dom::element all) { return FirstTable(all); });
      default:
        break;
    }
    return Record(root);
  }

 private:
  // Calls `read` for each member `name` of an object, and returns its result;
  // false if there is none.
  template <class Read>
  static bool Member(dom::element in, std::string_view name, Read read) {
    dom::object object;
    if (in.get(object) != SUCCESS) return false;
    bool is_there = false;
    for (const auto [key, value] : object) {
      if (key != name) continue;
      if (!read(value)) return false;
      is_there = true;
    }
    return is_there;
  }

  bool FirstTable(dom::element tables) {
    dom::element table;
    return tables.at_pointer("/0").get(table) == SUCCESS &&
           Member(table, "rows",
                  [this](dom::element all) { return Records(all); });
  }

  bool Records(dom::element all) {
    dom::array records;
    if (all.get(records) != SUCCESS) return false;
    for (const dom::element record : records) {
      if (!(question_.is_rows() ? Row(record) : Record(record))) return false;
    }
    return true;
  }

  bool Record(dom::element record) {
    dom::object members;
    if (record.get(members) != SUCCESS) return false;
    collector_.BeginRecord();
    if (task_ == Task::kAll) {
      All(record);
    } else if (task_ != Task::kCount) {
      for (const auto [key, value] : members) {
        const int slot = question_.Find(key);
        if (slot >= 0) Value(slot, value);
        if (slot == Question::kParent) Inside(value);
      }
    }
    collector_.EndRecord();
    return true;
  }

  void Inside(dom::element parent) {
    dom::object members;
    if (parent.get(members) != SUCCESS) return;
    for (const auto [key, value] : members) {
      const int slot = question_.FindInside(key);
      if (slot >= 0) Value(slot, value);
    }
  }

  bool Row(dom::element row) {
    dom::array values;
    if (row.get(values) != SUCCESS) return false;
    collector_.BeginRecord();
    if (task_ == Task::kAll) {
      All(row);
    } else if (task_ != Task::kCount) {
      std::size_t column = 0;
      for (const dom::element value : values) {
        const int slot = question_.SlotOf(column++);
        if (slot >= 0) Value(slot, value);
      }
    }
    collector_.EndRecord();
    return true;
  }

  void Value(int slot, dom::element value) {
    std::string_view text;
    std::int64_t integer = 0;
    if (value.get(text) == SUCCESS) {
      collector_.Text(slot, text);
    } else if (value.is<std::int64_t>() && value.get(integer) == SUCCESS) {
      collector_.Integer(slot, integer);
    }
  }

  // The recursion is limited, because the parser limits the depth of a
  // document.
  void All(dom::element value) {
    switch (value.type()) {
      case dom::element_type::OBJECT:
        for (const auto [key, member] : dom::object(value)) {
          collector_.AnyName(key);
          All(member);
        }
        return;
      case dom::element_type::ARRAY:
        for (const dom::element element : dom::array(value)) All(element);
        return;
      case dom::element_type::STRING:
        collector_.AnyText(std::string_view(value));
        return;
      case dom::element_type::INT64:
      case dom::element_type::UINT64:
      case dom::element_type::DOUBLE:
        collector_.AnyNumber(double(value));
        return;
      case dom::element_type::BOOL:
        collector_.AnyBoolean(bool(value));
        return;
      case dom::element_type::NULL_VALUE:
        collector_.AnyNull();
        return;
    }
  }

  const Question& question_;
  Collector& collector_;
  const Task task_;
};

class SimdjsonDom : public Parser {
 public:
  Answer Read(std::string_view text, const Question& question) override {
    // Line by line instead of `parse_many`, which cannot continue after a line
    // with invalid JSON.
    const auto read = [&](std::string_view document, Collector& collector) {
      if (parser_.capacity() < document.size() &&
          parser_.allocate(document.size(), kMaxDepth) != SUCCESS) {
        return false;
      }
      dom::element root;
      return parser_.parse(document.data(), document.size(), false).get(root) ==
                 SUCCESS &&
             Walk(question, collector).Document(root);
    };
    return ReadDocuments(text, question, read);
  }

 private:
  dom::parser parser_;
};

std::string Version() {
  return "simdjson " + std::to_string(simdjson::SIMDJSON_VERSION_MAJOR) + '.' +
         std::to_string(simdjson::SIMDJSON_VERSION_MINOR) + '.' +
         std::to_string(simdjson::SIMDJSON_VERSION_REVISION);
}

}  // namespace

ParserInfo simdjson_dom() {
  return {"simdjson_dom",
          Version() + ", DOM, " + simdjson::get_active_implementation()->name(),
          MakeParser<SimdjsonDom>};
}

}  // namespace busyhour::internal::parsers
