#include "filter/filter_parser.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "base/nearest.h"
#include "base/units.h"
#include "filter/call_properties.h"

namespace busyhour::internal {
namespace {

constexpr int kMostNested = 50;
constexpr std::string_view kKeywords[] = {"and", "or", "not", "then"};
constexpr std::string_view kComparisons[] = {"<=", ">=", "!=", "=", "<", ">"};

bool IsWordCharacter(char c) {
  return IsLetterOrDigit(c) || c == '_' || c == '-' || c == '.';
}

bool IsKeyword(std::string_view text) {
  return std::find(std::begin(kKeywords), std::end(kKeywords), text) !=
         std::end(kKeywords);
}

bool Holds(std::uint64_t a, std::string_view comparison, std::uint64_t b) {
  if (comparison == "<=") return a <= b;
  if (comparison == ">=") return a >= b;
  if (comparison == "!=") return a != b;
  if (comparison == "<") return a < b;
  if (comparison == ">") return a > b;
  return a == b;
}

// Whether the call has an event of each kind, each after the one before.
bool InOrder(const Call& call, const std::vector<EventSet>& order) {
  std::optional<std::uint32_t> last;
  for (const EventSet& events : order) {
    std::optional<std::uint32_t> first;
    events.EachIn(call, [&](std::uint32_t at_ms) {
      if (last && at_ms <= *last) return;
      if (!first || at_ms < *first) first = at_ms;
    });
    if (!first) return false;
    last = first;
  }
  return true;
}

}  // namespace

FilterParser::FilterParser(std::string_view text, const Profile& profile,
                           ProblemList& problems)
    : text_(text),
      profile_(profile),
      possible_(PossibleEventsOf(profile)),
      problems_(problems) {
  Split();
}

void FilterParser::Split() {
  std::size_t at = 0;
  while (at < text_.size()) {
    const char c = text_[at];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++at;
      continue;
    }
    Token token{at, text_.substr(at, 1), false, false};
    if (IsWordCharacter(c)) {
      std::size_t end = at;
      while (end < text_.size() && IsWordCharacter(text_[end])) ++end;
      token.text = text_.substr(at, end - at);
      token.is_word = true;
    } else if (c == '\'' || c == '"') {
      const std::size_t end = text_.find(c, at + 1);
      if (end == std::string_view::npos) {
        problems_.Add(at, "the quote is not closed");
        break;
      }
      token.text = text_.substr(at + 1, end - at - 1);
      token.is_word = token.is_quoted = true;
      at = end + 1 - token.text.size();
    } else {
      for (const std::string_view each : kComparisons) {
        if (!text_.substr(at).starts_with(each)) continue;
        token.text = text_.substr(at, each.size());
        break;
      }
      if (std::string_view("()<>=").find(c) == std::string_view::npos &&
          token.text.size() == 1) {
        problems_.Add(at, Quoted(token.text) + " has no meaning here");
        ++at;
        continue;
      }
    }
    at += token.text.size();
    tokens_.push_back(token);
  }
  tokens_.push_back({text_.size(), "the end", false, false});
}

bool FilterParser::Skip(std::string_view text) {
  if (AtEnd() || Next().is_quoted || Next().text != text) return false;
  ++next_;
  return true;
}

FilterParser::Condition FilterParser::Fail(const Token& token,
                                           std::string message) {
  problems_.Add(token.at, std::move(message));
  return {};
}

FilterParser::Condition FilterParser::Possible(CallTest test) {
  Condition condition;
  condition.test = std::move(test);
  return condition;
}

CallTest FilterParser::Parse() {
  if (AtEnd()) return Fail(Next(), "the expression is empty").test;
  Condition condition = Any();
  if (!problems_.empty()) return {};
  if (!AtEnd()) {
    Fail(Next(), "expected and, or, or the end, not " + Quoted(Next().text));
  } else if (!condition.impossible.empty()) {
    problems_.Add(condition.at, condition.impossible);
  }
  return std::move(condition.test);
}

FilterParser::Condition FilterParser::Any() {
  Condition a = All();
  while (Skip("or")) {
    Condition b = All();
    if (a.impossible.empty() || b.impossible.empty()) a.impossible.clear();
    a.test = [a = std::move(a.test), b = std::move(b.test)](const Call& call,
                                                            const Plan& plan) {
      return a(call, plan) || b(call, plan);
    };
  }
  return a;
}

FilterParser::Condition FilterParser::All() {
  Condition a = One();
  while (Skip("and")) {
    Condition b = One();
    if (a.impossible.empty()) {
      a.impossible = std::move(b.impossible);
      a.at = b.at;
    }
    a.test = [a = std::move(a.test), b = std::move(b.test)](const Call& call,
                                                            const Plan& plan) {
      return a(call, plan) && b(call, plan);
    };
  }
  return a;
}

FilterParser::Condition FilterParser::One() {
  if (depth_ == kMostNested) {
    next_ = tokens_.size() - 1;
    return Fail(Next(), "more than 50 levels of parentheses and not");
  }
  ++depth_;
  Condition condition;
  if (Skip("not")) {
    condition.test = [a = One().test](const Call& call, const Plan& plan) {
      return !a(call, plan);
    };
  } else if (Skip("(")) {
    condition = Any();
    if (!Skip(")") && problems_.empty()) {
      condition = Fail(Next(), "expected ), not " + std::string(Next().text));
    }
  } else {
    condition = OneCondition();
  }
  --depth_;
  return condition;
}

