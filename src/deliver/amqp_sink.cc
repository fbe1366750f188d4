#include "deliver/amqp_sink.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/units.h"
#include "deliver/amqp_message.h"
#include "deliver/wait.h"

namespace busyhour::internal {
namespace {

constexpr std::chrono::nanoseconds kOpenWait{50'000'000};

}  // namespace

AmqpSink::AmqpSink(Options options)
    : options_(std::move(options)), link_(options_.link) {}

Status AmqpSink::Open() {
  link_.Connect();
  while (!link_.is_closed() && !link_.is_ready()) {
    link_.Poll(kOpenWait, outcomes_);
  }
  if (link_.is_ready()) return Status::Ok();
  const AmqpFailure failure = link_.TakeFailure().value_or(AmqpFailure{});
  return Status::Failed(
      (failure.was_connected ? "cannot send to " : "cannot connect to ") +
      options_.uri + ": " + failure.error +
      (failure.answer.empty() ? "" : " (" + failure.answer + ")"));
}

// Without a connection, there is room for the batch that makes one.
bool AmqpSink::HasRoom() const noexcept {
  if (link_.is_closed()) return pending_.empty() && ready_.empty();
  if (!link_.HasRoom()) return false;
  return pending_.empty() || pending_.rbegin()->second.next >=
                                 pending_.rbegin()->second.batch->ends.size();
}

std::string_view AmqpSink::obstacle() const noexcept {
  return link_.lacks_credit() ? "the receiver grants no credit" : "";
}

void AmqpSink::Send(Batch& batch) {
  if (link_.is_closed()) link_.Connect();
  Pending& pending = pending_[next_number_++];
  pending.batch = &batch;
  batch.states.resize(batch.ends.size(), MessageState::kOpen);
  SendOpen();
}

bool AmqpSink::HasNext(Pending& pending) {
  const std::vector<MessageState>& states = pending.batch->states;
  while (pending.next < states.size() &&
         states[pending.next] != MessageState::kOpen) {
    ++pending.next;
  }
  return pending.next < states.size();
}

void AmqpSink::SendOpen() {
  if (pending_.empty()) return;
  // All batches before the last one have been sent completely.
  const auto last = std::prev(pending_.end());
  Pending& pending = last->second;
  Batch& batch = *pending.batch;
  while (HasNext(pending) && link_.HasRoom()) {
    const std::size_t i = pending.next++;
    const std::string_view body = batch.message(i);
    head_.clear();
    AppendAmqpHead(batch.keys.empty() ? std::string_view() : batch.key(i),
                   body.size(), head_);
    const std::uint64_t most = link_.max_message_bytes();
    if (most > 0 && head_.size() + body.size() > most) {
      if (batch.ends.size() == 1) {
        EndTooLarge(pending, most > head_.size() ? most - head_.size() : 1);
        pending_.erase(last);
        return;
      }
      batch.states[i] = MessageState::kRefused;
      pending.error = "larger than the receiver's limit";
      pending.answer =
          "its link accepts messages of up to " + FormatCount(most) + " bytes";
      continue;
    }
    link_.Send({last->first, static_cast<std::uint32_t>(i)}, head_, body);
    ++pending.in_flight;
    pending.sent_at = SteadyNow();
  }
  if (!HasNext(pending) && pending.in_flight == 0) {
    End(pending);
    pending_.erase(last);
  }
}

void AmqpSink::EndTooLarge(Pending& pending, std::size_t limit) {
  Receipt receipt;
  receipt.batch = pending.batch;
  receipt.kind = Receipt::Kind::kTooLarge;
  receipt.stated_limit = limit;
  receipt.error = "larger than the receiver's limit";
  receipt.answer = "its link accepts messages of up to " +
                   FormatCount(link_.max_message_bytes()) + " bytes";
  ready_.push_back(std::move(receipt));
}

void AmqpSink::TakeOutcome(const AmqpOutcome& outcome) {
  const auto at = pending_.find(outcome.tag.batch);
  if (at == pending_.end()) return;
  Pending& pending = at->second;
  Batch& batch = *pending.batch;
  MessageState& state = batch.states[outcome.tag.message];
  --pending.in_flight;
  const auto fail = [&](std::string error, std::string answer) {
    pending.error = std::move(error);
    pending.answer = std::move(answer);
  };
  switch (outcome.kind) {
    case AmqpOutcome::Kind::kAccepted:
      state = MessageState::kAccepted;
      break;
    case AmqpOutcome::Kind::kReleased:
      fail("released by the receiver", "");
      break;
    case AmqpOutcome::Kind::kModified:
      fail(outcome.is_undeliverable
               ? "modified by the receiver: undeliverable here"
               : "modified by the receiver",
           "");
      if (outcome.is_undeliverable) state = MessageState::kRefused;
      break;
    case AmqpOutcome::Kind::kNone:
      fail("settled by the receiver without an outcome", "");
      ++pending.unsure;
      break;
    case AmqpOutcome::Kind::kRejected: {
      const AmqpMeaning meaning = MeaningOfRejection(outcome.condition);
      fail("rejected by the receiver" + (outcome.condition.empty()
                                             ? std::string()
                                             : ": " + outcome.condition),
           outcome.description);
      if (meaning == AmqpMeaning::kTooLarge && batch.ends.size() == 1) {
        EndTooLarge(pending, 0);
        ready_.back().answer = outcome.description;
        pending_.erase(at);
        return;
      }
      if (meaning == AmqpMeaning::kUnsure) ++pending.unsure;
      if (meaning == AmqpMeaning::kBusy) pending.retry_after = kBusyDelay;
      if (meaning == AmqpMeaning::kRefused ||
          meaning == AmqpMeaning::kTooLarge) {
        state = MessageState::kRefused;
      }
      break;
    }
  }
  if (pending.in_flight > 0 || pending.next < batch.ends.size()) return;
  End(pending);
  pending_.erase(at);
}

// Makes the batch's receipt. Its messages have their outcomes, or are open.
void AmqpSink::End(Pending& pending) {
  Batch& batch = *pending.batch;
  Receipt receipt;
  receipt.batch = &batch;
  receipt.error = std::move(pending.error);
  receipt.answer = std::move(pending.answer);
  receipt.retry_after = pending.retry_after;
  std::size_t open = 0;
  for (std::size_t i = 0; i < batch.states.size(); ++i) {
    if (batch.states[i] == MessageState::kAccepted) continue;
    receipt.refused.push_back(static_cast<std::uint32_t>(i));
    if (batch.states[i] == MessageState::kOpen) ++open;
  }
  const bool is_any_accepted = receipt.refused.size() < batch.states.size();
  if (!is_any_accepted) receipt.refused.clear();
  if (open > 0) {
    receipt.kind = Receipt::Kind::kRetry;
    // Only the messages that are sent again may then exist twice.
    receipt.may_have_arrived =
        pending.unsure > 0 && pending.unsure == batch.states.size();
    if (!receipt.may_have_arrived) receipt.repeated = pending.unsure;
  } else if (!is_any_accepted) {
    receipt.kind = Receipt::Kind::kRefused;
  }
  ready_.push_back(std::move(receipt));
}

void AmqpSink::TakeFailure() {
  const std::optional<AmqpFailure> failure = link_.TakeFailure();
  if (!failure) return;
  if (failure->was_connected) ++lost_connections_;
  for (auto& [number, pending] : pending_) {
    pending.error = failure->error;
    pending.answer = failure->answer;
    pending.retry_after = failure->retry_after;
    pending.unsure += pending.in_flight;
    const bool was_in_flight = pending.in_flight > 0;
    End(pending);
    Receipt& receipt = ready_.back();
    receipt.was_connection_lost = was_in_flight;
    if (failure->is_final) {
      receipt.kind = Receipt::Kind::kRefused;
      receipt.is_final = true;
    }
  }
  pending_.clear();
}

void AmqpSink::CheckTime() {
  const auto now = SteadyNow();
  const bool is_late =
      std::any_of(pending_.begin(), pending_.end(), [&](const auto& entry) {
        return entry.second.in_flight > 0 &&
               now - entry.second.sent_at > options_.timeout;
      });
  if (is_late) link_.Fail({.error = "no answer in time"});
}

void AmqpSink::Poll(std::chrono::nanoseconds wait,
                    std::vector<Receipt>& receipts) {
  SendOpen();
  outcomes_.clear();
  link_.Poll(ready_.empty() ? wait : std::chrono::nanoseconds(0), outcomes_);
  for (const AmqpOutcome& outcome : outcomes_) TakeOutcome(outcome);
  CheckTime();
  TakeFailure();
  SendOpen();
  std::move(ready_.begin(), ready_.end(), std::back_inserter(receipts));
  ready_.clear();
}

Status AmqpSink::Close() {
  link_.Close();
  pending_.clear();
  ready_.clear();
  return Status::Ok();
}

}  // namespace busyhour::internal
