// Boost.JSON with basic_parser, its event interface, which is also the base of
// its own parser of values.

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/src.hpp>
#include <boost/version.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "measure/parser.h"
#include "parsers/sax.h"

namespace busyhour::internal::parsers {
namespace {

namespace json = boost::json;
using Error = json::error_code;

// The names of the member functions are required by the library.
class Events {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  /// Begins a new document.
  void Reset(const Question& question, Collector& collector) {
    records_.emplace(question, collector);
    begun_.clear();
  }
  bool has_records() const { return records_->has_records(); }

  bool on_document_begin(Error&) { return true; }
  bool on_document_end(Error&) { return true; }
  bool on_object_begin(Error& e) { return Go(records_->OpenObject(), e); }
  bool on_object_end(std::size_t, Error& e) { return Go(records_->Close(), e); }
  bool on_array_begin(Error& e) { return Go(records_->OpenArray(), e); }
  bool on_array_end(std::size_t, Error& e) { return Go(records_->Close(), e); }
  bool on_key_part(json::string_view part, std::size_t, Error&) {
    begun_ += View(part);
    return true;
  }
  bool on_key(json::string_view rest, std::size_t, Error& e) {
    const bool goes_on = records_->Key(Whole(rest));
    begun_.clear();
    return Go(goes_on, e);
  }
  bool on_string_part(json::string_view part, std::size_t, Error&) {
    begun_ += View(part);
    return true;
  }
  bool on_string(json::string_view rest, std::size_t, Error& e) {
    const bool goes_on = records_->Text(Whole(rest));
    begun_.clear();
    return Go(goes_on, e);
  }
  bool on_number_part(json::string_view, Error&) { return true; }
  bool on_int64(std::int64_t value, json::string_view, Error& e) {
    return Go(records_->Integer(value), e);
  }
  bool on_uint64(std::uint64_t value, json::string_view, Error& e) {
    return Go(records_->Unsigned(value), e);
  }
  bool on_double(double value, json::string_view, Error& e) {
    return Go(records_->Real(value), e);
  }
  bool on_bool(bool value, Error& e) { return Go(records_->Boolean(value), e); }
  bool on_null(Error& e) { return Go(records_->Null(), e); }
  bool on_comment_part(json::string_view, Error&) { return true; }
  bool on_comment(json::string_view, Error&) { return true; }

 private:
  static std::string_view View(json::string_view text) {
    return {text.data(), text.size()};
  }
  // A text with escapes arrives in parts.
  std::string_view Whole(json::string_view rest) {
    if (begun_.empty()) return View(rest);
    return begun_ += View(rest);
  }
  static bool Go(bool goes_on, Error& error) {
    if (!goes_on) error = json::error::syntax;
    return goes_on;
  }

  std::optional<SaxRecords> records_;
  std::string begun_;
};

json::parse_options Options() {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  return options;
}

class BoostJson : public Parser {
 public:
  BoostJson() : parser_(Options()) {}

  Answer Read(std::string_view text, const Question& question) override {
    const auto read = [&](std::string_view document, Collector& collector) {
      Events& events = parser_.handler();
      events.Reset(question, collector);
      parser_.reset();
      Error error;
      const std::size_t done =
          parser_.write_some(false, document.data(), document.size(), error);
      return !error && done == document.size() && events.has_records();
    };
    return ReadDocuments(text, question, read);
  }

 private:
  json::basic_parser<Events> parser_;
};

}  // namespace

ParserInfo boost_json() {
  return {"boost_json",
          "Boost.JSON " + std::to_string(BOOST_VERSION / 100000) + '.' +
              std::to_string(BOOST_VERSION / 100 % 1000) + ", basic_parser",
          MakeParser<BoostJson>};
}

}  // namespace busyhour::internal::parsers
