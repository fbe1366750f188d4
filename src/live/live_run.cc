#include "live/live_run.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "load/report.h"

namespace busyhour::internal {
namespace {

double SecondsOf(Nanos time) { return static_cast<double>(time) / 1e9; }

}  // namespace

void LiveRun::Begin(RunReport facts, const RunControl* control) {
  const std::lock_guard lock(mutex_);
  figures_ = {};
  figures_.run = std::move(facts);
  SetCounts({}, figures_.run);
  SetSeconds({}, 0, figures_.run);
  if (control != nullptr) {
    figures_.rate = control->rate();
    figures_.unit = control->unit();
  }
  control_ = control;
  next_second_ = 0;
}

void LiveRun::Update(const Sender& sender, Nanos now) {
  const Account& account = sender.account();
  const bool has_ended = account.end() > 0;
  std::unique_lock lock(mutex_, std::defer_lock);
  if (has_ended) {
    lock.lock();
  } else if (!lock.try_lock()) {
    return;  // somebody reads; the next time will do
  }
  RunReport& run = figures_.run;
  run.started = sender.began();
  figures_.seconds = run.seconds = SecondsOf(std::max<Nanos>(now, 0));
  if (control_ != nullptr) figures_.rate = control_->rate();
  figures_.is_paused = sender.is_paused();
  figures_.is_ending = now >= sender.plan_end();
  figures_.sent = account.sent();
  figures_.queued = sender.queued();
  figures_.in_flight = sender.in_flight();
  figures_.lost_records = account.lost_records();
  figures_.backlog_seconds =
      SecondsOf(now - std::min(now, sender.oldest_due()));
  for (std::size_t i = 0; i < kLiveShares.size(); ++i) {
    figures_.lateness_seconds[i] =
        SecondsOf(account.lateness_now().Quantile(kLiveShares[i]));
  }
  SetCounts(account.totals(), run);
  if (figures_.seconds > 0) {
    run.offered_rate = static_cast<double>(run.records[0]) / figures_.seconds;
    run.achieved_rate = static_cast<double>(run.records[1]) / figures_.seconds;
  }
  if (control_ != nullptr && control_->changes().size() != run.changes.size()) {
    run.changes = ChangeRowsOf(control_->changes(), run.started, figures_.unit);
  }
  if (now < next_second_ && !has_ended) return;
  next_second_ = (now / kNanosPerSecond + 1) * kNanosPerSecond;
  const std::size_t seconds = account.seconds().size();
  SetSeconds(account.totals(), seconds - std::min(seconds, kKeptSeconds), run);
}

void LiveRun::End(bool passed, const std::string& verdict) {
  const std::lock_guard lock(mutex_);
  figures_.is_over = true;
  figures_.is_paused = false;
  figures_.run.passed = passed;
  figures_.run.verdict = verdict;
}

}  // namespace busyhour::internal
