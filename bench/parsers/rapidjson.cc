// RapidJSON with its SAX interface, in situ: texts are unescaped in place and
// never copied. Because this overwrites the document, each document is copied
// first, and the copy is part of the measurement.

// Every x86-64 processor has SSE2; the library does not detect it.
#if defined(__SSE2__)
#define RAPIDJSON_SSE2
#endif

#include <rapidjson/rapidjson.h>
#include <rapidjson/reader.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "measure/parser.h"
#include "parsers/sax.h"

namespace busyhour::internal::parsers {
namespace {

// By default, it accepts invalid UTF-8, and numbers may be slightly inexact.
// All other parsers here validate UTF-8 and read exact numbers.
constexpr unsigned kFlags = rapidjson::kParseInsituFlag |
                            rapidjson::kParseValidateEncodingFlag |
                            rapidjson::kParseFullPrecisionFlag;

// The parser is recursive; `SaxRecords` limits the depth.
class Events {
 public:
  Events(const Question& question, Collector& collector)
      : records_(question, collector) {}

  bool Null() { return records_.Null(); }
  bool Bool(bool value) { return records_.Boolean(value); }
  bool Int(int value) { return records_.Integer(value); }
  bool Uint(unsigned value) { return records_.Unsigned(value); }
  bool Int64(std::int64_t value) { return records_.Integer(value); }
  bool Uint64(std::uint64_t value) { return records_.Unsigned(value); }
  bool Double(double value) { return records_.Real(value); }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return false; }
  bool String(const char* text, rapidjson::SizeType bytes, bool) {
    return records_.Text({text, bytes});
  }
  bool StartObject() { return records_.OpenObject(); }
  bool Key(const char* name, rapidjson::SizeType bytes, bool) {
    return records_.Key({name, bytes});
  }
  bool EndObject(rapidjson::SizeType) { return records_.Close(); }
  bool StartArray() { return records_.OpenArray(); }
  bool EndArray(rapidjson::SizeType) { return records_.Close(); }

  bool has_records() const { return records_.has_records(); }

 private:
  SaxRecords records_;
};

class RapidJson : public Parser {
 public:
  Answer Read(std::string_view text, const Question& question) override {
    const auto read = [&](std::string_view document, Collector& collector) {
      copy_.assign(document);
      // It searches for the end in steps of a fixed size.
      copy_.append(kPaddingBytes, '\0');
      rapidjson::InsituStringStream stream(copy_.data());
      Events events(question, collector);
      // A zero byte counts as the end of the text.
      return reader_.Parse<kFlags>(stream, events) &&
             stream.Tell() == document.size() && events.has_records();
    };
    return ReadDocuments(text, question, read);
  }

 private:
  rapidjson::Reader reader_;
  std::string copy_;
};

}  // namespace

ParserInfo rapidjson() {
  return {"rapidjson", "RapidJSON " RAPIDJSON_VERSION_STRING ", SAX in situ",
          MakeParser<RapidJson>};
}

}  // namespace busyhour::internal::parsers
