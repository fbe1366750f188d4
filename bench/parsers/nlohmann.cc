// nlohmann/json with its SAX interface: it reports one value after another and
// keeps none. The more common `parse` builds all values first.

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "measure/parser.h"
#include "parsers/sax.h"

namespace busyhour::internal::parsers {
namespace {

using Json = nlohmann::json;

// The names of the member functions are required by the library.
class Events {
 public:
  Events(const Question& question, Collector& collector)
      : records_(question, collector) {}

  bool null() { return records_.Null(); }
  bool boolean(bool value) { return records_.Boolean(value); }
  bool number_integer(std::int64_t value) { return records_.Integer(value); }
  bool number_unsigned(std::uint64_t value) { return records_.Unsigned(value); }
  bool number_float(double value, const std::string&) {
    return records_.Real(value);
  }
  bool string(const std::string& text) { return records_.Text(text); }
  bool binary(const Json::binary_t&) { return false; }
  bool start_object(std::size_t) { return records_.OpenObject(); }
  bool key(const std::string& name) { return records_.Key(name); }
  bool end_object() { return records_.Close(); }
  bool start_array(std::size_t) { return records_.OpenArray(); }
  bool end_array() { return records_.Close(); }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) {
    return false;
  }

  bool has_records() const { return records_.has_records(); }

 private:
  SaxRecords records_;
};

class Nlohmann : public Parser {
 public:
  Answer Read(std::string_view text, const Question& question) override {
    const auto read = [&](std::string_view document, Collector& collector) {
      Events events(question, collector);
      return Json::sax_parse(document.data(), document.data() + document.size(),
                             &events) &&
             events.has_records();
    };
    return ReadDocuments(text, question, read);
  }
};

}  // namespace

ParserInfo nlohmann() {
  return {"nlohmann",
          "nlohmann/json " + std::to_string(NLOHMANN_JSON_VERSION_MAJOR) + '.' +
              std::to_string(NLOHMANN_JSON_VERSION_MINOR) + '.' +
              std::to_string(NLOHMANN_JSON_VERSION_PATCH) + ", SAX",
          MakeParser<Nlohmann>};
}

}  // namespace busyhour::internal::parsers
