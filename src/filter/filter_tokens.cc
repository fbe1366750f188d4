#include "filter/filter_tokens.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "base/ascii.h"

namespace busyhour::internal {
namespace {

constexpr std::string_view kKeywords[] = {"and", "or", "not", "then"};
constexpr std::string_view kComparisons[] = {"<=", ">=", "!=", "=", "<", ">"};

struct OtherOperator {
  std::string_view typed;
  std::string_view ours;
};
// Longer ones first.
constexpr OtherOperator kOtherOperators[] = {
    {"&&", "and"}, {"||", "or"}, {"<>", "!="}, {"=>", ">="}, {"=<", "<="},
    {"=~", "="},   {"&", "and"}, {"|", "or"},  {"!", "not"}, {"~", "="}};

// Other alphabets' letters have bytes above those of ASCII.
bool IsFilterLetter(char c) {
  return IsLetterOrDigit(c) || c == '_' || c == '-' || c == '.' ||
         static_cast<unsigned char>(c) >= 0x80;
}

class FilterSplitter {
 public:
  FilterSplitter(std::string_view text, ProblemList& problems)
      : text_(text), problems_(problems) {}

  std::vector<FilterToken> Split() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++at_;
      } else if (IsFilterLetter(c)) {
        AddWord();
      } else if (c == '\'' || c == '"') {
        AddQuoted(c);
      } else {
        AddSymbol();
      }
    }
    Add(text_.size(), "the end", false);
    return std::move(tokens_);
  }

 private:
  void Add(std::size_t end, std::string_view as, bool is_word) {
    tokens_.push_back({at_, end, as, is_word, false, not_understood_});
    not_understood_ = false;
    at_ = end;
  }
  void Refuse(std::string message, std::size_t end) {
    problems_.Add(at_, std::move(message));
    not_understood_ = true;
    at_ = end;
  }
  void Replace(std::string_view typed, std::string_view ours) {
    problems_.Add(at_, Quoted(typed) + " has no meaning here; did you mean " +
                           Quoted(ours) + "?");
    Add(at_ + typed.size(), ours, IsFilterKeyword(ours));
  }

  void AddWord() {
    std::size_t end = at_;
    while (end < text_.size() && IsFilterLetter(text_[end])) ++end;
    const std::string_view word = text_.substr(at_, end - at_);
    // A value, such as the name of a flow, may be any word.
    const bool is_value =
        !tokens_.empty() &&
        std::count(std::begin(kComparisons), std::end(kComparisons),
                   tokens_.back().text) > 0;
    for (const std::string_view keyword : kKeywords) {
      if (!is_value && word != keyword && InLowerCase(word) == keyword) {
        return Replace(word, keyword);
      }
    }
    Add(end, word, true);
  }

  void AddQuoted(char quote) {
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) {
      return Refuse("the quote is not closed", text_.size());
    }
    Add(end + 1, text_.substr(at_ + 1, end - at_ - 1), true);
    tokens_.back().is_quoted = true;
  }

  void AddSymbol() {
    const std::string_view rest = text_.substr(at_);
    if (!rest.starts_with("!=")) {
      for (const OtherOperator& each : kOtherOperators) {
        if (rest.starts_with(each.typed)) return Replace(each.typed, each.ours);
      }
    }
    for (const std::string_view each : kComparisons) {
      if (rest.starts_with(each)) return Add(at_ + each.size(), each, false);
    }
    const std::string_view symbol = rest.substr(0, 1);
    if (std::string_view("(),").find(symbol) != std::string_view::npos) {
      return Add(at_ + 1, symbol, false);
    }
    Refuse(Quoted(symbol) + " has no meaning here", at_ + 1);
  }

  std::string_view text_;
  ProblemList& problems_;
  std::vector<FilterToken> tokens_;
  std::size_t at_ = 0;
  bool not_understood_ = false;  // the text just before `at_`
};

}  // namespace

bool IsFilterKeyword(std::string_view text) {
  return std::find(std::begin(kKeywords), std::end(kKeywords), text) !=
         std::end(kKeywords);
}

std::span<const std::string_view> FilterComparisons() { return kComparisons; }

std::vector<FilterToken> SplitFilter(std::string_view text,
                                     ProblemList& problems) {
  return FilterSplitter(text, problems).Split();
}

}  // namespace busyhour::internal
