#include "filter/possible_events.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "catalog/operations.h"
#include "catalog/outcomes.h"
#include "catalog/statuses.h"
#include "profile/step_outcomes.h"

namespace busyhour::internal {
namespace {

using Shares = std::vector<std::pair<Outcome, double>>;

// What callers do who answer, and the outcomes of that.
constexpr std::uint64_t kAnswered =
    BitOf(Outcome::kMaxDigits) | BitOf(Outcome::kStopTone) |
    BitOf(Outcome::kToneMatched) | BitOf(Outcome::kPhraseMatched) |
    BitOf(Outcome::kSpeechRecognized);

// The outcomes of a recognize in which the caller does this.
std::uint64_t OutcomesOf(Behaviour behaviour) {
  switch (behaviour) {
    case Behaviour::kCooperates:
      return kAnswered;
    case Behaviour::kHangsUp:
    case Behaviour::kStaysSilent:
      return BitOf(Outcome::kInitialSilence);
    case Behaviour::kStopsEarly:
      return BitOf(Outcome::kInterToneTimeout);
    case Behaviour::kWrongTone:
      return BitOf(Outcome::kWrongTone);
    case Behaviour::kWrongPhrase:
      return BitOf(Outcome::kPhraseNotMatched);
    case Behaviour::kUnclear:
      return BitOf(Outcome::kNotUnderstood);
    case Behaviour::kTalksOn:
      return BitOf(Outcome::kRecognitionTimedOut);
  }
  return 0;
}

std::uint64_t Above0(const Shares& shares) {
  std::uint64_t outcomes = 0;
  for (const auto& [outcome, share] : shares) {
    if (share > 0) outcomes |= BitOf(outcome);
  }
  return outcomes;
}

// What a profile's settings outside of its flows can cause.
struct Causes {
  std::uint64_t media = 0;  ///< outcomes of plays and recognizes
  bool unreachable = false;
};

Causes CausesIn(const Profile& profile) {
  Causes causes;
  causes.media = BitOf(Outcome::kPlayCompleted) |
                 BitOf(Outcome::kPlayCanceled) |
                 BitOf(Outcome::kRecognizeCanceled) |
                 Above0(profile.media.play) | Above0(profile.media.recognize);
  for (const Incident& incident : profile.incidents) {
    if (!incident.enabled) continue;
    causes.media |=
        Above0(incident.media.play) | Above0(incident.media.recognize);
    if (incident.silent_share > 0) {
      causes.media |= OutcomesOf(Behaviour::kStaysSilent);
    }
    if (incident.no_match_share > 0) {
      causes.media |= OutcomesOf(Behaviour::kWrongPhrase) |
                      OutcomesOf(Behaviour::kUnclear) |
                      OutcomesOf(Behaviour::kStopsEarly);
    }
    causes.unreachable |= incident.unreachable_share > 0;
  }
  return causes;
}

// What becomes of someone who is rung.
void AddRing(const RingStep& ring, const Causes& causes,
             PossibleEvents& possible) {
  const bool is_transfer = Info(ring.operation).activity == Activity::kTransfer;
  const bool is_dialled = Info(ring.operation).activity == Activity::kDial;
  std::uint64_t& outcomes =
      possible.NotesOf(is_transfer  ? Note::Kind::kTransferred
                       : is_dialled ? Note::Kind::kNotConnected
                                    : Note::Kind::kInvited);
  // Anyone may answer too late.
  outcomes |= BitOf(Outcome::kNoAnswer);
  if (causes.unreachable) outcomes |= BitOf(Outcome::kUnreachable);
  for (const auto& [outcome, weight] : ring.callee_does) {
    if (weight > 0) outcomes |= BitOf(outcome);
  }
}

void AddStep(const Step& step, const Causes& causes, PossibleEvents& possible) {
  const std::optional<Operation> operation = OperationOf(step);
  if (!operation) return;
  possible.operations |= BitOf(*operation);
  if (const auto* ring = std::get_if<RingStep>(&step.action)) {
    AddRing(*ring, causes, possible);
  }
  std::uint64_t caused = causes.media;
  if (const auto* recognize = std::get_if<RecognizeStep>(&step.action)) {
    for (const auto& [behaviour, weight] : recognize->caller_does) {
      if (weight > 0) caused |= OutcomesOf(behaviour);
    }
  }
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    if ((caused & BitOf(i)) != 0 &&
        IsPossible(static_cast<Outcome>(i), TraitsOf(step))) {
      possible.media |= BitOf(i);
    }
  }
}

// The statuses of the answers to a request.
std::uint64_t StatusesOf(Operation operation, const Profile& profile) {
  std::uint64_t statuses = BitOf(StatusIndex(Info(operation).success_status));
  const auto add = [&statuses](const RequestFailures& failures) {
    if (failures.share <= 0) return;
    for (const auto& [status, weight] : failures.statuses) {
      if (weight > 0) statuses |= BitOf(StatusIndex(status));
    }
  };
  const RequestFailures* usual = &profile.requests.failures;
  for (const auto& [of, failures] : profile.requests.failures_of) {
    if (of == operation) usual = &failures;
  }
  add(*usual);
  for (const Incident& incident : profile.incidents) {
    const auto& only = incident.scope.operations;
    if (incident.enabled &&
        (only.empty() ||
         std::find(only.begin(), only.end(), operation) != only.end())) {
      add(incident.requests);
    }
  }
  // Calls above the service's capacity are refused, and so are requests about
  // what is over.
  return statuses | BitOf(StatusIndex(StartsCall(operation) ? 429 : 404));
}

void AddAll(const PossibleEvents& from, PossibleEvents& to) {
  to.operations |= from.operations;
  to.media |= from.media;
  for (std::size_t i = 0; i < to.statuses.size(); ++i) {
    to.statuses[i] |= from.statuses[i];
  }
  for (std::size_t i = 0; i < to.notes.size(); ++i) {
    to.notes[i] |= from.notes[i];
  }
}

}  // namespace

PossibleEvents PossibleEventsOf(const Profile& profile, const Flow& flow) {
  const Causes causes = CausesIn(profile);
  PossibleEvents possible;
  // Anyone may press keys.
  possible.NotesOf(Note::Kind::kTone) = ~std::uint64_t{0};
  for (const Step& step : flow.steps) AddStep(step, causes, possible);
  for (std::size_t i = 0; i < kOperationCount; ++i) {
    if ((possible.operations & BitOf(i)) == 0) continue;
    possible.statuses[i] = StatusesOf(static_cast<Operation>(i), profile);
  }
  return possible;
}

PossibleEvents PossibleEventsOf(const Profile& profile) {
  PossibleEvents possible;
  for (const Flow& flow : profile.flows) {
    AddAll(PossibleEventsOf(profile, flow), possible);
  }
  for (const Profile& each : profile.resources) {
    AddAll(PossibleEventsOf(each), possible);
  }
  return possible;
}

}  // namespace busyhour::internal
