#pragma once

#include <string_view>
#include <vector>

#include "filter/call_kinds.h"
#include "filter/formula.h"
#include "filter/literal.h"
#include "profile/profile.h"
#include "text/problems.h"

// Which expressions no call can meet.

namespace busyhour::internal {

/// What calls of a profile can have at once. Bounds are not exact: what is
/// impossible by them never happens, and not everything else does.
class PossibleCalls {
 public:
  /// `profile` must outlive it.
  explicit PossibleCalls(const Profile& profile)
      : kinds_(CallKindsOf(profile)) {}

  /// If no call meets the expression `text`, adds for each way to meet it which
  /// claims exclude each other.
  void Check(const Formula& formula, std::string_view text,
             ProblemList& problems) const;

 private:
  bool CanHave(const std::vector<Literal>& literals) const;
  // The claims that are left of these, which exclude each other, if those that
  // are not needed for that are taken away.
  std::vector<Literal> Core(std::vector<Literal> literals) const;

  struct Search;
  bool IsPossible(Search search) const;

  std::vector<CallKind> kinds_;
};

}  // namespace busyhour::internal
