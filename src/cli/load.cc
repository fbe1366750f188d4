// busyhour load: sends a profile's records to a receiver when they are due.

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/fingerprint.h"
#include "base/printable.h"
#include "base/system.h"
#include "base/units.h"
#include "cli/command.h"
#include "cli/load_keys.h"
#include "cli/load_live.h"
#include "cli/load_options.h"
#include "cli/load_outputs.h"
#include "cli/load_progress.h"
#include "cli/load_signals.h"
#include "cli/print_verdicts.h"
#include "cli/run_place.h"
#include "cli/search_progress.h"
#include "cli/text_output.h"
#include "dataset/manifest.h"
#include "load/figures.h"
#include "load/find_max.h"
#include "load/target.h"
#include "load/verdict.h"

namespace busyhour::internal {
namespace {

// Of a trial of --find-max, which may be short.
constexpr Nanos kLeastDrain = 10 * kNanosPerSecond;

// Libraries allocate a buffer for each request. If the buffer were returned to
// the system each time, every new one would cause a page fault for each page.
constexpr int kFromSystem = 32 << 20;  // mapped separately from this size on
constexpr int kFreeAtTheEnd = 64 << 20;

// Opens the receiver; throws if that fails.
Target OpenTarget(const LoadOptions& load) {
  std::vector<Problem> problems;
  Target target = ReadTarget(load.to, load.with, problems);
  if (!problems.empty()) throw InputError(std::move(problems));
  if (Status status = target.sink->Open(); !status.ok()) {
    throw InputError("--to", status.message());
  }
  return target;
}

LoadPlan PlanFor(const LoadOptions& load, const Target& target) {
  LoadPlan plan = load.plan;
  plan.rules = target.rules;
  plan.sender.max_in_flight = load.max_in_flight.value_or(target.max_in_flight);
  // No more requests are in flight than there are connections.
  if (target.more_in_flight == kMoreConnections) {
    plan.sender.max_in_flight =
        std::min(plan.sender.max_in_flight, target.max_in_flight);
  }
  plan.sender.interrupt = &CountInterrupts();
  return plan;
}

LoadFacts FactsOf(const LoadOptions& load, const Target& target) {
  LoadFacts facts;
  facts.place = load.place;
  facts.profile = load.profile.name;
  Fingerprint fingerprint;
  fingerprint.Add(load.profile.text);
  facts.profile_fingerprint = fingerprint.Text();
  facts.job_json = JobText(load.plan.job, load.ends_by_clock);
  facts.target = target.uri.text;
  facts.acknowledged = InfoOf(target).acknowledged;
  facts.plan = PlanText(load);
  facts.slo = load.slo;
  facts.more_in_flight = target.more_in_flight;
  if (!facts.more_in_flight.empty() && load.max_in_flight &&
      *load.max_in_flight < target.max_in_flight) {
    facts.more_in_flight = kMoreBatches;
  }
  return facts;
}

// The extent for the manifest: that of the job. If only the clock ends the run,
// the job has no extent; a duration then covers everything that may have been
// planned.
Extent ExtentOf(const LoadOptions& load, std::int64_t reached_ms) {
  if (!load.ends_by_clock) return load.plan.job.extent;
  return {Extent::Kind::kDuration, static_cast<std::uint64_t>(reached_ms)};
}

// Simulated time from the job's start to the end of the planned records, at
// least a second.
std::int64_t ReachedMs(const LoadOptions& load, const Account& account) {
  return std::max(
      static_cast<std::int64_t>(account.last_second() + 1) * kMsPerSecond -
          load.plan.job.start.ms,
      kMsPerSecond);
}

// The manifest of a run. Without an account, the manifest of a run in progress.
Manifest ManifestOf(const LoadOptions& load, const LoadFacts& facts,
                    std::int64_t reached_ms, const Account* account) {
  Manifest manifest;
  manifest.profile = &load.profile;
  manifest.job = load.plan.job;
  manifest.job.extent = ExtentOf(load, reached_ms);
  manifest.complete = account != nullptr;
  Deliveries& deliveries = manifest.deliveries.emplace_back();
  if (account != nullptr) deliveries = DeliveriesOf(*account);
  deliveries.target = facts.target;
  deliveries.by_clock = load.ends_by_clock;
  manifest.tally.records = deliveries.planned;
  return manifest;
}

int EndWith(std::initializer_list<Status> statuses, int otherwise) {
  for (const Status& status : statuses) {
    if (status.ok()) continue;
    return EndWithFailure(status.message());
  }
  return otherwise;
}

// Makes one run and shows its progress.
LoadResult RunShown(const LoadOptions& load, const Worlds& worlds,
                    LoadPlan& load_plan, Target& target, LiveServer* live,
                    const std::function<void(const Account&)>& note = {}) {
  LoadProgress progress(load.quiet, load_plan);
  load_plan.sender.on_progress = [&](const Sender& sender, Nanos now) {
    progress.Show(sender, now);
    if (live != nullptr) live->run().Update(sender, now);
    if (note) note(sender.account());
  };
  LoadResult result = RunLoad(worlds, load_plan, *target.sink);
  progress.End();
  return result;
}

// Machines whose clocks are wrong would not begin together.
void CheckClock(const LoadOptions& load, OptionReader& options) {
  if (!load.max_clock_error) return;
  const std::optional<double>& error_ms = load.place.clock_error_ms;
  if (!error_ms) {
    options.Refuse("max-clock-error",
                   kKnowsClockError
                       ? "the clock of this machine is not synchronized, so "
                         "nobody knows its error; synchronize it, or begin "
                         "with --max-clock-error none"
                       : "the error of this machine's clock is not known: "
                         "only Linux tells it; begin with --max-clock-error "
                         "none");
    return;
  }
  const auto error = static_cast<Nanos>(*error_ms * kMillisecond);
  if (error <= *load.max_clock_error) return;
  options.Refuse("max-clock-error",
                 "the clock of this machine may be wrong by " +
                     FormatNanos(error) + ", more than " +
                     FormatNanos(*load.max_clock_error));
}

int RunOnce(LoadOptions load, RunControl& control, LiveServer* live) {
  const Worlds worlds(load.profile, load.plan.job.seed, load.plan.job.start);
  const std::string not_found =
      FindCalls(worlds, load.plan.threads, load.plan.job, load.quiet);
  if (!not_found.empty()) return EndWithFailure(not_found);
  Target target = OpenTarget(load);
  LoadPlan load_plan = PlanFor(load, target);
  load_plan.sender.control = &control;
  LoadFacts facts = FactsOf(load, target);
  const auto write_manifest = [&](std::int64_t reached_ms,
                                  const Account* account) {
    if (load.manifest.empty()) return Status::Ok();
    return WriteManifest(ManifestOf(load, facts, reached_ms, account),
                         load.manifest);
  };
  // If the run is killed, this version of the manifest remains.
  std::int64_t noted_ms = kMsPerHour;
  if (Status status = write_manifest(noted_ms, nullptr); !status.ok()) {
    throw InputError("--manifest", status.message());
  }
  LoadKeys keys;
  if (keys.is_active() && !load.quiet) {
    std::fputs("keys: + faster, - slower, p pause or go on, q end\n", stderr);
  }
  const LoadResult result = RunShown(
      load, worlds, load_plan, target, live, [&](const Account& account) {
        keys.Poll(control);
        const std::int64_t reached_ms = ReachedMs(load, account);
        if (!load.ends_by_clock || 2 * reached_ms < noted_ms) return;
        noted_ms = 4 * reached_ms;
        // An error is ignored here; the last write reports it.
        static_cast<void>(write_manifest(noted_ms, nullptr));
      });
  facts.checks = JudgeLoad(load.checks.thresholds, result, load_plan);
  std::string text = load.quiet ? "" : LoadTable(result, load_plan, facts);
  if (load.quiet && !AllPassed(facts.checks)) {
    text = ChecksText(facts.checks, kCheckWidth) +
           LoadVerdict(result, load_plan, facts) + '\n';
  }
  facts.passed =
      result.status.ok() && !result.interrupted && AllPassed(facts.checks);
  PrintVerdicts(ForPerson(text), stderr);
  if (live != nullptr) {
    live->run().End(facts.passed, LoadVerdict(result, load_plan, facts));
  }
  return EndWith(
      {result.status,
       write_manifest(ReachedMs(load, result.account), &result.account),
       WriteReport(load.report, LoadJson(result, load_plan, facts)),
       WriteHgrm(load.hgrm, result.account),
       TellChecks(load.checks,
                  {"load", facts.target, RunSeconds(result), facts.checks})},
      result.interrupted        ? kInterrupted
      : AllPassed(facts.checks) ? kDone
                                : kJobFailed);
}

void TellTrial(const Trial& trial) {
  fmt::print(stderr, "{:>9} records/s  {}  {}{}\n", FormatAmount(trial.rate),
             trial.held ? "sustained    " : "not sustained",
             trial.confirms
                 ? "for " + FormatDuration(trial.length / kMillisecond) + ": "
                 : "",
             ForPerson(trial.verdict));
}

// Makes one trial.
LoadResult TryRate(const LoadOptions& load, Target& target, LiveServer* live,
                   Trial& trial) {
  LoadPlan load_plan = PlanFor(load, target);
  load_plan.pace = Pace(trial.rate, load.pattern);
  load_plan.end = trial.length;
  load_plan.sender.overload = Overload::kFail;
  load_plan.sender.ends_at_refusal = true;
  // The rest of an overloaded trial tells nothing more after this time.
  load_plan.sender.max_drain =
      std::min(load_plan.sender.max_drain, std::max(trial.length, kLeastDrain));
  const Worlds worlds(load.profile, load_plan.job.seed, load_plan.job.start);
  if (live != nullptr) {
    RunReport live_facts = LiveFactsOf(load);
    live_facts.plan = "a trial at " + FormatAmount(trial.rate) + " records/s";
    live->Begin(std::move(live_facts), nullptr);
  }
  LoadResult result = RunShown(load, worlds, load_plan, target, live);
  Judge(result, load.slo, trial);
  trial.starved = IsStarved(result);
  trial.verdict = TrialVerdict(trial, result, load_plan, FactsOf(load, target));
  return result;
}

// `load` is a copy, whose job goes on in simulated time from trial to trial: no
// record is sent twice, and none is older than those before it.
int RunFindMax(LoadOptions load, LiveServer* live) {
  std::optional<Target> target = OpenTarget(load);
  const LoadFacts facts = FactsOf(load, *target);
  FindMaxOptions options;
  options.first_rate = load.rate.per_second;
  options.trial = load.trial;
  options.slo = load.slo;
  std::size_t trials = 0;
  Status status = Status::Ok();
  FindMaxResult found = FindMax(
      options,
      [&](Trial& trial) {
        try {
          if (!target) target = OpenTarget(load);
        } catch (const InputError& error) {
          // Not an input error: the receiver was available before, and records
          // were sent.
          status = Status::Failed(error.what());
          return false;
        }
        const LoadResult result = TryRate(load, *target, live, trial);
        target.reset();
        const std::int64_t reached_ms = ReachedMs(load, result.account);
        if (!load.manifest.empty()) {
          status = WriteManifest(
              ManifestOf(load, facts, reached_ms, &result.account),
              ManifestOfTrial(load.manifest, ++trials));
        }
        load.plan.job.start.ms += reached_ms;
        return status.ok() && !result.interrupted;
      },
      [&](const Trial& trial) {
        if (!load.quiet) TellTrial(trial);
      });
  found.failure = status.message();
  // With --to -, standard output contains the records.
  fmt::print(load.to == "-" || load.report == "-" ? stderr : stdout, "{}\n",
             ForPerson(FindMaxVerdict(found, facts)));
  const bool is_answer = found.rate > 0 && found.refusal.empty();
  if (live != nullptr) {
    live->run().End(is_answer, FindMaxVerdict(found, facts));
  }
  return EndWith({status, WriteReport(load.report, FindMaxJson(found, facts))},
                 found.stopped ? kInterrupted
                 : is_answer   ? kDone
                               : kJobFailed);
}

}  // namespace

int RunLoadCommand(int argc, const char* const* argv) {
  OptionReader options(
      {"load", "--to URI [OPTIONS]",
       "Sends a profile's records to a receiver when they are due, and "
       "reports\n"
       "the results.",
       "busyhour load --to tcp://127.0.0.1:5140 --rate 20000/s --for 1m"});
  DeclareLoad(options);
  if (options.Parse(argc, argv)) return kDone;
  LoadOptions load = ReadLoad(options);
  load.place = PlaceOfRun(argc, argv, load.with);
  CheckClock(load, options);
  if (options.Has("to")) CheckOutputs(load, load.receiver, options);
  options.ThrowIfRefused();
  KeepFreedMemory(kFromSystem, kFreeAtTheEnd);
  RunControl control(load.rate, load.notes_send_times);
  const std::unique_ptr<LiveServer> live =
      ServeRun(load, load.find_max ? nullptr : &control);
  if (load.find_max) return RunFindMax(load, live.get());
  const ControlSignals signals(control);
  return RunOnce(std::move(load), control, live.get());
}

}  // namespace busyhour::internal
