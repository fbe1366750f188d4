// Looks for "durationMs": in each line and reads the digits behind it. Knows
// nothing of JSON, so it is fast, and right about tasks count and sum only.

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "measure/parser.h"

namespace busyhour::internal::parsers {
namespace {

class FindText : public Parser {
 public:
  Answer Read(std::string_view text, const Question& question) override {
    return ReadDocuments(text, question, ReadLine);
  }

 private:
  // False would say that the line cannot be decoded.
  static bool ReadLine(std::string_view line, Collector& collector) {
    constexpr std::string_view kKey = "\"durationMs\":";
    collector.BeginRecord();
    const std::size_t at = line.find(kKey);
    if (at != std::string_view::npos) {
      std::int64_t value = 0;
      std::from_chars(line.data() + at + kKey.size(), line.data() + line.size(),
                      value);
      collector.Integer(0, value);
    }
    collector.EndRecord();
    return true;
  }
};

}  // namespace

ParserInfo find_text() {
  return {"find_text", "std::string_view::find", MakeParser<FindText>};
}

}  // namespace busyhour::internal::parsers
