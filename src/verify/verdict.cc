#include "verify/verdict.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <utility>

#include "base/nearest.h"
#include "base/units.h"
#include "check/check_report.h"
#include "text/problems.h"

namespace busyhour::internal {
namespace {

bool IsShorter(const VerifyRun& a, const VerifyRun& b) {
  return a.records > b.records;  // for a heap with the shortest run first
}

// Counts of sent records; the others are of received data that was not sent.
bool IsOfSent(std::string_view name) {
  return name != "foreign" && name != "undecodable";
}

// `4 lost (1.99 %), 197 altered (98.0 %)` or `3 foreign, 1 undecodable`.
std::string CountsInWords(const Verdict& verdict,
                          const std::vector<std::string_view>& kinds,
                          bool of_sent) {
  std::string text;
  for (const VerifyCountInfo& info : VerifyCountInfos()) {
    if (IsOfSent(info.name) != of_sent ||
        std::find(kinds.begin(), kinds.end(), info.name) == kinds.end()) {
      continue;
    }
    const std::uint64_t count = verdict.total.*info.count;
    std::string name(info.name);
    std::replace(name.begin(), name.end(), '_', ' ');
    text += (text.empty() ? "" : ", ") + FormatCount(count) + ' ' + name;
    if (of_sent) text += " (" + ShareWords(count, verdict.total.sent) + ')';
  }
  return text;
}

std::string CountsInWords(const Verdict& verdict,
                          const std::vector<std::string_view>& kinds) {
  const std::string sent = CountsInWords(verdict, kinds, true);
  const std::string others = CountsInWords(verdict, kinds, false);
  const std::string records = FormatCount(verdict.total.sent) + " records";
  if (sent.empty()) return others + " besides the " + records;
  return sent + " of " + records + (others.empty() ? "" : "; " + others);
}

// The counts that may be limited, and those that are limited by default.
bool CanBeLimited(std::string_view name) {
  return name != "sent" && name != "received" && name != "intact" &&
         name != "altered_copies";
}
bool IsLimited(std::string_view name) {
  return CanBeLimited(name) && name != "out_of_order";
}

constexpr int kMostDecimals = 12;

// An exact percentage: `units` of 10^-decimals percent.
struct Percent {
  std::uint64_t units = 0;
  int decimals = 0;
};
std::optional<Percent> ParsePercent(std::string_view text) {
  if (!text.ends_with('%')) return std::nullopt;
  text.remove_suffix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  const std::size_t dot = text.find('.');
  if (dot != std::string_view::npos) {
    if (dot + 1 == text.size()) return std::nullopt;
    while (text.ends_with('0')) text.remove_suffix(1);
  }
  Percent percent;
  std::uint64_t most = 100;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == dot) continue;
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    percent.units =
        percent.units * 10 + static_cast<std::uint64_t>(text[i] - '0');
    ++digits;
    if (i > dot) {
      if (++percent.decimals > kMostDecimals) return std::nullopt;
      most *= 10;
    }
    if (percent.units > most) return std::nullopt;
  }
  if (digits == 0) return std::nullopt;
  return percent;
}

}  // namespace

VerifyCounts& VerifyCounts::operator+=(const VerifyCounts& other) noexcept {
  for (const VerifyCountInfo& info : VerifyCountInfos()) {
    this->*info.count += other.*info.count;
  }
  return *this;
}

const std::array<VerifyCountInfo, kVerifyCountCount>& VerifyCountInfos() {
  static const std::array<VerifyCountInfo, kVerifyCountCount> infos = {{
      {"sent", &VerifyCounts::sent, "records of the job"},
      {"received", &VerifyCounts::received, "records that were read"},
      {"lost", &VerifyCounts::lost, "never received"},
      {"duplicated", &VerifyCounts::duplicated, "copies beyond the first"},
      {"altered", &VerifyCounts::altered, "different from what was sent"},
      {"foreign", &VerifyCounts::foreign, "not of this job"},
      {"undecodable", &VerifyCounts::undecodable, "not a record"},
      {"out_of_order", &VerifyCounts::out_of_order,
       "received after a record that was sent later"},
      {"intact", &VerifyCounts::intact, "received as they were sent"},
      {"altered_copies", &VerifyCounts::altered_copies,
       "altered and duplicated"},
  }};
  return infos;
}

std::vector<std::string_view> LimitableCounts() {
  std::vector<std::string_view> names;
  for (const VerifyCountInfo& info : VerifyCountInfos()) {
    if (CanBeLimited(info.name)) names.push_back(info.name);
  }
  return names;
}

Allowance::Allowance() {
  for (std::size_t i = 0; i < limits_.size(); ++i) {
    limits_[i].limited = IsLimited(VerifyCountInfos()[i].name);
  }
}

void Allowance::Read(const std::string& words, std::vector<Problem>& problems) {
  const std::vector<std::string_view> names = LimitableCounts();
  const auto refuse = [&problems](std::string message) {
    problems.push_back({"--allow", 0, 0, "", std::move(message)});
  };
  std::size_t begin = 0;
  while (begin <= words.size()) {
    const std::size_t end = std::min(words.find(',', begin), words.size());
    const std::string word = words.substr(begin, end - begin);
    begin = end + 1;
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) {
      refuse("\"" + word + "\" does not have the form lost=0 or lost=0.01%");
      continue;
    }
    const std::string name = word.substr(0, equals);
    const std::string amount = word.substr(equals + 1);
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      std::string hint = DidYouMean(name, names);
      if (hint.empty()) hint = "; it may be " + EitherOf(names);
      refuse("\"" + name + "\" is not a count of the verdict" + hint);
      continue;
    }
    std::size_t index = 0;
    while (VerifyCountInfos()[index].name != name) ++index;
    Limit& limit = limits_[index];
    limit.limited = true;
    limit.text = amount;
    if (const auto share = ParsePercent(amount)) {
      limit.is_share = true;
      limit.most = share->units;
      limit.decimals = share->decimals;
    } else if (const auto count = ParseCount(amount)) {
      limit.is_share = false;
      limit.most = *count;
    } else {
      refuse("\"" + amount +
             "\" is neither a whole number, such as 10, nor a share of the "
             "sent records from 0% to 100%, such as 0.01%");
    }
  }
}

