#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "filter/call_events.h"
#include "filter/filter_tokens.h"
#include "filter/formula.h"
#include "profile/profile.h"
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

  /// The expression; not usable if there are problems.
  Formula Parse();

 private:
  const FilterToken& Next() const noexcept { return tokens_[next_]; }
  bool Skip(std::string_view text);
  bool AtEnd() const noexcept { return next_ + 1 == tokens_.size(); }
  Formula Fail(const FilterToken& token, std::string message);

  Formula Any();
  Formula All();
  Formula One();
  // Parts with `word` between them.
  Formula Several(Formula::Kind kind, std::string_view word,
                  Formula (FilterParser::*part)());
  // The condition from `first` to here.
  template <class Says>
  Formula Condition(const FilterToken& first, Says says) const;
  Formula OneCondition();
  Formula AboutQuantity(const FilterToken& name);
  Formula AboutProperty(const FilterToken& name);
  Formula AboutEvents();
  Formula HowOftenThey(const FilterToken& name, const EventSet& events,
                       std::string_view comparison);
  EventSet Events();
  void Answer(const FilterToken& name, EventSet& events, bool is_known);
  // The comparison that comes next, or nothing.
  std::string_view Comparison();

  const Profile& profile_;
  ProblemList& problems_;
  std::vector<FilterToken> tokens_;
  std::size_t next_ = 0;
  int depth_ = 0;
};

}  // namespace busyhour::internal
