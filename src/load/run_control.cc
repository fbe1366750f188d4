#include "load/run_control.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

#include "base/units.h"
#include "busyhour/error.h"

namespace busyhour::internal {
namespace {

// `faster` and `slower` change the rate by this share of the planned rate, and
// not to less than it.
constexpr double kStep = 0.1;
// Each change stays in memory, for the report.
constexpr std::size_t kMostRequests = 10'000;

// So that steps up and down lead to the same rate again.
double RoundedFactor(double factor) { return std::round(factor * 1e9) / 1e9; }

}  // namespace

std::string_view NameOf(AskedBy by) {
  constexpr std::array<std::string_view, 4> kNames = {"page", "key", "command",
                                                      "signal"};
  return kNames[static_cast<std::size_t>(by)];
}

std::string_view NameOf(RunChangeKind kind) {
  constexpr std::array<std::string_view, 4> kNames = {"rate", "pause", "resume",
                                                      "end"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string ChangesText(const std::vector<RunChange>& changes) {
  const RunChange& last = changes.back();
  const bool is_ended = last.kind == RunChangeKind::kEnd;
  const std::size_t others = changes.size() - (is_ended ? 1 : 0);
  std::string text;
  if (others > 0) {
    text =
        "changed " + FormatCount(others) + (others == 1 ? " time" : " times");
  }
  if (!is_ended) return text;
  const Nanos at = std::max<Nanos>(last.at, 0) / kNanosPerSecond;
  return text + (text.empty() ? "" : ", ") + "ended by " +
         std::string(NameOf(last.by)) + " at t = " + std::to_string(at) + " s";
}

std::string RunControl::Ask(std::string_view words, AskedBy by) {
  Request request{Wish::kEnd, 0, by};
  std::string reason = ReadRequest(words, request);
  return reason.empty() ? Add(request) : reason;
}

std::string RunControl::ReadRequest(std::string_view words,
                                    Request& request) const {
  struct Word {
    std::string_view name;
    Wish wish;
    double amount;
  };
  constexpr std::array<Word, 6> kWords = {{{"faster", Wish::kStep, kStep},
                                           {"slower", Wish::kStep, -kStep},
                                           {"pause", Wish::kPause, 0},
                                           {"resume", Wish::kResume, 0},
                                           {"toggle", Wish::kToggle, 0},
                                           {"end", Wish::kEnd, 0}}};
  for (const Word& word : kWords) {
    if (words != word.name) continue;
    request.wish = word.wish;
    request.amount = word.amount;
    return "";
  }
  const std::size_t space = std::min(words.find(' '), words.size());
  const std::string_view name = words.substr(0, space);
  if ((name != "rate" && name != "speed") || space == words.size()) {
    return "is not rate RATE, speed X, faster, slower, pause, resume or end";
  }
  request.wish = Wish::kSet;
  const std::string value(words.substr(space + 1));
  std::vector<Problem> problems;
  const RateWords rate = name == "rate"
                             ? ReadRate(std::nullopt, value, problems)
                             : ReadRate(value, std::nullopt, problems);
  if (!problems.empty()) return problems.front().message;
  if (rate.unit != rate_.unit || rate.per_second == 0) {
    return rate_.unit == PaceUnit::kSimulatedSeconds
               ? "this run has a speed, such as speed 60"
               : "the rate of this run is in " + std::string(unit());
  }
  request.amount = rate.per_second / rate_.per_second;
  return "";
}

std::string RunControl::Add(const Request& request) {
  if (request.wish == Wish::kSet || request.wish == Wish::kStep) {
    if (rate_.per_second == 0) return "this run has no rate (--rate max)";
  }
  if (is_fixed_ && request.wish != Wish::kEnd) {
    return "the records of this run note when they are due (time=sent), so it "
           "can only be ended";
  }
  const std::lock_guard lock(mutex_);
  if (request.wish == Wish::kEnd) {
    if (std::exchange(is_end_asked_, true)) return "";
  } else if (taken_++ >= kMostRequests) {
    return "the run was changed too often";
  }
  requests_.push_back(request);
  is_asked_.store(true);
  return "";
}

void RunControl::MakeChanges(Nanos now, PlanClock& clock) {
  if (!is_asked_.exchange(false)) return;
  for (unsigned i = toggles_.exchange(0); i > 0; --i) {
    static_cast<void>(Add({Wish::kToggle, 0, AskedBy::kSignal}));
  }
  if (ends_.exchange(0) > 0) {
    static_cast<void>(Add({Wish::kEnd, 0, AskedBy::kSignal}));
  }
  std::vector<Request> requests;
  {
    const std::lock_guard lock(mutex_);
    requests.swap(requests_);
  }
  for (const Request& request : requests) Make(request, now, clock);
}

void RunControl::Make(const Request& request, Nanos now, PlanClock& clock) {
  if (has_ended_) return;
  const double from = is_paused_ ? 0 : rate();
  RunChangeKind kind = RunChangeKind::kRate;
  switch (request.wish) {
    case Wish::kSet:
    case Wish::kStep: {
      const double factor = RoundedFactor(
          request.wish == Wish::kSet
              ? request.amount
              : std::max(factor_ + request.amount, std::min(factor_, kStep)));
      if (factor == factor_) return;
      factor_ = factor;
      break;
    }
    case Wish::kPause:
    case Wish::kResume:
    case Wish::kToggle: {
      const bool pauses = request.wish == Wish::kToggle
                              ? !is_paused_
                              : request.wish == Wish::kPause;
      if (pauses == is_paused_) return;
      is_paused_ = pauses;
      kind = pauses ? RunChangeKind::kPause : RunChangeKind::kResume;
      break;
    }
    case Wish::kEnd:
      has_ended_ = true;
      kind = RunChangeKind::kEnd;
      break;
  }
  const bool is_due = !is_paused_ && !has_ended_;
  if (!has_ended_) clock.SetSpeed(now, is_due ? factor_ : 0);
  changes_.push_back({now, kind, from, is_due ? rate() : 0, request.by});
}

}  // namespace busyhour::internal
