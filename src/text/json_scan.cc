#include "text/json_scan.h"

#include <charconv>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/ascii.h"
#include "base/nearest.h"
#include "text/problems.h"

namespace busyhour::internal {
namespace {

// More tokens than any profile has, but few enough to keep in memory.
constexpr std::size_t kMaxTokens = 2'000'000;
// Longer numbers are errors, and slow to read.
constexpr std::size_t kMaxNumberLength = 64;

bool IsWordCharacter(char c) {
  return IsLetterOrDigit(c) || c == '_' || c == '+' || c == '-' || c == '.';
}

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)?
bool HasNumberForm(std::string_view word) {
  std::size_t i = 0;
  const auto at = [&](std::size_t j) {
    return j < word.size() ? word[j] : ' ';
  };
  const auto skip_digits = [&] {
    const std::size_t start = i;
    while (IsDigit(at(i))) ++i;
    return i > start;
  };
  if (at(i) == '-') ++i;
  const bool leading_zero = at(i) == '0' && IsDigit(at(i + 1));
  if (leading_zero || !skip_digits()) return false;
  if (at(i) == '.' && (++i, !skip_digits())) return false;
  if (at(i) == 'e' || at(i) == 'E') {
    ++i;
    if (at(i) == '+' || at(i) == '-') ++i;
    if (!skip_digits()) return false;
  }
  return i == word.size();
}

// The error in a word; empty if there is none.
std::string WordProblem(std::string_view word) {
  if (word == "true" || word == "false" || word == "null") return {};
  const std::string shown = Printable(word);
  if (HasNumberForm(word)) {
    if (word.size() > kMaxNumberLength) {
      return shown + " is too long for a number: at most " +
             std::to_string(kMaxNumberLength) + " characters";
    }
    double value = 0;
    const auto result =
        std::from_chars(word.data(), word.data() + word.size(), value);
    if (result.ec == std::errc{}) return {};
    return shown + " is too large or too small for a number";
  }
  std::string bare = InLowerCase(word);
  while (!bare.empty() && (bare[0] == '-' || bare[0] == '+')) bare.erase(0, 1);
  if (bare == "nan" || bare == "inf" || bare == "infinity") {
    return shown + " is not a JSON value; only finite numbers are";
  }
  if (!bare.empty() && (IsDigit(bare[0]) || bare[0] == '.')) {
    return shown +
           " is not a number as JSON writes it, such as 10, -2.5 or 1e3";
  }
  static constexpr std::string_view kWords[] = {"true", "false", "null"};
  const std::string hint = DidYouMean(word, kWords);
  return shown + " is not a JSON value" +
         (hint.empty() ? "; texts stand in double quotes" : hint);
}

class Scanner {
 public:
  Scanner(std::string_view text, ProblemList& problems)
      : text_(text), problems_(problems) {
    scan_.stop_offset = text.size();
  }

  JsonScan Run() {
    // Some parsers end a text or a comment at a NUL, so any NUL is refused.
    const std::size_t nul = text_.find('\0');
    if (nul != std::string_view::npos) {
      Stop(nul,
           "a profile must be UTF-8 without NUL bytes; iconv -t UTF-8 converts "
           "other encodings");
      return std::move(scan_);
    }
    while (at_ < text_.size() && Step()) {
    }
    return std::move(scan_);
  }

 private:
  // Takes one token, blank or comment; false if scanning must stop.
  bool Step() {
    const char c = text_[at_];
    if (IsSpace(c)) {
      ++at_;
      return true;
    }
    if (c == '/') return SkipComment();
    if (scan_.tokens.size() == kMaxTokens) {
      return Stop(at_, "there are too many values in this text");
    }
    if (c == '"') return TakeString();
    if (IsWordCharacter(c)) return TakeWord();
    if (std::strchr("{}[],:", c) != nullptr) {
      Take(JsonToken::Kind::kMark, 1);
      return true;
    }
    return Stop(at_, StrayCharacter());
  }

  void Take(JsonToken::Kind kind, std::size_t length, bool broken = false) {
    scan_.tokens.push_back({kind, broken, static_cast<std::uint32_t>(at_),
                            static_cast<std::uint32_t>(length)});
    at_ += length;
  }

  bool SkipComment() {
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("//")) {
      const std::size_t end = rest.find_first_of("\r\n");
      at_ = end == std::string_view::npos ? text_.size() : at_ + end;
      return true;
    }
    if (rest.starts_with("/*")) {
      const std::size_t end = rest.find("*/", 2);
      if (end == std::string_view::npos) {
        return Stop(at_, "this comment has no closing */");
      }
      at_ += end + 2;
      return true;
    }
    return Stop(at_, "a comment begins with // or /*");
  }

  bool TakeString() {
    for (std::size_t end = at_ + 1; end < text_.size(); ++end) {
      const char c = text_[end];
      if (c == '"') {
        Take(JsonToken::Kind::kString, end + 1 - at_);
        return true;
      }
      if (c == '\n' || c == '\r') break;
      if (c == '\\') ++end;
    }
    return Stop(at_, "this text has no closing quote on its line");
  }

  bool TakeWord() {
    std::size_t end = at_;
    while (end < text_.size() && IsWordCharacter(text_[end])) ++end;
    const std::string_view word = text_.substr(at_, end - at_);
    std::string problem = WordProblem(word);
    const bool broken = !problem.empty();
    if (broken) {
      if (IsBeforeColon(end)) {
        return Stop(
            at_, "the key " + Printable(word) + " must stand in double quotes");
      }
      problems_.Add(at_, std::move(problem));
      if (problems_.full()) return Stop(at_, "");
    }
    Take(JsonToken::Kind::kWord, word.size(), broken);
    return true;
  }

  bool IsBeforeColon(std::size_t at) const {
    while (at < text_.size() && IsSpace(text_[at])) ++at;
    return at < text_.size() && text_[at] == ':';
  }

  std::string StrayCharacter() const {
    const char c = text_[at_];
    if (c == '\'' || c == '`') return "texts stand in double quotes";
    if (c == '#') return "a comment begins with // or /*";
    const std::size_t length = CharacterLength(text_.substr(at_));
    if (length == 0) return "this text is not UTF-8";
    return '\'' + Printable(text_.substr(at_, length)) +
           "' is not expected here";
  }

  bool Stop(std::size_t offset, std::string message) {
    scan_.stop_offset = offset;
    scan_.stop_message = std::move(message);
    return false;
  }

  std::string_view text_;
  ProblemList& problems_;
  JsonScan scan_;
  std::size_t at_ = 0;
};

}  // namespace

JsonScan ScanJson(std::string_view text, ProblemList& problems) {
  return Scanner(text, problems).Run();
}

}  // namespace busyhour::internal
