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

// The comparison from the other side: `>` for `<`.
std::string FromOtherSide(std::string_view comparison) {
  std::string turned(comparison);
  if (turned[0] == '<') {
    turned[0] = '>';
  } else if (turned[0] == '>') {
    turned[0] = '<';
  }
  return turned;
}

}  // namespace

FilterParser::FilterParser(std::string_view text, const Profile& profile,
                           ProblemList& problems)
    : profile_(profile),
      problems_(problems),
      tokens_(SplitFilter(text, problems)) {}

bool FilterParser::Is(std::string_view text) const {
  return !AtEnd() && !Next().is_quoted && Next().text == text;
}

bool FilterParser::Skip(std::string_view text) {
  if (!Is(text)) return false;
  ++next_;
  return true;
}

bool FilterParser::AtEndOfPart() const {
  return AtEnd() || Is("and") || Is("or") || Is(")");
}

bool FilterParser::AtName() const {
  return Next().is_word && (Next().is_quoted || !IsFilterKeyword(Next().text));
}

Formula FilterParser::Refuse(const FilterToken& token, std::string message) {
  problems_.Add(token.at, std::move(message));
  return {};
}

void FilterParser::Expected(const FilterToken& token, std::string message) {
  if (!is_lost_ && !token.follows_mistake) Refuse(token, std::move(message));
  is_lost_ = true;
}

Formula FilterParser::GiveUp(const FilterToken& token, std::string message) {
  Expected(token, std::move(message));
  SkipPart();
  return {};
}

void FilterParser::SkipPart() {
  while (!AtEndOfPart()) {
    const bool is_between = InLowerCase(Next().text) == "between";
    const bool is_group = Is("(");
    const bool is_then = Is("then");
    ++next_;
    if (is_group) SkipGroup();
    if (is_then && AtName()) Events();
    // Its `and` is between values.
    if (is_between && AtName()) ++next_;
    if (is_between) Skip("and");
  }
}

bool FilterParser::SkipGroup() {
  int open = 1;
  for (std::size_t i = next_; i + 1 < tokens_.size(); ++i) {
    if (tokens_[i].is_quoted) continue;
    if (tokens_[i].text == "(") ++open;
    if (tokens_[i].text == ")" && --open == 0) {
      next_ = i + 1;
      return true;
    }
  }
  return false;
}

void FilterParser::RefuseOpen(const FilterToken& parenthesis) {
  if (AtEnd() && Next().follows_mistake) return;
  Refuse(parenthesis, "the parenthesis is not closed");
}

Formula FilterParser::Parse() {
  if (AtEnd() && problems_.empty()) Refuse(Next(), "the expression is empty");
  if (AtEnd()) return {};
  Formula formula = Any();
  while (!AtEnd()) {
    if (open_answers_ > 0) {
      --open_answers_;
    } else {
      Refuse(Next(), "the parenthesis closes nothing");
    }
    ++next_;
    if (!Skip("and")) Skip("or");
    // What is behind it is read, too.
    if (!AtEnd()) Any();
  }
  return formula;
}

Formula FilterParser::Several(Formula::Kind kind, std::string_view word,
                              Formula (FilterParser::*part)()) {
  Formula first = (this->*part)();
  if (!Is(word)) return first;
  Formula all;
  all.kind = kind;
  all.parts.push_back(std::move(first));
  while (Skip(word)) {
    is_lost_ = false;
    all.parts.push_back((this->*part)());
  }
  return all;
}

Formula FilterParser::Any() {
  return Several(Formula::Kind::kAny, "or", &FilterParser::All);
}

Formula FilterParser::All() {
  return Several(Formula::Kind::kAll, "and", &FilterParser::Part);
}

// A condition or a group, up to the end of the part.
Formula FilterParser::Part() {
  Formula formula = One();
  while (!AtEndOfPart()) {
    const FilterToken next = Next();
    Expected(next, std::string("expected and, or, or ") +
                       (depth_ > 0 ? ")" : "the end") + ", not " +
                       Quoted(next.text) + MeantBehind(tokens_[next_ - 1]));
    if (!Is("(") && !Is("not") && !(AtName() && IsFilterName(next.text))) {
      SkipPart();
      break;
    }
    // As if there were an `and`.
    is_lost_ = false;
    One();
  }
  return formula;
}

