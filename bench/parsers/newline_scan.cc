// The minimum for a reader of lines: finds the end of each line, and does
// nothing else.

#include <cstddef>
#include <cstring>
#include <string_view>

#include "measure/parser.h"

namespace busyhour::internal::parsers {
namespace {

class NewlineScan : public Parser {
 public:
  Answer Read(std::string_view text, const Question&) override {
    Answer answer;
    const char* p = text.data();
    const char* const end = p + text.size();
    while (p < end) {
      const auto left = static_cast<std::size_t>(end - p);
      const void* const found = std::memchr(p, '\n', left);
      if (found == nullptr) break;
      ++answer.lines;
      p = static_cast<const char*>(found) + 1;
    }
    return answer;
  }
};

}  // namespace

ParserInfo newline_scan() {
  return {"newline_scan", "memchr of the C library", MakeParser<NewlineScan>,
          false};
}

}  // namespace busyhour::internal::parsers
