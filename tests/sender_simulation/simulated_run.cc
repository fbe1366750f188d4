#include "sender_simulation/simulated_run.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/test_files.h"
#include "dataset/manifest.h"
#include "read/source.h"
#include "sender_simulation/scenario.h"
#include "verify/manifests.h"
#include "verify/verifier.h"

namespace busyhour::internal {
namespace {

// A run, and what is true of it.
class Simulation {
 public:
  explicit Simulation(std::uint64_t seed) : scenario_(seed) {}

  SimulatedRun Run();

 private:
  using RecordName = std::pair<LogType, std::uint64_t>;

  void Expect(bool holds, const std::string& law) {
    if (!holds) run_.broken.push_back(law);
  }
  void CheckSums(const LoadResult& result);
  void CheckEnd(const LoadResult& result);
  void CountTails();
  std::map<RecordName, Ending> EndingsOf(const Account& account);
  void CheckRecords(const Account& account);
  std::uint64_t DueBefore(const LoadResult& result) const;
  void CheckVerify(const LoadResult& result);
  void CheckManifest(const LoadResult& result);
  std::uint64_t CountOf(const std::string& text) const;
  Verdict VerdictOn(SentRecords& sent, bool with_missing);

  Scenario scenario_;
  SimulatedRun run_;
  // What follows is found by `CountTails` and `CheckRecords`.
  std::map<std::string, std::uint64_t> whole_tails_;
  std::uint64_t fragments_ = 0;   // parts of records
  std::set<RecordName> missing_;  // sent, but not taken
  std::uint64_t taken_ = 0;       // records, without copies
  std::uint64_t lost_ = 0;        // acknowledged, but not taken
};

SimulatedRun Simulation::Run() {
  run_.words = scenario_.words();
  if (!scenario_.sink().Open().ok()) return run_;
  const LoadResult result = RunLoad(Quickstart().worlds, scenario_.plan(),
                                    scenario_.sink(), scenario_.clock());
  run_.simulated_s = static_cast<double>(scenario_.clock().now()) / 1e9;
  run_.planned = result.account.planned();
  run_.acknowledged = result.account.count(Ending::kAcknowledged);
  run_.has_failed = !result.status.ok();
  run_.words += ", " + std::to_string(run_.planned) + " planned, " +
                std::to_string(run_.acknowledged) + " acknowledged, " +
                (result.status.ok() ? "ends well" : result.status.message());
  scenario_.FinishReceiver();
  run_.broken = scenario_.sink().broken_rules();
  CheckSums(result);
  CheckEnd(result);
  CountTails();
  CheckRecords(result.account);
  CheckVerify(result);
  CheckManifest(result);
  return run_;
}

// Every planned record has exactly one ending, by every way to count them.
void Simulation::CheckSums(const LoadResult& result) {
  const AccountTotals& totals = result.account.totals();
  AccountTotals::Endings of_logs{};
  AccountTotals::Endings of_seconds{};
  std::uint64_t planned = 0;
  std::uint64_t certain = 0;
  std::uint64_t endings = 0;
  for (const LogType log : kLogTypes) {
    std::uint64_t of_log = 0;
    for (std::size_t i = 0; i < kEndingCount; ++i) {
      of_log += totals.endings_of[log][i];
      of_logs[i] += totals.endings_of[log][i];
    }
    Expect(of_log == totals.planned_of[log], "the endings of a log");
  }
  for (const LoadSecond& second : totals.seconds) {
    planned += second.planned;
    for (std::size_t i = 0; i < kEndingCount; ++i) {
      of_seconds[i] += second.endings[i];
    }
  }
  for (const std::uint64_t count : totals.certainties) certain += count;
  for (const std::uint64_t count : totals.endings) endings += count;
  Expect(endings == totals.planned,
         "acknowledged + failed + dropped + not sent = planned");
  Expect(of_logs == totals.endings, "the endings by log");
  Expect(of_seconds == totals.endings, "the endings by second");
  Expect(planned == totals.planned, "the planned records by second");
  Expect(certain == totals.endings[0], "the acknowledged records by certainty");
  Expect(totals.windows[0].service_time.count() == certain,
         "one service time for each acknowledged record");
  Expect(totals.windows[0].latency.count() == certain,
         "one latency for each acknowledged record");
}

void Simulation::CheckEnd(const LoadResult& result) {
  Expect(!scenario_.WasImpatient(), "no request before Retry-After has passed");
  const Account& account = result.account;
  // An interruption and the end of a plan leave limited time.
  const bool was_ended = std::any_of(
      result.changes.begin(), result.changes.end(),
      [](const RunChange& each) { return each.kind == RunChangeKind::kEnd; });
  if (!result.status.ok() || result.interrupted || was_ended) return;
  Expect(account.count(Ending::kNotSent) == 0,
         "a run that ends well has sent everything that was due");
  const bool is_cut = scenario_.plan().end != kNever || !result.changes.empty();
  Expect(is_cut || result.whole, "a run that ends well is whole");
  Expect(scenario_.plan().sender.overload == Overload::kDrop ||
             account.count(Ending::kDropped) == 0,
         "records are dropped on request only");
}

// Tells the records at the ends of connections from parts of records.
void Simulation::CountTails() {
  std::set<std::string> known;
  for (const auto& [name, text] : scenario_.sink().texts()) {
    Expect(known.insert(text).second, "each record has its own text");
  }
  for (const std::string& tail : scenario_.stored().tails) {
    if (known.contains(tail)) {
      ++whole_tails_[tail];
    } else {
      ++fragments_;
    }
  }
}

// How often the receiver has taken a record.
std::uint64_t Simulation::CountOf(const std::string& text) const {
  const auto tail = whole_tails_.find(text);
  return scenario_.stored().CountOf(text) +
         (tail == whole_tails_.end() ? 0 : tail->second);
}

// The records that are not acknowledged.
std::map<Simulation::RecordName, Ending> Simulation::EndingsOf(
    const Account& account) {
  std::map<RecordName, Ending> endings;
  for (const LogType log : kLogTypes) {
    for (const Ending ending :
         {Ending::kFailed, Ending::kDropped, Ending::kNotSent}) {
      for (const RecordRange& range : account.ranges(ending, log)) {
        for (std::uint64_t i = 0; i < range.count; ++i) {
          const RecordName name(log, range.first + i);
          Expect(endings.emplace(name, ending).second,
                 "a record has one ending");
        }
      }
    }
  }
  return endings;
}

// Compares the account with what the receiver has taken.
void Simulation::CheckRecords(const Account& account) {
  const std::map<RecordName, Ending> endings = EndingsOf(account);
  std::uint64_t found = 0;
  for (const auto& [name, text] : scenario_.sink().texts()) {
    const std::uint64_t count = CountOf(text);
    found += count;
    if (count > 0) ++taken_;
    if (count > 1) run_.copies += count - 1;
    if (count == 0) missing_.insert(name);
    Expect(name.second < account.planned_of(name.first),
           "sent but not planned");
    const auto ending = endings.find(name);
    if (ending == endings.end()) {
      if (count == 0) ++lost_;
    } else {
      Expect(ending->second == Ending::kFailed,
             "a dropped or unsent record was sent");
    }
  }
  std::uint64_t stored = scenario_.stored().tails.size() - fragments_;
  for (const auto& [text, count] : scenario_.stored().counts) stored += count;
  Expect(found == stored, "the receiver has taken what was sent, and no more");
  Expect(lost_ <= account.count(Certainty::kBuffered),
         "nothing is acknowledged that the receiver has not taken");
  Expect(run_.copies <=
             account.duplicates_possible() + scenario_.stored().own_copies,
         "copies are announced");
}

Verdict Simulation::VerdictOn(SentRecords& sent, bool with_missing) {
  static const VerifyOptions kOptions;
  Verifier verifier(Quickstart().worlds, scenario_.plan().job.shape, sent,
                    kOptions);
  for (const std::string& input : scenario_.stored().inputs) {
    verifier.Read(SourceOf(input, 1 << 20), "input");
  }
  if (with_missing) {
    std::string rows;
    for (const RecordName& name : missing_) {
      const std::string& text = scenario_.sink().texts().at(name);
      // Of two lines, the first one is for the receiver.
      rows += text.substr(text.find('\n') + 1) + '\n';
    }
    verifier.Read(SourceOf(rows, 1 << 20), "missing");
  }
  return verifier.Finish();
}

// The number of records that were certainly due before the end of a run whose
// pace did not change. A record is due with its batch.
std::uint64_t Simulation::DueBefore(const LoadResult& result) const {
  const LoadPlan& plan = scenario_.plan();
  const bool is_steady =
      plan.sender.paced && !result.interrupted && result.changes.empty();
  const Nanos end = std::min(result.account.end(), plan.end) -
                    2 * plan.rules.limits.linger - kNanosPerSecond;
  if (!is_steady || end <= 0) return 0;
  return static_cast<std::uint64_t>(
      plan.pace.ReachedBy(static_cast<double>(end) / 1e9));
}

// Verify finds the records that the receiver lacks, those that it has twice,
// and nothing else.
void Simulation::CheckVerify(const LoadResult& result) {
  for (const bool with_missing : {false, true}) {
    if (with_missing && missing_.empty()) return;
    SentRecords sent(Quickstart().worlds, {scenario_.plan().job});
    std::uint64_t made = 0;
    for (const LogType log : kLogTypes) made += sent.sent(log);
    const Verdict verdict = VerdictOn(sent, with_missing);
    const std::uint64_t arrived = taken_ + (with_missing ? missing_.size() : 0);
    const std::string which = with_missing ? ", with the missing ones" : "";
    Expect(verdict.total.lost == made - arrived, "verify: lost" + which);
    Expect(verdict.total.duplicated == run_.copies,
           "verify: duplicated" + which);
    Expect(verdict.total.altered == 0, "verify: altered" + which);
    Expect(verdict.total.foreign == 0, "verify: foreign" + which);
    Expect(verdict.total.undecodable == fragments_,
           "verify: undecodable" + which);
    Expect(!result.whole || made == run_.planned, "a whole run plans all");
    Expect(run_.planned >= std::min(made, DueBefore(result)),
           "what was due before the end was planned");
  }
}

// With the manifest of the run, verify requires the acknowledged records only.
void Simulation::CheckManifest(const LoadResult& result) {
  static const Scratch scratch;
  const std::string path = scratch.Path("manifest.json");
  Manifest manifest;
  manifest.profile = &QuickstartProfile();
  manifest.job = scenario_.plan().job;
  manifest.complete = true;
  manifest.deliveries.push_back(DeliveriesOf(result.account));
  manifest.tally.records = manifest.deliveries.front().planned;
  Expect(WriteManifest(manifest, path).ok(), "the manifest is written");
  SentJobs jobs = ReadManifests({path});
  SentSoFar so_far;
  so_far.streams = jobs.streams;
  SentRecords sent(Quickstart().worlds, {scenario_.plan().job}, so_far);
  std::uint64_t required = 0;
  for (const LogType log : kLogTypes) required += sent.sent(log);
  Expect(required == run_.acknowledged, "verify requires what is acknowledged");
  const Verdict verdict = VerdictOn(sent, false);
  Expect(verdict.total.lost == lost_, "verify: lost, by the manifest");
  Expect(verdict.total.duplicated == run_.copies,
         "verify: duplicated, by the manifest");
  Expect(verdict.total.foreign + verdict.total.altered == 0,
         "verify: foreign or altered, by the manifest");
}

}  // namespace

SimulatedRun Simulate(std::uint64_t seed) { return Simulation(seed).Run(); }

}  // namespace busyhour::internal
