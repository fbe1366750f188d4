// RapidJSON by its SAX interface, in situ: texts are unescaped where they stand
// and never copied. That spoils the document, so each is copied first, which is
// part of what is measured.

// What every x86-64 processor has; the library does not look for itself.
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

namespace busyhour::parsers {
namespace {

// Left to itself it takes any bytes for UTF-8, and numbers may be a bit off;
// all others here check the one and get the other right.
constexpr unsigned kFlags = rapidjson::kParseInsituFlag |
                            rapidjson::kParseValidateEncodingFlag |
                            rapidjson::kParseFullPrecisionFlag;

// It calls itself for what is nested; `SaxRecords` stops it in time.
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
      // It looks for the end in whole steps.
      copy_.append(kPaddingBytes, '\0');
      rapidjson::InsituStringStream stream(copy_.data());
      Events events(question, collector);
      // It takes a zero byte for the end.
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

}  // namespace busyhour::parsers
