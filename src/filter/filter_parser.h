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
  bool Is(std::string_view text) const;
  bool Skip(std::string_view text);
  bool AtEnd() const noexcept { return next_ + 1 == tokens_.size(); }
  // Whether a part of the expression ends here: at `and`, `or`, `)` or the end.
  bool AtEndOfPart() const;
  // Whether a name or a value comes next.
  bool AtName() const;

  // A mistake in what was understood.
  Formula Refuse(const FilterToken& token, std::string message);
  // A mistake in the form. Nothing is said of what follows from an earlier one
  // in the same part.
  void Expected(const FilterToken& token, std::string message);
  // The same, after which the rest of the part is not understood.
  Formula GiveUp(const FilterToken& token, std::string message);
  void SkipPart();
  // Skips a group from behind its parenthesis; nothing if it is not closed.
  bool SkipGroup();
  void RefuseOpen(const FilterToken& parenthesis);

  Formula Any();
  Formula All();
  Formula Part();
  Formula One();
  Formula Group();
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
  std::string MeantBehind(const FilterToken& name) const;
  // What is meant by a name that is none, before its answer.
  std::string MeantByUnknown(const FilterToken& name) const;
  void Answer(const FilterToken& name, EventSet& events);
  void LimitTo(const FilterToken& answer, const FilterToken& name,
               EventSet& events);
  // The comparison that comes next, or nothing.
  std::string_view Comparison();
  // Skips `2m < duration`, and returns `duration > 2m`; or does nothing.
  std::string TurnedRound();

  const Profile& profile_;
  ProblemList& problems_;
  std::vector<FilterToken> tokens_;
  std::size_t next_ = 0;
  int depth_ = 0;
  bool is_lost_ = false;  // between `Expected` and the next part
  int open_answers_ = 0;  // without a parenthesis behind the answer
};

}  // namespace busyhour::internal
