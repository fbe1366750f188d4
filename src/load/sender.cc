#include "load/sender.h"

#include <algorithm>
#include <utility>

#include "base/stream.h"
#include "base/time.h"
#include "base/units.h"

namespace busyhour::internal {
namespace {

// Maximum time that the sender waits before it checks its state again.
constexpr Nanos kMostWait = 50'000'000;
constexpr Nanos kStarvedWait = 200'000;
// Maximum time to wait for records to be made.
constexpr std::chrono::seconds kMakeWait{1};
// Maximum time to count records that were due, if the run is to end at once.
constexpr Nanos kMostCounting = kNanosPerSecond;
constexpr Nanos kProgressPeriod = 100'000'000;

std::string SecondsText(Nanos time) { return FormatDuration(time / 1'000'000); }

}  // namespace

Sender::Sender(BatchSink& sink, Lookahead& lookahead, Account& account,
               RunClock& clock, Options options)
    : sink_(sink),
      lookahead_(lookahead),
      account_(account),
      clock_(clock),
      options_(std::move(options)) {}

Status Sender::Run() {
  Nanos next_progress = kProgressPeriod;
  last_good_ = clock_.Now();
  for (;;) {
    Nanos now = clock_.Now();
    FollowControl(now);
    if (Interrupt() > 1 ||
        (plan_end_ != kNever && now - plan_end_ > options_.interrupted_drain)) {
      break;
    }
    EndWaits(now);
    TakeDue(std::min(now, plan_end_));
    SendQueued(now);
    if (!status_.ok()) break;
    if (!ended_ || !queue_.empty() || !waiting_.empty() ||
        !in_flight_.empty()) {
      settling_since_ = -1;
    } else if (!GoOnSettling(now)) {
      break;
    }
    receipts_.clear();
    const Nanos before = IsCrowded(now) ? now : kNever;
    sink_.Poll(std::chrono::nanoseconds(WaitTime(now)), receipts_);
    now = clock_.Now();
    crowded_ += std::max<Nanos>(now - std::min(before, now), 0);
    HandleReceipts(now);
    CheckPatience(now);
    // The run ends when everything is acknowledged and stays so.
    if (settling_since_ < 0) {
      account_.Advance(now,
                       {queued_records_, in_flight_records_, oldest_due()});
    }
    if (options_.on_progress && now >= next_progress) {
      next_progress = now + kProgressPeriod;
      options_.on_progress(*this, now);
    }
    if (!status_.ok()) break;
  }
  // Batches with a receipt by now have not failed.
  receipts_.clear();
  sink_.Poll(std::chrono::nanoseconds(0), receipts_);
  const Nanos now = clock_.Now();
  HandleReceipts(now);
  const Nanos end = settling_since_ < 0 ? now : settling_since_;
  Abandon(std::min(end, plan_end_));
  account_.Finish(end);
  if (options_.on_progress) options_.on_progress(*this, end);
  return status_;
}

void Sender::FollowControl(Nanos now) {
  if (Interrupt() > 0) interrupted_ = true;
  if (options_.control != nullptr) {
    options_.control->MakeChanges(now, plan_clock_);
  }
  if (plan_end_ != kNever) return;
  if (interrupted_ ||
      (options_.control != nullptr && options_.control->has_ended())) {
    plan_end_ = now;
    if (!options_.paced) ended_ = true;
  }
}

Nanos Sender::LastDue() const {
  return ended_ ? account_.last_due() : plan_end();
}

Nanos Sender::NextDue(bool& is_made) {
  const Nanos due = lookahead_.NextDue(ended_);
  is_made = due != kNever;
  return plan_clock_.RunTimeOf(due);
}

std::unique_ptr<LoadBatch> Sender::Take() {
  std::unique_ptr<LoadBatch> batch = lookahead_.Take();
  plan_clock_.ToRunTime(*batch);
  return batch;
}

void Sender::CheckPatience(Nanos now) {
  if (in_flight_.empty() && queue_.empty() && waiting_.empty()) {
    last_good_ = now;
    return;
  }
  if (now - last_good_ > options_.give_up) {
    const std::string obstacle(sink_.obstacle());
    status_ = Status::Failed(
        "nothing has been acknowledged for " + SecondsText(now - last_good_) +
        (obstacle.empty() ? "" : ": " + obstacle) + "; giving up (--give-up)");
  } else if (options_.max_drain != kNever && LastDue() != kNever &&
             now > LastDue() + options_.max_drain) {
    status_ = Status::Failed("not everything was acknowledged within " +
                             SecondsText(options_.max_drain) +
                             " after the end of the plan (--max-drain)");
  }
}

// Called when everything is acknowledged. Whether final receipts are still
// missing.
bool Sender::GoOnSettling(Nanos now) {
  if (settling_since_ < 0) {
    settling_since_ = now;
    if (!held_.empty()) sink_.EndSending();
  }
  return !held_.empty() && now - settling_since_ < options_.settle;
}

// Takes due batches from the lookahead, as far as the queue has room.
void Sender::TakeDue(Nanos now) {
  while (!ended_) {
    if (!options_.paced) {
      if (plan_clock_.PlanTimeAt(now) >= options_.end) ended_ = true;
      if (ended_ || is_paused()) return;
    }
    bool is_made = false;
    const Nanos due = NextDue(is_made);
    if (is_made && due > plan_end_) ended_ = true;
    if (due > now) {
      if (!ended_ && !is_made && queue_.empty() && !is_paused()) {
        if (starved_since_ < 0) starved_since_ = now;
      } else {
        starved_since_ = -1;
      }
      return;
    }
    if (starved_since_ >= 0) {
      starved_ += now - starved_since_;
      starved_since_ = -1;
    }
    // Without a pace, at most one batch is queued.
    if (!options_.paced && !queue_.empty()) return;
    const bool is_full = queue_bytes_ >= options_.max_queue_bytes;
    if (is_full) {
      if (first_full_ < 0) first_full_ = now;
      if (options_.overload == Overload::kWait) return;
      if (options_.overload == Overload::kFail) {
        status_ =
            Status::Failed("the queue is full (" +
                           FormatSize(static_cast<double>(queue_bytes_)) +
                           ", --max-queue) " + SecondsText(now) +
                           " after the start: the receiver is slower than "
                           "the plan, and --overload is fail");
        return;
      }
    }
    std::unique_ptr<LoadBatch> batch = Take();
    // Without a pace, a batch is due when the receiver has room for it.
    if (!options_.paced) batch->BeDueAt(now);
    account_.Plan(*batch);
    if (is_full) {
      account_.End(*batch, Ending::kDropped);
      GiveBack(std::move(batch));
      continue;
    }
    queue_bytes_ += batch->bytes.size();
    queued_records_ += batch->records;
    queue_.push_back(std::move(batch));
  }
}

Nanos Sender::oldest_due() const noexcept {
  return queue_.empty() ? kNever : queue_.front()->send_at;
}

std::unique_ptr<LoadBatch> Sender::Pop() {
  std::unique_ptr<LoadBatch> batch = std::move(queue_.front());
  queue_.pop_front();
  queue_bytes_ -= batch->bytes.size();
  queued_records_ -= batch->records;
  return batch;
}

bool Sender::MaySend(Nanos now) const {
  if (queue_.empty() || now < resume_at_ ||
      in_flight_.size() >= options_.max_in_flight || !sink_.HasRoom()) {
    return false;
  }
  // A batch above the known limit is split; one of unknown size is tried alone.
  const BodyLimit& limit = account_.body_limit();
  const LoadBatch& next = *queue_.front();
  return in_flight_.empty() || next.records == 1 ||
         next.bytes.size() > limit.most() || !limit.IsTrial(next.bytes.size());
}

bool Sender::IsCrowded(Nanos now) const {
  return !queue_.empty() && now >= resume_at_ &&
         in_flight_.size() >= options_.max_in_flight;
}

void Sender::SendQueued(Nanos now) {
  while (MaySend(now)) {
    std::unique_ptr<LoadBatch> batch = Pop();
    const BodyLimit& limit = account_.body_limit();
    if (limit.is_known() && batch->bytes.size() > limit.most() &&
        QueueParts(*batch, limit.most())) {
      LimitBatches(*batch);
      GiveBack(std::move(batch));
      continue;
    }
    account_.Send(*batch, now, options_.paced);
    if (!options_.paced && !batch->was_sent()) batch->BeDueAt(now);
    batch->sent = now;
    in_flight_records_ += batch->records;
    LoadBatch* const sent = batch.get();
    in_flight_.emplace(sent, std::move(batch));
    sink_.Send(*sent);
    // Filling a sink that always has room may take long.
    now = clock_.Now();
    if (!options_.paced && !ended_ && queue_.empty()) {
      TakeDue(now);
    }
  }
}

void Sender::EndWaits(Nanos now) {
  for (auto& batch : waiting_) {
    if (batch->not_before <= now) QueueAgain(std::move(batch));
  }
  std::erase(waiting_, nullptr);
}

// Puts it back into its place in the plan's order.
void Sender::QueueAgain(std::unique_ptr<LoadBatch> batch) {
  const auto at = std::lower_bound(
      queue_.begin(), queue_.end(), batch, [](const auto& a, const auto& b) {
        return std::pair(a->index, a->offset) < std::pair(b->index, b->offset);
      });
  queue_.insert(at, std::move(batch));
}

Nanos Sender::WaitTime(Nanos now) {
  Nanos until = now + kMostWait;
  for (const auto& batch : waiting_) {
    until = std::min(until, batch->not_before);
  }
  if (!queue_.empty()) {
    if (now < resume_at_) until = std::min(until, resume_at_);
    if (MaySend(now)) return 0;
  }
  if (!ended_ && (options_.paced || (queue_.empty() && !is_paused()))) {
    bool is_made = false;
    const Nanos due = NextDue(is_made);
    if (!is_made) {
      if (!ended_) {
        if (in_flight_.empty() && queue_.empty() && waiting_.empty()) {
          static_cast<void>(
              lookahead_.WaitForBatch(std::chrono::nanoseconds(kMostWait)));
          return 0;
        }
        until = std::min(until, now + kStarvedWait);
      }
    } else if (queue_bytes_ < options_.max_queue_bytes ||
               options_.overload != Overload::kWait) {
      until = std::min(until, due);
    }
  }
  return std::max<Nanos>(0, until - now);
}

void Sender::GiveBack(std::unique_ptr<LoadBatch> batch) {
  lookahead_.GiveBack(std::move(batch));
}

void Sender::Abandon(Nanos plan_end) {
  // Batches that were due and not yet queued are part of the plan, too. There
  // may be more of them than the lookahead can hold.
  const Nanos begin = clock_.Now();
  while (!ended_ && options_.paced) {
    if (Interrupt() > 1 && clock_.Now() - begin > kMostCounting) break;
    bool is_made = false;
    const Nanos due = NextDue(is_made);
    if (!is_made && !ended_ && lookahead_.WaitForBatch(kMakeWait)) {
      continue;
    }
    if (due == kNever || due > plan_end) break;
    std::unique_ptr<LoadBatch> batch = Take();
    account_.Plan(*batch);
    account_.LeaveUnsent(*batch, begin, options_.paced);
  }
  lookahead_.Cancel();
  for (auto& batch : waiting_) queue_.push_back(std::move(batch));
  waiting_.clear();
  for (const auto& batch : queue_) {
    if (batch->was_sent()) {
      account_.End(*batch, Ending::kFailed);
    } else {
      account_.LeaveUnsent(*batch, begin, options_.paced);
    }
  }
  for (const auto& [key, batch] : in_flight_) {
    account_.NoteError("no answer before the end", "", batch->records);
    account_.End(*batch, Ending::kFailed);
  }
  queue_.clear();
  queued_records_ = 0;
  // The sink owns the memory of batches in flight until it is closed.
  in_flight_records_ = 0;
}

}  // namespace busyhour::internal
