#include "sender_simulation/http_receiver.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace busyhour::internal {
namespace {

constexpr Nanos kNextMoment = 1000;

// The length of the text of a gzip member, which is its last four bytes.
std::size_t PlainBytesOf(std::string_view packed) {
  std::size_t bytes = 0;
  for (std::size_t i = packed.size(); i-- > packed.size() - 4;) {
    bytes = bytes << 8 | static_cast<unsigned char>(packed[i]);
  }
  return bytes;
}

}  // namespace

bool HttpReceiver::HasRoom() const noexcept {
  return static_cast<std::size_t>(std::count_if(
             exchanges_.begin(), exchanges_.end(), [](const Exchange& each) {
               return !each.is_replied;
             })) < options_.connections;
}

HttpReceiver::Mood HttpReceiver::MoodAt(Nanos now) {
  while (now >= mood_until_) {
    mood_ = chance_.Is(options_.badness)
                ? chance_.OneOf({Mood::kSlow, Mood::kBusy, Mood::kBroken,
                                 Mood::kUnreachable, Mood::kResetting,
                                 Mood::kSilent})
                : Mood::kGood;
    mood_until_ += chance_.Time(50 * kMillisecond, 4 * kNanosPerSecond);
  }
  return mood_;
}

void HttpReceiver::Start(HttpRequest request, std::uint64_t tag) {
  const Nanos now = clock_.now();
  if (now < quiet_until_) ++impatient_;
  Exchange& exchange = exchanges_.emplace_back();
  exchange.request = {std::string(request.method), request.url, request.headers,
                      std::string(request.body), request.most_answer};
  exchange.reply.tag = tag;
  exchange.reply.was_sent = true;
  exchange.take_at = now + chance_.Time(kMillisecond / 2, 40 * kMillisecond);
  exchange.reply_at =
      exchange.take_at + chance_.Time(kMillisecond / 2, 40 * kMillisecond);
  Decide(exchange, now);
  if (options_.is_gzip) {
    std::string& body = exchange.request.body;
    std::string text;
    if (compressor_->Expand(body, PlainBytesOf(body), text)) body = text;
  }
  if (exchange.reply_at >= now + options_.timeout) {
    exchange.reply_at = now + options_.timeout;
    exchange.reply.status = 0;
    exchange.reply.error = "timed out";
    exchange.is_answered = false;
  }
}

void HttpReceiver::Refuse(Exchange& exchange, int status) {
  exchange.take_at = kNever;
  exchange.is_answered = false;
  exchange.reply.status = status;
}

void HttpReceiver::TakeAndLoseAnswer(Exchange& exchange, double taken_share) {
  if (!chance_.Is(taken_share)) exchange.take_at = kNever;
  exchange.is_answered = false;
}

void HttpReceiver::Decide(Exchange& exchange, Nanos now) {
  Reply& reply = exchange.reply;
  const Mood mood = MoodAt(now);
  if (mood == Mood::kUnreachable) {
    Refuse(exchange, 0);
    reply.error = "connection refused";
    reply.was_sent = false;
    exchange.reply_at =
        now + chance_.OneOf<Nanos>({kMillisecond, 5 * kNanosPerSecond});
    return;
  }
  if (now >= options_.closes_at) return Refuse(exchange, 401);
  if (now >= options_.limited_from &&
      exchange.request.body.size() > options_.most_bytes) {
    Refuse(exchange, chance_.OneOf({413, 400}));
    reply.body = "request body too large";
    return;
  }
  switch (mood) {
    case Mood::kGood:
      if (chance_.Is(0.02)) {
        TakeAndLoseAnswer(exchange, 0.5);
        reply.error = "connection lost";
      } else if (chance_.Is(0.01)) {
        Refuse(exchange, 400);
      }
      return;
    case Mood::kSlow:
      exchange.take_at = now + chance_.Time(kMillisecond, 2 * kNanosPerSecond);
      exchange.reply_at =
          exchange.take_at + chance_.Time(kMillisecond, 2 * kNanosPerSecond);
      return;
    case Mood::kBusy:
      Refuse(exchange, 429);
      if (chance_.Is(0.5)) {
        reply.retry_after = std::chrono::seconds(chance_.Below(5));
      }
      return;
    case Mood::kBroken:
      TakeAndLoseAnswer(exchange, 0.5);
      reply.status = chance_.OneOf({500, 502, 503, 504});
      if (chance_.Is(0.2)) reply.retry_after = std::chrono::seconds(1);
      return;
    case Mood::kResetting:
      TakeAndLoseAnswer(exchange, 0.5);
      reply.error = "connection lost";
      return;
    case Mood::kSilent:
      exchange.take_at += chance_.Time(kMillisecond, 2 * options_.timeout);
      exchange.reply_at = now + options_.timeout;
      if (chance_.Is(0.5)) exchange.take_at = kNever;
      return;
    case Mood::kUnreachable:
      return;
  }
}

void HttpReceiver::Poll(std::chrono::nanoseconds wait,
                        std::vector<Reply>& replies) {
  Nanos until = clock_.now() + std::max<Nanos>(wait.count(), kNextMoment);
  for (const Exchange& each : exchanges_) {
    if (!each.is_replied) until = std::min(until, each.reply_at);
  }
  clock_.AdvanceTo(until);
  Advance(clock_.now(), replies);
}

void HttpReceiver::Finish() {
  std::vector<Reply> unheard;
  Advance(kNever - 1, unheard);
  service_->Finish();
}

void HttpReceiver::Advance(Nanos now, std::vector<Reply>& replies) {
  for (;;) {
    // What happens next.
    Exchange* next = nullptr;
    Nanos at = kNever;
    bool is_taking = false;
    for (Exchange& each : exchanges_) {
      if (each.take_at < at) {
        next = &each;
        at = each.take_at;
        is_taking = true;
      }
      if (!each.is_replied && each.reply_at < at) {
        next = &each;
        at = each.reply_at;
        is_taking = false;
      }
    }
    if (next == nullptr || at > now) break;
    if (is_taking) {
      Take(*next);
      next->take_at = kNever;
      continue;
    }
    if (next->reply.retry_after.count() > 0) {
      quiet_until_ = std::max(
          quiet_until_,
          now + std::chrono::nanoseconds(next->reply.retry_after).count());
    }
    replies.push_back(next->reply);
    next->is_replied = true;
  }
  std::erase_if(exchanges_, [](const Exchange& each) {
    return each.is_replied && each.take_at == kNever;
  });
}

void HttpReceiver::Take(Exchange& exchange) {
  Reply answer;
  service_->Serve(exchange.request, answer);
  if (!exchange.is_answered) return;
  answer.tag = exchange.reply.tag;
  answer.was_sent = true;
  exchange.reply = std::move(answer);
}

}  // namespace busyhour::internal
