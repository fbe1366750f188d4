#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "filter/call_events.h"
#include "filter/call_filter.h"
#include "text/problems.h"

namespace busyhour::internal {

/// Reads an expression that selects calls:
///
///   any       = all { "or" all }
///   all       = one { "and" one }
///   one       = "not" one | "(" any ")" | condition
///   condition = events { "then" events }            in this order
///             | events compare number               how often
///             | quantity compare value              duration > 2m
///             | property ("=" | "!=") word          flow = main
///   events    = name [ "(" answer ")" ]             Play(429)
class FilterParser {
 public:
  /// Mistakes are added to `problems`, which is about `text`. All must outlive
  /// the parser.
  FilterParser(std::string_view text, const Profile& profile,
               ProblemList& problems);

  /// The test of the expression; not usable if there are problems. An
  /// expression that is true of no call of the profile is a problem.
  CallTest Parse();

 private:
  struct Token {
    std::size_t at = 0;  // offset in the text
    std::string_view text;
    bool is_word = false;
    bool is_quoted = false;
  };

  // A test that no call passes has the reason, and where it is.
  struct Condition {
    CallTest test;
    std::string impossible;
    std::size_t at = 0;
  };

  void Split();
  const Token& Next() const noexcept { return tokens_[next_]; }
  bool Skip(std::string_view text);
  bool AtEnd() const noexcept { return next_ + 1 == tokens_.size(); }
  Condition Fail(const Token& token, std::string message);

  static Condition Possible(CallTest test);
  Condition Any();
  Condition All();
  Condition One();
  Condition OneCondition();
  Condition AboutQuantity(const Token& name);
  Condition AboutProperty(const Token& name);
  Condition AboutEvents();
  Condition HowOften(const Token& name, const EventSet& events,
                     std::string_view comparison);
  EventSet Events();
  // Why no call has one of these events; empty if one can.
  std::string WhyNever(const EventSet& events, std::string_view name) const;
  // The comparison that comes next, or nothing.
  std::string_view Comparison();

  std::string_view text_;
  const Profile& profile_;
  const PossibleEvents possible_;
  ProblemList& problems_;
  std::vector<Token> tokens_;  // the last one is the end
  std::size_t next_ = 0;
  int depth_ = 0;
};

}  // namespace busyhour::internal
