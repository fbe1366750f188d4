#include "load/verdict.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/units.h"

namespace busyhour::internal {
namespace {

using Sentences = std::vector<std::string>;

std::string Seconds(std::size_t seconds) {
  return "t = " + std::to_string(seconds) + " s";
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
void AddPace(const LoadResult& result, const LoadFacts& facts,
             Sentences& sentences) {
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
}

// How the run ended, if not as planned, and how it was changed.
void AddEnd(const LoadResult& result, const LoadFacts& facts,
            Sentences& sentences) {
  if (!result.status.ok())
    sentences.push_back("ended: " + result.status.message());
  if (result.interrupted) sentences.push_back("interrupted");
  if (!result.changes.empty()) sentences.push_back(ChangesText(result.changes));
  if (const Nanos apart = BeganApart(facts); apart >= kNanosPerSecond) {
    sentences.push_back("the runs began " + FormatNanos(apart) + " apart");
  }
}

// The error of most attempts, if nothing else says why records were not
// acknowledged; empty otherwise.
std::string UsualError(const LoadResult& result) {
  const Account& account = result.account;
  if (account.errors().empty() || !account.refusal().empty() ||
      account.count(Ending::kFailed) + account.count(Ending::kNotSent) == 0) {
    return "";
  }
  const auto& [words, entry] =
      *std::max_element(account.errors().begin(), account.errors().end(),
                        [](const auto& a, const auto& b) {
                          return a.second.batches < b.second.batches;
                        });
  if (result.status.message().find(words) != std::string::npos) return "";
  return words + " (" + FormatCount(entry.batches) + " attempts)";
}

// What happened to the records, and what was learned of the receiver.
void AddFates(const LoadResult& result, Sentences& sentences) {
  const Account& account = result.account;
  if (account.count(Ending::kFailed) > 0) {
    sentences.push_back("failed: the receiver refused or never accepted " +
                        FormatCount(account.count(Ending::kFailed)) +
                        " records" +
                        (result.status.ok() && !account.refusal().empty()
                             ? ": " + account.refusal()
                             : ""));
  }
  if (std::string error = UsualError(result); !error.empty()) {
    sentences.push_back(std::move(error));
  }
  if (account.count(Ending::kDropped) > 0) {
    sentences.push_back(FormatCount(account.count(Ending::kDropped)) +
                        " records were dropped because the queue was full");
  }
  if (account.body_limit().is_known()) {
    sentences.push_back("the receiver " + WordsOf(account.body_limit()));
  }
  for (const auto& [words, entry] : account.remarks()) {
    sentences.push_back(words + " (" + FormatCount(entry.batches) +
                        " batches)");
  }
  if (account.lost_connections() > 0) {
    sentences.push_back("lost " + FormatCount(account.lost_connections()) +
                        " connections, with " +
                        FormatCount(account.lost_records()) +
                        " records in flight");
  }
  for (const Certainty certainty :
       {Certainty::kBuffered, Certainty::kHandedOver}) {
    if (account.count(certainty) == 0) continue;
    sentences.push_back(FormatCount(account.count(certainty)) +
                        " acknowledged records are " +
                        std::string(WordsOf(certainty)));
  }
}

// Of a run without a plan of its own: what determined the rate.
std::string RateSentence(const LoadResult& result) {
  const Account& account = result.account;
  if (account.count(Ending::kAcknowledged) == 0) {
    return "nothing was acknowledged";
  }
  // The receiver was waiting most of the time.
  if (2 * result.starved > account.end()) {
    return "as fast as this machine made the records: the receiver waited " +
           FormatNanos(result.starved) + " of " + FormatNanos(account.end());
  }
  return "as fast as the receiver accepted records";
}

// Whether a planned rate was held, and what stood in its way.
void AddRate(const LoadResult& result, const LoadPlan& plan,
             const LoadFacts& facts, Sentences& sentences) {
  const Account& account = result.account;
  AddPace(result, facts, sentences);
  if (account.service_time().count() > 0) {
    sentences.push_back("ack after sent p99 " +
                        FormatNanos(account.service_time().Quantile(0.99)));
  }
  if (const std::string in_flight = InFlightText(result, plan, facts);
      !in_flight.empty()) {
    sentences.push_back(in_flight);
  }
  if (IsStarved(result)) {
    sentences.push_back((facts.shards.empty() ? "this" : "a") +
                        std::string(" machine made records too slowly for ") +
                        FormatNanos(result.starved));
  }
}

}  // namespace

std::string LoadVerdict(const LoadResult& result, const LoadPlan& plan,
                        const LoadFacts& facts) {
  Sentences sentences;
  AddEnd(result, facts, sentences);
  AddFates(result, sentences);
  if (result.account.planned() == 0) {
    sentences.push_back(WhyNothingWasDue(result, plan));
  } else if (!plan.sender.paced) {
    sentences.push_back(RateSentence(result));
  } else {
    AddRate(result, plan, facts, sentences);
  }
  std::string verdict;
  for (const std::string& sentence : sentences) {
    verdict += (verdict.empty() ? "" : "; ") + sentence;
  }
  return verdict;
}

bool IsStarved(const LoadResult& result) {
  return result.starved > kNanosPerSecond / 10;
}

std::string TrialVerdict(const Trial& trial, const LoadResult& result,
                         const LoadPlan& plan, const LoadFacts& facts) {
  if (trial.ack_growth == 0) return LoadVerdict(result, plan, facts);
  return "sent in time, but acknowledgements took " +
         FormatNanos(trial.ack_growth) +
         " longer at the end than at the beginning: the receiver was slower "
         "than the plan; ack after sent p99 " +
         FormatNanos(result.account.service_time().Quantile(0.99));
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

}  // namespace busyhour::internal