bool Allowance::IsExceeded(const Limit& limit, std::uint64_t count,
                           std::uint64_t sent) {
  if (!limit.is_share) return count > limit.most;
  // count / sent > most / (100 * 10^decimals), in whole numbers.
  __extension__ using Wide = unsigned __int128;
  Wide whole = 100;
  for (int i = 0; i < limit.decimals; ++i) whole *= 10;
  return count * whole > limit.most * Wide{sent};
}

std::vector<std::string_view> Allowance::Exceeded(
    const Verdict& verdict) const {
  std::vector<std::string_view> kinds;
  for (std::size_t i = 0; i < limits_.size(); ++i) {
    const Limit& limit = limits_[i];
    if (!limit.limited) continue;
    const VerifyCountInfo& info = VerifyCountInfos()[i];
    if (IsExceeded(limit, verdict.total.*info.count, verdict.total.sent)) {
      kinds.push_back(info.name);
    }
  }
  return kinds;
}

void Allowance::LeaveToThreshold(std::string_view kind) {
  for (std::size_t i = 0; i < limits_.size(); ++i) {
    if (VerifyCountInfos()[i].name == kind && limits_[i].text.empty()) {
      limits_[i].limited = false;
    }
  }
}

std::vector<Check> Allowance::Judge(const Verdict& verdict) const {
  std::vector<Check> checks;
  for (std::size_t i = 0; i < limits_.size(); ++i) {
    const Limit& limit = limits_[i];
    if (!limit.limited) continue;
    const VerifyCountInfo& info = VerifyCountInfos()[i];
    const std::uint64_t count = verdict.total.*info.count;
    checks.push_back({std::string(info.name) +
                          (limit.text.empty() ? "=0" : "<=" + limit.text),
                      !IsExceeded(limit, count, verdict.total.sent),
                      FormatCount(count)});
  }
  return checks;
}

bool HasPassed(const Verdict& verdict, const Allowance& allowance) {
  return verdict.nothing_asked.empty() && allowance.Exceeded(verdict).empty() &&
         AllPassed(verdict.checks);
}

std::int64_t QuantileOf(const Latency& latency, double share) {
  return std::clamp(latency.ns.Quantile(share), latency.min_ns, latency.max_ns);
}

std::string ShareWords(std::uint64_t part, std::uint64_t whole) {
  if (part == 0 || part == whole) return part == 0 ? "0 %" : "100 %";
  const double percent =
      100.0 * static_cast<double>(part) / static_cast<double>(whole);
  if (percent < 0.01) return "under 0.01 %";
  if (part < whole && percent > 99.99) return "over 99.99 %";
  std::array<char, 32> text{};
  const int size = std::snprintf(
      text.data(), text.size(), "%.*f %%",
      percent < 1 || (percent > 99 && percent < 100) ? 2 : 1, percent);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string Headline(const Verdict& verdict, const Allowance& allowance) {
  if (!verdict.nothing_asked.empty()) {
    return "FAILED: no records were expected: " + verdict.nothing_asked;
  }
  const std::vector<std::string_view> exceeded = allowance.Exceeded(verdict);
  std::vector<std::string_view> allowed;
  for (const VerifyCountInfo& info : VerifyCountInfos()) {
    if (IsLimited(info.name) && verdict.total.*info.count > 0 &&
        std::find(exceeded.begin(), exceeded.end(), info.name) ==
            exceeded.end()) {
      allowed.push_back(info.name);
    }
  }
  if (!exceeded.empty()) {
    return "FAILED: " + CountsInWords(verdict, exceeded);
  }
  for (const Check& check : verdict.checks) {
    if (!check.passed) return "FAILED: " + check.name + ": " + check.found;
  }
  if (allowed.empty()) {
    return "PASSED: all " + FormatCount(verdict.total.sent) +
           " records arrived, none altered";
  }
  return "PASSED, with allowed differences: " + CountsInWords(verdict, allowed);
}

bool VerifyRuns::Count(std::string_view kind, std::uint64_t records) {
  Kind& runs = kinds_[kind];
  ++runs.count;
  return most_ > 0 && (runs.longest.size() < most_ ||
                       records > runs.longest.front().records);
}

void VerifyRuns::Add(VerifyRun run) {
  std::vector<VerifyRun>& longest = kinds_[run.kind].longest;
  if (longest.size() == most_) {
    std::pop_heap(longest.begin(), longest.end(), IsShorter);
    longest.pop_back();
  }
  longest.push_back(std::move(run));
  std::push_heap(longest.begin(), longest.end(), IsShorter);
}

std::uint64_t VerifyRuns::count(std::string_view kind) const {
  const auto found = kinds_.find(kind);
  return found == kinds_.end() ? 0 : found->second.count;
}

std::vector<VerifyRun> VerifyRuns::Of(std::string_view kind) const {
  const auto found = kinds_.find(kind);
  if (found == kinds_.end()) return {};
  std::vector<VerifyRun> runs = found->second.longest;
  std::stable_sort(
      runs.begin(), runs.end(), [](const VerifyRun& a, const VerifyRun& b) {
        return a.records != b.records ? a.records > b.records : a.from < b.from;
      });
  return runs;
}

}  // namespace busyhour::internal