Formula FilterParser::One() {
  if (depth_ == kMostNested) {
    Refuse(Next(), "more than 50 levels of parentheses and not");
    // The rest is not read.
    tokens_.back().follows_mistake = true;
    next_ = tokens_.size() - 1;
    return {};
  }
  ++depth_;
  Formula formula;
  if (Skip("not")) {
    formula.kind = Formula::Kind::kNot;
    formula.parts.push_back(One());
  } else if (Is("(")) {
    formula = Group();
  } else {
    formula = OneCondition();
  }
  --depth_;
  return formula;
}

Formula FilterParser::Group() {
  const FilterToken parenthesis = Next();
  ++next_;
  is_lost_ = false;
  Formula formula = Any();
  is_lost_ = false;
  if (!Skip(")")) RefuseOpen(parenthesis);
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
  if (!AtName()) {
    return GiveUp(token,
                  "expected a condition, not " + std::string(token.text));
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
    return GiveUp(
        Next(), "expected a comparison such as " + std::string(name.text) +
                    " > " + std::string(quantity.example) + MeantBehind(name));
  }
  const FilterToken value = Next();
  if (!AtName()) return GiveUp(value, "a value is missing");
  ++next_;
  const std::optional<std::uint64_t> number = quantity.Parse(value.text);
  if (!number) {
    // `2 m`
    std::string joined(value.text);
    if (AtName()) joined += Next().text;
    if (quantity.is_duration && joined.size() > value.text.size() &&
        ParseDuration(joined)) {
      ++next_;
      return Refuse(value, "a duration has no space; did you mean " +
                               Quoted(joined) + "?");
    }
    return Refuse(value, quantity.NotA(value.text));
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
  const FilterToken sign = Next();
  const std::string_view comparison = Comparison();
  if (comparison != "=" && comparison != "!=") {
    return GiveUp(sign, "expected = or != after " + std::string(name.text) +
                            MeantByOperator(name.text, sign.text));
  }
  const FilterToken word = Next();
  const std::vector<std::string_view> words = property.words(profile_);
  const bool is_one = word.is_word && std::find(words.begin(), words.end(),
                                                word.text) != words.end();
  if (!is_one && !AtName()) return GiveUp(word, "a name is missing");
  ++next_;
  if (!is_one) {
    if (words.empty()) {
      return Refuse(word, "the profile has no " + std::string(name.text));
    }
    return Refuse(word, Quoted(word.text) + " is no " + std::string(name.text) +
                            " of the calls: " + EitherOf(words) +
                            DidYouMean(word.text, words));
  }
  return Condition(
      name, IsWord{&property, std::string(word.text), comparison == "!="});
}

// What is meant by the operator that comes next, behind a name.
std::string FilterParser::MeantBehind(const FilterToken& name) const {
  const bool is_between =
      InLowerCase(Next().text) == "between" && next_ + 4 < tokens_.size() &&
      tokens_[next_ + 1].is_word && tokens_[next_ + 2].text == "and" &&
      tokens_[next_ + 3].is_word;
  if (!is_between || !IsFilterName(name.text)) return MeantBy(Next().text);
  return MeantByBetween(name.text, tokens_[next_ + 1].text,
                        tokens_[next_ + 3].text);
}

// A name that is a typing error is what has to change, not its answer.
std::string FilterParser::MeantByUnknown(const FilterToken& name) const {
  const std::string word = MeantBy(name.text);
  const std::string near = DidYouMean(name.text, FilterNames());
  if (Is("(")) {
    const std::string_view answer = tokens_[next_ + 1].text;
    std::string meant = OutcomeMeantBy(name.text, answer);
    if (meant.empty() && (!word.empty() || near.empty())) {
      meant = MeantByNumber(answer);
    }
    if (!meant.empty()) return meant;
  }
  return word.empty() ? near : word;
}

// The events that come next. Unknown names are problems, not the end.
EventSet FilterParser::Events() {
  const FilterToken name = Next();
  ++next_;
  std::optional<EventSet> events = EventsNamed(name.text);
  if (!events) {
    const std::string meant = MeantByUnknown(name);
    Refuse(name, Quoted(name.text) +
                     " is no event, quantity or property of a call" + meant);
  }
  if (Is("(")) {
    EventSet unknown;
    Answer(name, events ? *events : unknown);
  }
  return events.value_or(EventSet{});
}

void FilterParser::Answer(const FilterToken& name, EventSet& events) {
  const FilterToken parenthesis = Next();
  ++next_;
  const bool is_known = EventsNamed(name.text).has_value();
  if (!is_known && SkipGroup()) return;
  const FilterToken answer = Next();
  if (AtName()) {
    ++next_;
    if (is_known) LimitTo(answer, name, events);
  } else if (is_known) {
    Refuse(answer, "an answer is missing, such as 429");
  }
  if (Skip(")")) return;
  const FilterToken next = Next();
  const bool is_list = Is(",");
  const auto at_end = [this] { return AtEndOfPart() || Is("then"); };
  if (is_list) {
    const std::string before = std::string(name.text) + '(';
    Refuse(next, "one answer at a time: " + before + std::string(answer.text) +
                     ") or " + before + std::string(tokens_[next_ + 1].text) +
                     ')');
  } else if (!at_end()) {
    Refuse(next, "expected ), not " + std::string(next.text));
  } else {
    RefuseOpen(parenthesis);
  }
  while (!at_end()) ++next_;
  if (Skip(")")) return;
  if (is_list) RefuseOpen(parenthesis);
  ++open_answers_;
}

void FilterParser::LimitTo(const FilterToken& answer, const FilterToken& name,
                           EventSet& events) {
  const bool is_of_requests = events.operations != 0;
  if (Limit(events, answer.text)) return;
  if (is_of_requests) {
    Refuse(answer, Quoted(answer.text) +
                       " is no answer to a request: a status such as "
                       "429, 4xx, accepted or refused" +
                       MeantByAnswer(name.text, answer.text));
    return;
  }
  Refuse(answer, Quoted(answer.text) + " is no code or subcode of " +
                     Quoted(name.text) + ": " +
                     CodesOf(*EventsNamed(name.text)));
}

Formula FilterParser::HowOftenThey(const FilterToken& name,
                                   const EventSet& events,
                                   std::string_view comparison) {
  const FilterToken value = Next();
  if (!AtName()) return GiveUp(value, "a number is missing");
  ++next_;
  const auto number = ParseCount(value.text);
  if (!number) {
    // If the name is unknown, it is no event.
    if (!EventsNamed(name.text)) return {};
    return Refuse(value,
                  NotANumber(value.text, "how often: a number such as 2"));
  }
  return Condition(name, HowOften{events, RangeOf(comparison, *number)});
}

std::string FilterParser::TurnedRound() {
  const std::size_t start = next_;
  const FilterToken value = Next();
  ++next_;
  const std::string_view comparison = Comparison();
  const FilterToken name = Next();
  const bool is_value =
      ParseDuration(value.text) || ParseCount(value.text).has_value();
  if (!comparison.empty() && !EventsNamed(value.text) &&
      (FindProperty(name.text) || (is_value && IsFilterName(name.text)))) {
    ++next_;
    return std::string(name.text) + ' ' + FromOtherSide(comparison) + ' ' +
           std::string(value.text);
  }
  next_ = start;
  return {};
}

Formula FilterParser::AboutEvents() {
  const FilterToken name = Next();
  if (const std::string turned = TurnedRound(); !turned.empty()) {
    return Refuse(name, "a value is behind the comparison; write " + turned);
  }
  std::vector<EventSet> order = {Events()};
  const std::string_view comparison = Comparison();
  if (!comparison.empty()) return HowOftenThey(name, order[0], comparison);
  while (Skip("then")) {
    if (AtName()) {
      order.push_back(Events());
      continue;
    }
    const FilterToken next = Next();
    Expected(next, "expected an event, not " + std::string(next.text));
    // Its mistakes are told, too.
    if (Is("(") || Is("not")) {
      One();
    } else {
      SkipPart();
    }
  }
  if (order.size() == 1) return Condition(name, HowOften{order[0]});
  return Condition(name, InOrder{std::move(order)});
}

}  // namespace busyhour::internal
