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

namespace busyhour {
namespace {

// Width of the names in the table.
constexpr std::size_t kNameWidth = 22;

std::string Seconds(std::size_t seconds) {
  return "t = " + std::to_string(seconds) + " s";
}

std::string BytesText(std::size_t bytes) {
  return FormatCount(bytes) + " bytes";
}

// The known limits on body size; empty if there are none.
std::string LimitText(const BodyLimit& limit) {
  if (!limit.is_known()) return "";
  if (limit.is_stated()) {
    return "states a limit of " + BytesText(limit.most()) + " for a body";
  }
  return "refused bodies of " + BytesText(limit.least_refused()) +
         (limit.most_taken() >= limit.least_refused()
              ? " and accepted others of up to "
              : " and accepted bodies of up to ") +
         BytesText(limit.most_taken());
}

// Whether the receiver was too slow for the plan in that second.
bool IsBehind(const LoadSecond& second, const LoadFacts& facts) {
  return second.lateness_p50 > facts.slo || second.backlog > facts.slo;
}

// The first second from `from` on for which `IsBehind` is `behind`.
std::size_t FindSecond(const LoadResult& result, const LoadFacts& facts,
                       std::size_t from, bool behind) {
  const std::vector<LoadSecond>& seconds = result.account.seconds();
  while (from < seconds.size() && IsBehind(seconds[from], facts) != behind) {
    ++from;
  }
  return from;
}

// Whether more batches in flight would help, with the figures; empty if they
// are no bottleneck.
std::string InFlightText(const LoadResult& result, const LoadPlan& plan,
                         const LoadFacts& facts) {
  const Account& account = result.account;
  if (facts.more_in_flight.empty() || account.service_time().count() == 0 ||
      2 * result.crowded < account.end()) {
    return "";
  }
  const double each = account.service_time().mean();
  const double batches = OfferedRecordRate(result, plan) *
                         static_cast<double>(account.batches()) /
                         static_cast<double>(account.sent());
  const double needed = batches * each / static_cast<double>(kNanosPerSecond);
  const std::size_t most = plan.sender.max_in_flight;
  if (needed <= static_cast<double>(most)) return "";
  return FormatCount(most) +
         " batches in flight are not enough: " + FormatAmount(batches) +
         " batches/s at " + FormatNanos(static_cast<Nanos>(each)) +
         " each need " +
         FormatCount(static_cast<std::uint64_t>(std::ceil(needed))) +
         " (Little's law); unless the receiver is at its limit, raise " +
         facts.more_in_flight;
}

void Row(std::string& text, std::string_view name, std::string_view value) {
  text += "  ";
  text += name;
  text.append(name.size() < kNameWidth ? kNameWidth - name.size() : 1, ' ');
  text += value;
  text += '\n';
}

// The meaning of this certainty for acknowledged records.
std::string_view MeaningOf(Certainty certainty) {
  switch (certainty) {
    case Certainty::kConfirmed:
      return "confirmed";
    case Certainty::kRead:
      return "read by the receiver";
    case Certainty::kBuffered:
      return "in the buffer of the receiver's system, perhaps not read";
    case Certainty::kHandedOver:
      return "passed to the network, perhaps not received";
  }
  return "";
}

// The number of acknowledged records with each certainty.
std::string CertaintyText(const Account& account) {
  std::string text;
  for (std::size_t i = 0; i < kCertaintyCount; ++i) {
    const auto certainty = static_cast<Certainty>(i);
    if (account.count(certainty) == 0) continue;
    text += (text.empty() ? "" : "; ") + FormatCount(account.count(certainty)) +
            ' ' + std::string(MeaningOf(certainty));
  }
  return text;
}

// Whether somebody ended the run by its control.
bool WasEnded(const LoadResult& result) {
  return !result.changes.empty() &&
         result.changes.back().kind == RunChangeKind::kEnd;
}

// Says why, and how a run has records.
std::string WhyNothingWasDue(const LoadResult& result, const LoadPlan& plan) {
  if (result.interrupted) return "nothing was due before the interruption";
  if (WasEnded(result)) return "nothing was due before the run was ended";
  const std::string nothing =
      plan.sends_events ? "no event was due" : "no record was due";
  if (result.next_due != kNever) {
    return nothing + ": the first one is due " + FormatNanos(result.next_due) +
           " after the start, and --for ends the plan at " +
           FormatDuration(plan.end / kMillisecond) + "; use a longer --for" +
           (plan.unit == PaceUnit::kSimulatedSeconds
                ? ", a higher --speed or a --rate"
                : " or a higher --rate");
  }
  if (!result.whole) return nothing;
  return nothing + ": the job has none; use a longer extent, such as " +
         "--duration 1d, or more calls (busyhour describe shows how many)";
}

// Between the beginnings of the first and the last run of a merged report, by
// their clocks.
Nanos BeganApart(const LoadFacts& facts) {
  if (facts.shards.empty()) return 0;
  const auto [first, last] = std::minmax_element(
      facts.shards.begin(), facts.shards.end(),
      [](const ShardRun& a, const ShardRun& b) { return a.began < b.began; });
  return (last->began.ms - first->began.ms) * kMillisecond;
}

// Whether the receiver kept up with the plan, or when and how far it fell
// behind.
std::vector<std::string> PaceSentences(const LoadResult& result,
                                       const LoadFacts& facts) {
  std::vector<std::string> sentences;
  const Account& account = result.account;
  const Histogram& lateness = account.lateness();
  const Nanos p99 = lateness.Quantile(0.99);
  // A receiver that did not accept everything has not kept up.
  const bool is_all_sent = account.count(Ending::kDropped) == 0 &&
                           account.count(Ending::kNotSent) == 0;
  if (p99 <= facts.slo && is_all_sent) {
    sentences.push_back((account.count(Ending::kFailed) == 0
                             ? "kept up: lateness p99 "
                             : "sent in time: lateness p99 ") +
                        FormatNanos(p99));
  }
  const std::size_t behind = FindSecond(result, facts, 0, true);
  if (behind < account.seconds().size()) {
    const std::size_t again = FindSecond(result, facts, behind, false);
    Nanos most = lateness.max();
    for (const LoadSecond& second : account.seconds()) {
      most = std::max(most, second.backlog);
    }
    // The last row may be a fraction of a second.
    const bool caught_up = again + 1 < account.seconds().size() ||
                           (again < account.seconds().size() &&
                            account.count(Ending::kNotSent) == 0);
    sentences.push_back(
        "fell behind at " + Seconds(behind) + ", by " + FormatNanos(most) +
        " at most" +
        (caught_up ? "; caught up at " + Seconds(again) : "; never caught up"));
  } else if (p99 > facts.slo) {
    sentences.push_back("was late at times: p99 " + FormatNanos(p99) +
                        ", above " + FormatNanos(facts.slo));
  }
  return sentences;
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

std::string LoadVerdict(const LoadResult& result, const LoadPlan& plan,
                        const LoadFacts& facts) {
  const Account& account = result.account;
  std::string verdict;
  const auto add = [&verdict](const std::string& sentence) {
    verdict += (verdict.empty() ? "" : "; ") + sentence;
  };
  if (!result.status.ok()) add("ended: " + result.status.message());
  if (result.interrupted) add("interrupted");
  if (!result.changes.empty()) add(ChangesText(result.changes));
  if (const Nanos apart = BeganApart(facts); apart >= kNanosPerSecond) {
    add("the runs began " + FormatNanos(apart) + " apart");
  }
  if (account.count(Ending::kFailed) > 0) {
    add("failed: the receiver refused or never accepted " +
        FormatCount(account.count(Ending::kFailed)) + " records" +
        (result.status.ok() && !account.refusal().empty()
             ? ": " + account.refusal()
             : ""));
  }
  if (account.count(Ending::kDropped) > 0) {
    add(FormatCount(account.count(Ending::kDropped)) +
        " records were dropped because the queue was full");
  }
  if (account.body_limit().is_known()) {
    add("the receiver " + LimitText(account.body_limit()));
  }
  for (const auto& [words, entry] : account.remarks()) {
    add(words + " (" + FormatCount(entry.batches) + " batches)");
  }
  if (account.lost_connections() > 0) {
    add("lost " + FormatCount(account.lost_connections()) +
        " connections, with " + FormatCount(account.lost_records()) +
        " records in flight");
  }
  for (const Certainty certainty :
       {Certainty::kBuffered, Certainty::kHandedOver}) {
    if (account.count(certainty) == 0) continue;
    add(FormatCount(account.count(certainty)) + " acknowledged records are " +
        std::string(MeaningOf(certainty)));
  }
  if (account.planned() == 0) {
    add(WhyNothingWasDue(result, plan));
    return verdict;
  }
  if (!plan.sender.paced) {
    if (account.count(Ending::kAcknowledged) == 0) {
      add("nothing was acknowledged");
      return verdict;
    }
    // The receiver was waiting most of the time.
    add(2 * result.starved > account.end()
            ? "as fast as this machine made the records: the receiver waited " +
                  FormatNanos(result.starved) + " of " +
                  FormatNanos(account.end())
            : "as fast as the receiver accepted records");
    return verdict;
  }
  for (const std::string& sentence : PaceSentences(result, facts)) {
    add(sentence);
  }
  if (account.service_time().count() > 0) {
    add("ack after sent p99 " +
        FormatNanos(account.service_time().Quantile(0.99)));
  }
  if (const std::string in_flight = InFlightText(result, plan, facts);
      !in_flight.empty()) {
    add(in_flight);
  }
  if (IsStarved(result)) {
    add((facts.shards.empty() ? "this" : "a") +
        std::string(" machine made records too slowly for ") +
        FormatNanos(result.starved));
  }
  return verdict;
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
        LimitText(account.body_limit()) + "; " + FormatCount(account.splits()) +
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
  const auto said = [&](std::string_view kind,
                        const std::map<std::string, LoadError>& entries) {
    for (const auto& [words, entry] : entries) {
      Row(text, std::string(kind) + words,
          FormatCount(entry.batches) + " batches, " +
              FormatCount(entry.records) + " records" +
              (entry.answer.empty() ? "" : ": " + entry.answer));
    }
  };
  said("error: ", account.errors());
  said("remark: ", account.remarks());
  text += ChecksText(facts.checks, kNameWidth);
  text += LoadVerdict(result, plan, facts) + '\n';
  return text;
}

bool IsStarved(const LoadResult& result) {
  return result.starved > kNanosPerSecond / 10;
}

std::string FindMaxVerdict(const FindMaxResult& found, const LoadFacts& facts) {
  const std::string within =
      " with lateness p99 within " + FormatDurationExact(facts.slo / 1'000'000);
  const auto rate_text = [](double rate) {
    return std::to_string(static_cast<std::uint64_t>(std::llround(rate))) +
           " records/s";
  };
  std::string text = facts.target;
  if (!found.refusal.empty()) {
    text += " refused records at " + rate_text(found.trials.back().rate) +
            ", which is no question of the rate: " + found.refusal;
    if (found.rate > 0) text += "; before, it sustained ";
  } else if (found.rate > 0) {
    text += " sustains " + std::string(found.stopped ? "at least " : "");
  } else {
    text += " did not sustain any rate" + within;
  }
  if (found.rate > 0) {
    text += rate_text(found.rate) + within;
    const Trial* const confirmation = found.confirmation();
    text += confirmation == nullptr
                ? ", not confirmed by a longer trial"
                : ", confirmed by a trial of " +
                      FormatDuration(confirmation->length / kMillisecond);
  }
  double buffered = 0;
  for (const Trial& trial : found.trials) {
    buffered = std::max(buffered, trial.buffered);
  }
  if (buffered > found.rate && found.rate > 0) {
    text += "; its buffers hold about " +
            FormatCount(static_cast<std::uint64_t>(buffered)) + " records";
  }
  if (found.stopped) text += "; the search was not finished";
  if (found.starved)
    text += "; it may sustain more: this machine cannot make records faster";
  return text;
}

}  // namespace busyhour