FilterParser::Condition FilterParser::OneCondition() {
  const Token token = Next();
  if (AtEnd() || !token.is_word || IsKeyword(token.text)) {
    // Go on behind it, so that the others are read, too.
    if (!AtEnd() && !token.is_word) ++next_;
    return Fail(token, "expected a condition, not " + std::string(token.text));
  }
  if (FindQuantity(token.text)) return AboutQuantity(token);
  if (FindProperty(token.text)) return AboutProperty(token);
  return AboutEvents();
}

std::string_view FilterParser::Comparison() {
  for (const std::string_view each : kComparisons) {
    if (!Skip(each)) continue;
    // As in other languages, == is =.
    if (each == "=") Skip(each);
    return each;
  }
  return {};
}

FilterParser::Condition FilterParser::AboutQuantity(const Token& name) {
  ++next_;
  const CallQuantity& quantity = *FindQuantity(name.text);
  const std::string_view comparison = Comparison();
  if (comparison.empty()) {
    return Fail(Next(), "expected a comparison such as " +
                            std::string(name.text) + " > " +
                            std::string(quantity.example));
  }
  const Token value = Next();
  if (AtEnd()) return Fail(value, "a value is missing");
  ++next_;
  const std::optional<std::uint64_t> number = quantity.Parse(value.text);
  if (!number) {
    return Fail(value, Quoted(value.text) + " is not " +
                           (quantity.is_duration ? "a duration" : "a number") +
                           " such as " + std::string(quantity.example));
  }
  return Possible(
      [&quantity, comparison, number = *number](const Call& call, const Plan&) {
        return Holds(quantity.of(call), comparison, number);
      });
}

FilterParser::Condition FilterParser::AboutProperty(const Token& name) {
  ++next_;
  const CallProperty& property = *FindProperty(name.text);
  const std::string_view comparison = Comparison();
  if (comparison != "=" && comparison != "!=") {
    return Fail(Next(), "expected = or != after " + std::string(name.text));
  }
  const Token word = Next();
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
  return Possible(
      [&property, word = std::string(word.text),
       is_other = comparison[0] == '!'](const Call& call, const Plan& plan) {
        return property.is(call, plan, word) != is_other;
      });
}

// The events that come next. Unknown names are problems, not the end.
EventSet FilterParser::Events() {
  const Token name = Next();
  ++next_;
  std::optional<EventSet> events = EventsNamed(name.text);
  if (!events) {
    problems_.Add(name.at, Quoted(name.text) +
                               " is no event, quantity or property of a call" +
                               DidYouMean(name.text, FilterNames()));
    events.emplace();
  }
  if (!Skip("(")) return *events;
  const Token answer = Next();
  if (!AtEnd()) ++next_;
  const bool is_known = problems_.empty();
  if (is_known && !Limit(*events, answer.text)) {
    problems_.Add(
        answer.at,
        Quoted(answer.text) +
            (events->operations != 0
                 ? " is no answer to a request: a status such as 429, "
                   "4xx, accepted or refused"
                 : " is no code or subcode of these events"));
  }
  if (!Skip(")")) problems_.Add(Next().at, "expected )");
  return *events;
}

std::string FilterParser::WhyNever(const EventSet& events,
                                   std::string_view name) const {
  if (events.IsAmong(possible_)) return "";
  return "no call of the profile can have " + Quoted(name);
}

FilterParser::Condition FilterParser::HowOften(const Token& name,
                                               const EventSet& events,
                                               std::string_view comparison) {
  const Token value = Next();
  if (AtEnd()) return Fail(value, "a number is missing");
  ++next_;
  const auto number = ParseCount(value.text);
  if (!number) {
    // If the name is unknown, it is no event.
    if (!EventsNamed(name.text)) return {};
    return Fail(value,
                Quoted(value.text) + " is not how often: a number such as 2");
  }
  return {
      [events, comparison, number = *number](const Call& call, const Plan&) {
        std::uint64_t count = 0;
        events.EachIn(call, [&count](std::uint32_t) { ++count; });
        return Holds(count, comparison, number);
      },
      Holds(0, comparison, *number) ? "" : WhyNever(events, name.text),
      name.at};
}

FilterParser::Condition FilterParser::AboutEvents() {
  const Token name = Next();
  std::vector<EventSet> order = {Events()};
  const std::string_view comparison = Comparison();
  if (!comparison.empty()) return HowOften(name, order[0], comparison);
  std::string never = WhyNever(order[0], name.text);
  while (Skip("then")) {
    const Token next = Next();
    if (AtEnd() || !next.is_word) return Fail(next, "expected an event");
    order.push_back(Events());
    if (never.empty()) never = WhyNever(order.back(), next.text);
  }
  return {[order = std::move(order)](const Call& call, const Plan&) {
            return InOrder(call, order);
          },
          never, name.at};
}

}  // namespace busyhour::internal
