#include "filter/filter_parser.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "base/nearest.h"
#include "base/units.h"
#include "filter/call_properties.h"
#include "filter/other_languages.h"

namespace busyhour::internal {
namespace {

constexpr int kMostNested = 50;

// `"x" is not a number such as 10`.
std::string NoNumber(std::string_view text, const std::string& kind) {
  const bool has_digits_only = std::all_of(text.begin(), text.end(), IsDigit);
  return Quoted(text) + (has_digits_only && kind != "a duration such as 2m"
                             ? " is too large a number"
                             : " is not " + kind);
}

}  // namespace

FilterParser::FilterParser(std::string_view text, const Profile& profile,
                           ProblemList& problems)
    : profile_(profile),
      problems_(problems),
      tokens_(SplitFilter(text, problems)) {}

bool FilterParser::Skip(std::string_view text) {
  if (AtEnd() || Next().is_quoted || Next().text != text) return false;
  ++next_;
  return true;
}

Formula FilterParser::Fail(const FilterToken& token, std::string message) {
  problems_.Add(token.at, std::move(message));
  return {};
}

Formula FilterParser::Parse() {
  if (AtEnd() && problems_.empty()) Fail(Next(), "the expression is empty");
  if (AtEnd()) return {};
  const std::size_t before = problems_.size();
  Formula formula = Any();
  // After a mistake, the rest is not understood.
  if (problems_.size() == before && !AtEnd()) {
    Fail(Next(), "expected and, or, or the end, not " + Quoted(Next().text) +
                     MeantBy(Next().text));
  }
  return formula;
}

Formula FilterParser::Several(Formula::Kind kind, std::string_view word,
                              Formula (FilterParser::*part)()) {
  Formula first = (this->*part)();
  if (Next().text != word) return first;
  Formula all;
  all.kind = kind;
  all.parts.push_back(std::move(first));
  while (Skip(word)) all.parts.push_back((this->*part)());
  return all;
}

Formula FilterParser::Any() {
  return Several(Formula::Kind::kAny, "or", &FilterParser::All);
}

Formula FilterParser::All() {
  return Several(Formula::Kind::kAll, "and", &FilterParser::One);
}

Formula FilterParser::One() {
  if (depth_ == kMostNested) {
    next_ = tokens_.size() - 1;
    return Fail(Next(), "more than 50 levels of parentheses and not");
  }
  ++depth_;
  Formula formula;
  if (Skip("not")) {
    formula.kind = Formula::Kind::kNot;
    formula.parts.push_back(One());
  } else if (Skip("(")) {
    const std::size_t before = problems_.size();
    formula = Any();
    if (!Skip(")") && problems_.size() == before) {
      Fail(Next(), "expected ), not " + std::string(Next().text));
    }
  } else {
    formula = OneCondition();
  }
  --depth_;
  return formula;
}

template <class Says>
Formula FilterParser::Condition(const FilterToken& first, Says says) const {
  Formula formula;
  formula.kind = Formula::Kind::kClaim;
  formula.claim = {first.at, tokens_[next_ - 1].end - first.at,
                   std::move(says)};
  return formula;
}

Formula FilterParser::OneCondition() {
  const FilterToken token = Next();
  if (AtEnd() || !token.is_word || IsFilterKeyword(token.text)) {
    // Go on behind it, so that the others are read, too.
    if (!AtEnd() && !token.is_word) ++next_;
    return Fail(token, "expected a condition, not " + std::string(token.text));
  }
  if (FindQuantity(token.text)) return AboutQuantity(token);
  if (FindProperty(token.text)) return AboutProperty(token);
  return AboutEvents();
}

std::string_view FilterParser::Comparison() {
  for (const std::string_view each : FilterComparisons()) {
    if (!Skip(each)) continue;
    // As in other languages, == is =.
    if (each == "=") Skip(each);
    return each;
  }
  return {};
}

Formula FilterParser::AboutQuantity(const FilterToken& name) {
  ++next_;
  const CallQuantity& quantity = *FindQuantity(name.text);
  const std::string_view comparison = Comparison();
  if (comparison.empty()) {
    return Fail(Next(), "expected a comparison such as " +
                            std::string(name.text) + " > " +
                            std::string(quantity.example) +
                            MeantBy(Next().text));
  }
  const FilterToken value = Next();
  if (AtEnd()) return Fail(value, "a value is missing");
  ++next_;
  const std::optional<std::uint64_t> number = quantity.Parse(value.text);
  if (!number) {
    return Fail(value, NoNumber(value.text,
                                (quantity.is_duration ? "a duration such as "
                                                      : "a number such as ") +
                                    std::string(quantity.example)));
  }
  const NumberRange range = RangeOf(comparison, *number);
  if (!quantity.counts.empty()) {
    return Condition(name, HowOften{*EventsNamed(quantity.counts), range});
  }
  return Condition(name, HowMuch{&quantity, range});
}

Formula FilterParser::AboutProperty(const FilterToken& name) {
  ++next_;
  const CallProperty& property = *FindProperty(name.text);
  const std::string_view comparison = Comparison();
  if (comparison != "=" && comparison != "!=") {
    return Fail(Next(), "expected = or != after " + std::string(name.text) +
                            MeantBy(Next().text));
  }
  const FilterToken word = Next();
  if (AtEnd()) return Fail(word, "a name is missing");
  ++next_;
  const std::vector<std::string_view> words = property.words(profile_);
  if (std::find(words.begin(), words.end(), word.text) == words.end()) {
    if (words.empty()) {
      return Fail(word, "the profile has no " + std::string(name.text));
    }
    return Fail(word, Quoted(word.text) + " is no " + std::string(name.text) +
                          " of the calls: " + EitherOf(words) +
                          DidYouMean(word.text, words));
  }
  return Condition(
      name, IsWord{&property, std::string(word.text), comparison == "!="});
}

// The events that come next. Unknown names are problems, not the end.
EventSet FilterParser::Events() {
  const FilterToken name = Next();
  ++next_;
  std::optional<EventSet> events = EventsNamed(name.text);
  const bool has_answer = Skip("(");
  if (!events) {
    std::string meant =
        has_answer ? MeantByAnswer(name.text, Next().text) : MeantBy(name.text);
    if (meant.empty()) meant = DidYouMean(name.text, FilterNames());
    problems_.Add(name.at, Quoted(name.text) +
                               " is no event, quantity or property of a call" +
                               meant);
  }
  const bool is_known = events.has_value();
  if (!is_known) events.emplace();
  if (has_answer) Answer(name, *events, is_known);
  return *events;
}

void FilterParser::Answer(const FilterToken& name, EventSet& events,
                          bool is_known) {
  const FilterToken answer = Next();
  if (AtEnd() || !answer.is_word) {
    problems_.Add(answer.at, "an answer is missing, such as 429");
    Skip(")");
    return;
  }
  ++next_;
  const bool is_of_requests = events.operations != 0;
  if (is_known && !Limit(events, answer.text)) {
    const std::string meant = MeantByAnswer(name.text, answer.text);
    problems_.Add(
        answer.at,
        Quoted(answer.text) +
            (is_of_requests
                 ? " is no answer to a request: a status such as 429, "
                   "4xx, accepted or refused"
                 : " is no code or subcode of these events") +
            meant);
  }
  if (const FilterToken comma = Next(); Skip(",")) {
    problems_.Add(comma.at, "one answer at a time: " + std::string(name.text) +
                                '(' + std::string(answer.text) + ") or " +
                                std::string(name.text) + '(' +
                                std::string(Next().text) + ')');
    while (!AtEnd() && Next().text != ")") ++next_;
  }
  if (!Skip(")")) problems_.Add(Next().at, "expected )");
}

Formula FilterParser::HowOftenThey(const FilterToken& name,
                                   const EventSet& events,
                                   std::string_view comparison) {
  const FilterToken value = Next();
  if (AtEnd()) return Fail(value, "a number is missing");
  ++next_;
  const auto number = ParseCount(value.text);
  if (!number) {
    // If the name is unknown, it is no event.
    if (!EventsNamed(name.text)) return {};
    return Fail(value, NoNumber(value.text, "how often: a number such as 2"));
  }
  return Condition(name, HowOften{events, RangeOf(comparison, *number)});
}

Formula FilterParser::AboutEvents() {
  const FilterToken name = Next();
  std::vector<EventSet> order = {Events()};
  const std::string_view comparison = Comparison();
  if (!comparison.empty()) return HowOftenThey(name, order[0], comparison);
  while (Skip("then")) {
    const FilterToken next = Next();
    if (AtEnd() || !next.is_word || IsFilterKeyword(next.text)) {
      return Fail(next, "expected an event, not " + std::string(next.text));
    }
    order.push_back(Events());
  }
  if (order.size() == 1) return Condition(name, HowOften{order[0]});
  return Condition(name, InOrder{std::move(order)});
}

}  // namespace busyhour::internal
