#include "profile/failure_keys.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/events.h"
#include "catalog/operations.h"
#include "catalog/outcomes.h"
#include "catalog/statuses.h"
#include "profile/step_keys.h"
#include "profile/values.h"

namespace busyhour::internal {
namespace {

// The service failures that a play or a recognize can have.
Names<Outcome> ServiceFailureNames(Activity activity) {
  Names<Outcome> names;
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    const OutcomeInfo& info = Outcomes()[i];
    if (info.service_failure && info.activity == activity) {
      names.emplace_back(info.name, static_cast<Outcome>(i));
    }
  }
  return names;
}

// Operations without media whose later failure only an event tells.
Names<Operation> NamesWithFailureEvent() {
  Names<Operation> names;
  for (const auto& [word, operation] : OperationNames()) {
    if (LaterFailureOf(operation)) names.emplace_back(word, operation);
  }
  return names;
}

}  // namespace

Names<int> RefusalStatusNames() {
  // Static, because the words must outlive every profile.
  static const std::vector<std::string> words = [] {
    std::vector<std::string> texts;
    for (const int status : FailureStatuses()) {
      texts.push_back(std::to_string(status));
    }
    return texts;
  }();
  Names<int> names;
  for (std::size_t i = 0; i < words.size(); ++i) {
    names.emplace_back(words[i], FailureStatuses()[i]);
  }
  return names;
}

void VisitFailures(RequestFailures& failures, KeyVisitor& keys) {
  keys.Optional("share", Share(failures.share),
                "Share of the requests that are refused.");
  keys.Optional("statuses",
                Weights(failures.statuses, RefusalStatusNames(),
                        "the HTTP status of a refused request"),
                "The HTTP statuses of refused requests, by weight.",
                "range: codes page of Call Automation; default: our "
                "assumption");
}

void VisitRequests(Requests& requests, KeyVisitor& keys) {
  keys.Group("failures", "Requests that are refused.", [&](KeyVisitor& inner) {
    VisitFailures(requests.failures, inner);
  });
  keys.Optional("failures_of",
                MapOf<Operation, RequestFailures>(
                    requests.failures_of, OperationNames(), "an operation",
                    [](RequestFailures& failures) {
                      return Object([&failures](KeyVisitor& inner) {
                        VisitFailures(failures, inner);
                      });
                    }),
                "The same for individual operations.");
  keys.Optional("no_effect",
                MapOf<Operation, double>(
                    requests.no_effect, NamesWithFailureEvent(), "an operation",
                    [](double& share) { return Share(share); }),
                "Shares of the accepted requests that have no effect, by "
                "operation. A callback event such as `HoldFailed` tells the "
                "application.",
                "types of events: npm `@azure/communication-call-automation`; "
                "shares: our assumption");
  keys.Optional("late_share", Share(requests.late_share),
                "Share of the calls in which the application makes one more "
                "request before it learns that the caller has hung up; it gets "
                "404.");
}

void VisitMediaFailures(MediaFailures& media, KeyVisitor& keys) {
  constexpr std::string_view kSource =
      "outcomes: result codes of Azure's how-tos; shares: our assumption";
  keys.Optional("play",
                Weights(media.play, ServiceFailureNames(Activity::kPlay),
                        "a failure of the service in a play", Sum::kBelowOne),
                "Share of the plays that fail because of the service, by "
                "outcome; the share of an impossible outcome (a bad file in a "
                "play of text) is ignored.",
                kSource);
  keys.Optional(
      "recognize",
      Weights(media.recognize, ServiceFailureNames(Activity::kRecognize),
              "a failure of the service in a recognize", Sum::kBelowOne),
      "The same for recognizes.", kSource);
}

}  // namespace busyhour::internal
