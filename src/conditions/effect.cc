#include "conditions/effect.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>

namespace busyhour::internal {
namespace {

Effect::Shares SharesOf(const std::vector<std::pair<Outcome, double>>& of) {
  Effect::Shares shares;
  for (const auto& [outcome, share] : of) {
    if (share > 0) shares.emplace_back(outcome, ShareOf(share));
  }
  return shares;
}

bool Has(const std::vector<std::string>& list, std::string_view name) {
  return list.empty() ||
         std::find(list.begin(), list.end(), name) != list.end();
}

template <class Number>
std::uint32_t BitsOf(const std::vector<Number>& numbers) {
  if (numbers.empty()) return ~std::uint32_t{0};
  std::uint32_t bits = 0;
  for (const Number number : numbers) {
    bits |= std::uint32_t{1} << static_cast<unsigned>(number);
  }
  return bits;
}

bool IsOf(const std::vector<bool>& members, std::size_t number) noexcept {
  return members.empty() || members[number];
}

bool HasAny(const std::vector<bool>& members) {
  return members.empty() ||
         std::find(members.begin(), members.end(), true) != members.end();
}

}  // namespace

Effect::Effect(const Incident& incident, const Profile& profile,
               const RunKey& run, std::uint32_t its_number)
    : name(incident.name),
      number(its_number),
      schedule(incident.when, run, its_number),
      refusals(incident.requests),
      play(SharesOf(incident.media.play)),
      recognize(SharesOf(incident.media.recognize)),
      latency_factor_256(static_cast<std::uint32_t>(
          std::llround(incident.latency_factor * 256))),
      latency_added_ms(static_cast<std::uint32_t>(incident.latency_added_ms)),
      silent(ShareOf(incident.silent_share)),
      no_match(ShareOf(incident.no_match_share)),
      dropped(ShareOf(incident.dropped_share)),
      cut(ShareOf(incident.cut_share)),
      unreachable(ShareOf(incident.unreachable_share)),
      calls_again(ShareOf(incident.calls_again_share)),
      rate_factor(incident.rate_factor),
      acts_on_delivery(incident.delivery.delayed_share > 0 ||
                       incident.delivery.duplicated_share > 0 ||
                       incident.delivery.missing_share > 0),
      sub_operations_(BitsOf(incident.scope.sub_operations)),
      callers_(BitsOf(incident.scope.callers)),
      call_share_(ShareOf(incident.scope.call_share)) {
  if (calls_again > 0) {
    calls_again_delay.emplace(incident.calls_again_delay);
  }
  const IncidentScope& scope = incident.scope;
  operations_.fill(scope.operations.empty());
  for (const Operation operation : scope.operations) {
    operations_[static_cast<std::size_t>(operation)] = true;
  }
  if (!scope.flows.empty()) {
    for (const Flow& flow : profile.flows) {
      flows_.push_back(Has(scope.flows, flow.name));
    }
  }
  if (!scope.sdk_types.empty() || !scope.sdk_versions.empty() ||
      !scope.api_versions.empty()) {
    for (const Client& client : profile.clients) {
      clients_.push_back(Has(scope.sdk_types, client.sdk_type) &&
                         Has(scope.sdk_versions, client.sdk_version) &&
                         Has(scope.api_versions, client.api_version));
    }
  }
  if (!scope.servers.empty()) {
    servers_.resize(profile.servers);
    for (const std::uint32_t server : scope.servers)
      servers_[server - 1] = true;
  }
  if (!Has(scope.resources, profile.resource.name)) {
    objection_ = "the resource is " + profile.resource.name;
  } else if (!Has(scope.regions, profile.resource.region)) {
    objection_ = "the region is " + profile.resource.region;
  } else if (!HasAny(clients_)) {
    objection_ = "no client of the profile has such types and versions";
  } else if (scope.call_share <= 0) {
    objection_ = "its share of the calls is 0";
  }
}

bool Effect::Concerns(const CallScope& call) const noexcept {
  return objection_.empty() &&
         (callers_ >> static_cast<unsigned>(call.caller) & 1) != 0 &&
         IsOf(flows_, call.flow) && IsOf(clients_, call.client) &&
         IsOf(servers_, call.server) && HasCall(call.stream_key);
}

}  // namespace busyhour::internal
