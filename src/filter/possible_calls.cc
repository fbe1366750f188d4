#include "filter/possible_calls.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <utility>

namespace busyhour::internal {
namespace {

// An expression with more ways to be met is taken for possible. Of a way, no
// more conditions are considered.
constexpr int kMostWays = 64;
constexpr std::size_t kMostLiterals = 20;

std::string TextOf(const Literal& literal, std::string_view text) {
  return (literal.is_negated ? "not " : "") +
         std::string(text.substr(literal.claim->at, literal.claim->size));
}

// `no call of the profile can have both "flow = a" and "flow = b"`.
std::string WhyNever(const std::vector<Literal>& core, std::string_view text) {
  std::string message = "no call of the profile can have ";
  if (core.size() == 2) message += "both ";
  for (std::size_t i = 0; i < core.size(); ++i) {
    if (i > 0) message += i + 1 == core.size() ? " and " : ", ";
    message += Quoted(TextOf(core[i], text));
  }
  if (core.size() > 2) message += " at once";
  return message;
}

}  // namespace

// The ways to meet an expression, one after the other.
struct PossibleCalls::Search {
  struct Part {
    const Formula* formula = nullptr;
    bool is_negated = false;
  };
  // What all of a way has; alternatives are taken last.
  std::vector<Part> open;
  std::vector<Part> alternatives;
  std::vector<Literal> literals;
  // Of all ways: how many there were, and why each is impossible.
  int* ways = nullptr;
  std::vector<std::vector<Literal>>* cores = nullptr;
};

bool PossibleCalls::CanHave(const std::vector<Literal>& literals) const {
  return std::any_of(kinds_.begin(), kinds_.end(), [&](const CallKind& kind) {
    return CanHaveAll(kind, literals);
  });
}

std::vector<Literal> PossibleCalls::Core(std::vector<Literal> literals) const {
  for (std::size_t i = 0; i < literals.size();) {
    std::vector<Literal> fewer = literals;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    if (CanHave(fewer)) {
      ++i;
    } else {
      literals = std::move(fewer);
    }
  }
  return literals;
}

bool PossibleCalls::IsPossible(Search search) const {
  while (!search.open.empty()) {
    const Search::Part part = search.open.back();
    search.open.pop_back();
    const Formula& formula = *part.formula;
    if (formula.kind == Formula::Kind::kClaim) {
      if (search.literals.size() == kMostLiterals) continue;
      search.literals.push_back({&formula.claim, part.is_negated});
      if (CanHave(search.literals)) continue;
      search.cores->push_back(Core(std::move(search.literals)));
      return false;
    }
    const bool is_not = formula.kind == Formula::Kind::kNot;
    if (!is_not && (formula.kind == Formula::Kind::kAny) != part.is_negated) {
      search.alternatives.push_back(part);
      continue;
    }
    for (auto each = formula.parts.rbegin(); each != formula.parts.rend();
         ++each) {
      search.open.push_back({&*each, part.is_negated != is_not});
    }
  }
  if (search.alternatives.empty()) return true;
  const Search::Part either = search.alternatives.back();
  search.alternatives.pop_back();
  for (const Formula& each : either.formula->parts) {
    if (++*search.ways > kMostWays) return true;
    Search way = search;
    way.open.push_back({&each, either.is_negated});
    if (IsPossible(std::move(way))) return true;
  }
  return false;
}

void PossibleCalls::Check(const Formula& formula, std::string_view text,
                          ProblemList& problems) const {
  int ways = 0;
  std::vector<std::vector<Literal>> cores;
  if (kinds_.empty() ||
      IsPossible({{{&formula, false}}, {}, {}, &ways, &cores})) {
    return;
  }
  std::set<std::string> told;
  for (const std::vector<Literal>& core : cores) {
    std::string message = WhyNever(core, text);
    if (!told.insert(message).second) continue;
    problems.Add(core.back().claim->at, std::move(message));
  }
}

}  // namespace busyhour::internal
