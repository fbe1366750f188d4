#include "load/report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "base/units.h"
#include "check/check_report.h"
#include "load/verdict.h"

namespace busyhour::internal {
namespace {

// Width of the names in the table.
constexpr std::size_t kNameWidth = 22;

void Row(std::string& text, std::string_view name, std::string_view value) {
  text += "  ";
  text += name;
  text.append(name.size() < kNameWidth ? kNameWidth - name.size() : 1, ' ');
  text += value;
  text += '\n';
}

// The number of acknowledged records with each certainty.
std::string CertaintyText(const Account& account) {
  std::string text;
  for (std::size_t i = 0; i < kCertaintyCount; ++i) {
    const auto certainty = static_cast<Certainty>(i);
    if (account.count(certainty) == 0) continue;
    text += (text.empty() ? "" : "; ") + FormatCount(account.count(certainty)) +
            ' ' + std::string(WordsOf(certainty));
  }
  return text;
}

}  // namespace

double RunSeconds(const LoadResult& result) {
  return std::max(1e-9, static_cast<double>(result.account.end()) /
                            static_cast<double>(kNanosPerSecond));
}

double OfferedRecordRate(const LoadResult& result, const LoadPlan& plan) {
  const auto planned = static_cast<double>(result.account.planned());
  if (!plan.sender.paced) return planned / RunSeconds(result);
  // A run that ends by the clock lasts as long as planned.
  const Nanos last = result.status.ok() && !result.interrupted &&
                             !result.whole && result.plan_end != kNever
                         ? result.plan_end
                         : std::max<Nanos>(result.account.last_due(), 1);
  return planned /
         (static_cast<double>(last) / static_cast<double>(kNanosPerSecond));
}

std::string LoadTable(const LoadResult& result, const LoadPlan& plan,
                      const LoadFacts& facts) {
  const Account& account = result.account;
  const double seconds = RunSeconds(result);
  std::string text = facts.profile + ", seed " + std::to_string(plan.job.seed) +
                     " -> " + facts.target + " (" + facts.plan + ")\n";
  Row(text, "planned", FormatCount(account.planned()) + " records");
  for (std::size_t i = 0; i < kEndingCount; ++i) {
    const auto ending = static_cast<Ending>(i);
    std::string name(NameOf(ending));
    std::replace(name.begin(), name.end(), '_', ' ');
    std::string value = FormatCount(account.count(ending));
    if (ending == Ending::kAcknowledged)
      value += " (" + facts.acknowledged + ")";
    Row(text, name, value);
  }
  if (account.count(Ending::kAcknowledged) > 0) {
    Row(text, "certainty", CertaintyText(account));
  }
  if (account.lost_connections() > 0) {
    Row(text, "lost connections",
        FormatCount(account.lost_connections()) + ", with " +
            FormatCount(account.lost_records()) +
            " records in flight; taken back: " +
            FormatCount(account.taken_back()) + " acknowledged");
  }
  Row(text, "offered rate",
      FormatAmount(OfferedRecordRate(result, plan)) + " records/s");
  Row(text, "achieved rate",
      FormatAmount(static_cast<double>(account.count(Ending::kAcknowledged)) /
                   seconds) +
          " records/s, " +
          FormatSize(static_cast<double>(account.bytes()) / seconds) +
          "/s, over " + FormatNanos(account.end()));
  Row(text, "retries",
      FormatCount(account.retries()) + " batches" +
          (account.duplicates_possible() > 0
               ? "; duplicates possible: " +
                     FormatCount(account.duplicates_possible()) + " records"
               : ""));
  if (account.body_limit().is_known()) {
    Row(text, "body limit",
        WordsOf(account.body_limit()) + "; " + FormatCount(account.splits()) +
            " batches were split");
  }
  std::string head(24, ' ');
  for (const char* name : kReportedShareNames) {
    head.append(10 - std::string_view(name).size(), ' ');
    head += name;
  }
  text += head + '\n';
  const auto quantiles = [&](std::string_view name, const Histogram& values) {
    std::string row;
    for (const double share : kReportedShares) {
      const std::string value =
          values.count() == 0 ? "-" : FormatNanos(values.Quantile(share));
      row.append(value.size() < 10 ? 10 - value.size() : 1, ' ');
      row += value;
    }
    Row(text, name, row);
  };
  quantiles("lateness", account.lateness());
  quantiles("ack after intended", account.latency());
  quantiles("ack after sent", account.service_time());
  const auto said = [&](std::string_view kind, const char* counted,
                        const std::map<std::string, LoadError>& entries) {
    for (const auto& [words, entry] : entries) {
      Row(text, std::string(kind) + words,
          FormatCount(entry.batches) + counted + FormatCount(entry.records) +
              " records" + (entry.answer.empty() ? "" : ": " + entry.answer));
    }
  };
  // A record may be in several attempts.
  said("error: ", " attempts, with ", account.errors());
  said("remark: ", " batches, with ", account.remarks());
  text += ChecksText(facts.checks, kNameWidth);
  text += LoadVerdict(result, plan, facts) + '\n';
  return text;
}

}  // namespace busyhour::internal
