#include "verify/verification.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/time.h"
#include "catalog/faults.h"
#include "read/name_map.h"
#include "verify/hints.h"
#include "verify/verify_figures.h"

namespace busyhour::internal {
namespace {

// Room for the rest of a record with a value that a fault has enlarged.
constexpr std::uint64_t kBesidesLongValue = 64 << 10;

SentSoFar SoFarOf(const SentJobs& sent, const VerificationOptions& options) {
  SentSoFar so_far;
  so_far.judged = options.verify.judged;
  so_far.until = options.until;
  so_far.streams = sent.streams;
  return so_far;
}

}  // namespace

void MakeRoom(const Job& job, ReadOptions& reading) {
  for (const FaultRule& rule : job.faults) {
    if (rule.kind != FaultKind::kOversize) continue;
    reading.max_record = std::max<std::size_t>(reading.max_record,
                                               rule.bytes + kBesidesLongValue);
  }
}

Verification::Verification(SentJobs sent, VerificationOptions options)
    : options_(std::move(options)), sent_(std::move(sent)) {
  AddWorlds(sent_, worlds_);
  records_ = std::make_unique<SentRecords>(
      worlds_, sent_.jobs, SoFarOf(sent_, options_), options_.expects_faults,
      options_.threads);
  std::vector<Problem> problems;
  for (std::size_t i = 0; i < sent_.jobs.size(); ++i) {
    CheckCounts(sent_, i, records_->made_in(i), problems);
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  verifier_ =
      std::make_unique<Verifier>(worlds_, sent_.jobs.front().shape, *records_,
                                 options_.verify, options_.threads);
}

Verdict Verification::Finish() {
  Verdict verdict = verifier_->Finish();
  LogSet received;
  for (const LogType log : kLogTypes) {
    if (verdict.logs[log].received > 0) received.Add(log);
  }
  std::vector<Problem> problems;
  AddUnusedNames(options_.verify.reading.names, verifier_->name_use(), received,
                 problems);
  if (!problems.empty()) throw InputError(std::move(problems));
  for (std::size_t i = 0; i < sent_.jobs.size(); ++i) {
    const Job& job = sent_.jobs[i];
    VerifyJob& counted = verdict.jobs[i];
    counted.profile = sent_.profiles[i].name;
    counted.seed = job.seed;
    counted.start = job.start;
    if (job.shard.count > 1) {
      counted.shard = std::to_string(job.shard.index) + '/' +
                      std::to_string(job.shard.count);
    }
  }
  verdict.nothing_asked = WhyNothingAsked();
  verdict.checks = options_.allowance.Judge(verdict);
  const std::vector<Check> more =
      Judge(options_.thresholds, VerifyFigures(), verdict);
  verdict.checks.insert(verdict.checks.end(), more.begin(), more.end());
  verdict.hints = ReadingHints(verdict);
  if (!HasPassed(verdict, options_.allowance)) {
    const auto hints = HintsOf(verdict, sent_, options_.expects_faults);
    verdict.hints.insert(verdict.hints.end(), hints.begin(), hints.end());
  }
  return verdict;
}

// The reason why there is nothing to verify; empty if there is something.
std::string Verification::WhyNothingAsked() const {
  std::uint64_t due = 0;
  bool compares = !options_.verify.fields;
  for (const LogType log : kLogTypes) {
    due += records_->sent(log);
    compares = compares || (records_->sent(log) > 0 &&
                            !(*options_.verify.fields)[log].empty());
  }
  if (due > 0) {
    return compares ? "" : "no sent record has a field of --fields";
  }
  std::uint64_t made = 0;
  for (std::size_t i = 0; i < sent_.jobs.size(); ++i) {
    for (const std::uint64_t count : records_->made_in(i)) made += count;
  }
  const bool selects =
      std::any_of(sent_.jobs.begin(), sent_.jobs.end(),
                  [](const Job& job) { return job.filter != nullptr; });
  if (made == 0) {
    return selects && records_->calls() == 0
               ? "the job has no records, as --where selects no call"
               : "the job has no records";
  }
  if (options_.verify.judged != LogSet::All() && !options_.until) {
    return "the job has no records of the logs of --logs";
  }
  if (options_.until) {
    return "no record had been sent by " + FormatTime(*options_.until);
  }
  return "the manifest names no record that was certainly sent: its run had "
         "just started, was in progress, or nothing was acknowledged";
}

}  // namespace busyhour::internal
