#include "profile/fault_keys.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "profile/values.h"
#include "profile/when_keys.h"

// The keys of the rules for faults. A rule has one kind, and only the keys of
// this kind.

namespace busyhour::internal {
namespace {

constexpr std::uint32_t kMostBytes = 1 << 20;

std::vector<std::string_view> KindNames() {
  std::vector<std::string_view> names;
  for (const FaultInfo& info : FaultInfos()) names.push_back(info.name);
  return names;
}

// The kinds for which `has` returns true, in words.
template <class Has>
std::string KindsThat(const Has& has) {
  std::vector<std::string_view> names;
  for (const FaultInfo& info : FaultInfos()) {
    if (has(info)) names.push_back(info.name);
  }
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 < names.size() ? ", " : " and ";
    text += names[i];
  }
  return text;
}

void VisitRule(FaultRule& rule, KeyVisitor& keys) {
  keys.Required("kind", Word(rule.kind, KindNames(), 0, "a kind of fault"),
                "The kind of fault; see [faults.md](faults.md).");
  // If a rule is being read, its kind is known by now.
  const FaultInfo& kind = Info(rule.kind);
  const auto visit_some = [&](std::string_view name, const Value& value,
                              std::string_view meaning, auto has) {
    keys.Visit({name, value, meaning, kAssumed, false,
                KeyScope{KindsThat(has), std::string(kind.name), has(kind)}});
  };
  keys.Required("rate", Share(rule.rate),
                "Share of the records that it hits. For partial_line: the "
                "probability that it hits the last record of a stream.");
  keys.Optional("logs", WithDefault(LogNames(rule.logs), "all logs"),
                "The logs that it affects.");
  VisitWhen(rule.when, keys, /*may_be_always=*/true);
  Value by = Spread(
      rule.by, rule.kind == FaultKind::kClockSkew ? -kMsPerDay : 0, kMsPerDay,
      "uniform: duplicate 1 s to 1 min, delay 1 to 30 min, reorder 0 to 2 s, "
      "clock_skew -5 to 5 min");
  by.info = [info = by.info] {
    ValueInfo told = info();
    told.range = "0s to 1d; for clock_skew -1d to 1d";
    told.schema = R"("$ref":"#/$defs/signed_distribution")";
    return told;
  };
  visit_some("by", by, "The delay, or the offset of the clock.",
             [](const FaultInfo& info) { return info.has_time; });
  visit_some("field",
             WithDefault(Name(rule.field, "_[] ", 1, 64),
                         "drawn from the record's fields"),
             "The field that it changes, by its name in any shape.",
             [](const FaultInfo& info) { return info.has_field; });
  visit_some("bytes", Size(rule.bytes, 64, kMostBytes),
             "Length of the new value.", [](const FaultInfo& info) {
               return info.name == Info(FaultKind::kOversize).name;
             });
}

}  // namespace

Value FaultList(std::vector<FaultRule>& faults) {
  return ListOf<FaultRule>(faults, 0, 50, VisitRule);
}

DistributionSpec UsualFaultTime(FaultKind kind) {
  switch (kind) {
    case FaultKind::kDuplicate:
      return UniformMs(1'000, 60'000);
    case FaultKind::kDelay:
      return UniformMs(60'000, 1'800'000);
    case FaultKind::kReorder:
      return UniformMs(0, 2'000);
    case FaultKind::kClockSkew:
      return UniformMs(-300'000, 300'000);
    default:
      return {};
  }
}

void CheckFaultWindows(const std::vector<FaultRule>& faults,
                       const JsonNode& root, ProblemList& problems) {
  const JsonNode* const nodes = root.Find("faults");
  if (nodes == nullptr || nodes->children.size() != faults.size()) return;
  for (std::size_t i = 0; i < faults.size(); ++i) {
    CheckWhen(faults[i].when, nodes->children[i], problems,
              /*may_be_always=*/true);
  }
}

}  // namespace busyhour::internal
