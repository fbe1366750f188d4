#include "conditions/conditions.h"

#include <cmath>
#include <cstddef>
#include <utility>

namespace busyhour {
Conditions::Conditions(const Profile& profile) : offered_(profile.traffic) {
  const auto shares_of = [](const std::vector<std::pair<Outcome, double>>& of) {
    Shares shares;
    for (const auto& [outcome, share] : of) {
      shares.emplace_back(outcome, ShareOf(share));
    }
    return shares;
  };
  for (const Incident& incident : profile.incidents) {
    Window window;
    window.name = incident.name;
    window.every_ms = incident.every_ms;
    window.offset_ms = incident.offset_ms;
    window.length_ms = incident.length_ms;
    window.concerns.fill(incident.operations.empty());
    for (const Operation operation : incident.operations) {
      window.concerns[static_cast<std::size_t>(operation)] = true;
    }
    window.refusals = Refusals(incident.requests);
    window.play = shares_of(incident.media.play);
    window.recognize = shares_of(incident.media.recognize);
    window.latency_factor_256 =
        static_cast<std::uint32_t>(std::llround(incident.latency_factor * 256));
    window.rate_factor = incident.rate_factor;
    incidents_.push_back(std::move(window));
  }
}

double Conditions::PlannedRate(std::uint64_t slot) const noexcept {
  double rate = offered_.PlannedAt(slot);
  const SimTime at{static_cast<std::int64_t>(slot) * kMsPerSecond};
  for (const Window& window : incidents_) {
    if (window.rate_factor != 1.0 && window.Active(at)) {
      rate *= window.rate_factor;
    }
  }
  return rate;
}

std::vector<std::string_view> Conditions::InForce(SimTime at,
                                                  Scope scope) const {
  std::vector<std::string_view> names;
  for (const Window& window : incidents_) {
    if (window.Concerns(scope) && window.Active(at)) {
      names.push_back(window.name);
    }
  }
  return names;
}

}  // namespace busyhour
