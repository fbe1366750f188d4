#include "profile/incident_keys.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"
#include "catalog/media.h"
#include "catalog/regions.h"
#include "profile/failure_keys.h"
#include "profile/step_keys.h"
#include "profile/values.h"
#include "profile/when_keys.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kMostIncidents = 20'000;
constexpr std::uint32_t kMostServers = 250;

// `Record::sub_operation`, by the names in the logs: a source or an input.
Names<std::uint8_t> SubOperationNames() {
  Names<std::uint8_t> names;
  for (std::size_t i = 1; i < kSourceCount; ++i) {
    names.emplace_back(SourceName(static_cast<Source>(i)),
                       static_cast<std::uint8_t>(i));
  }
  for (std::size_t i = 1; i < kInputCount; ++i) {
    names.emplace_back(InputName(static_cast<Input>(i)),
                       static_cast<std::uint8_t>(kSourceCount - 1 + i));
  }
  return names;
}

// A list of keys by their names; empty for all.
template <class Key>
Value KeyList(std::vector<Key>& list, Names<Key> names, std::string_view noun,
              std::string all) {
  return WithDefault(
      WordList(
          WordsOf(names), noun, 0,
          [&list, names] {
            std::vector<std::size_t> numbers;
            for (const Key key : list) {
              const auto at = std::find_if(
                  names.begin(), names.end(),
                  [&](const auto& each) { return each.second == key; });
              numbers.push_back(static_cast<std::size_t>(at - names.begin()));
            }
            return numbers;
          },
          [&list, names](const std::vector<std::size_t>& numbers) {
            list.clear();
            for (const std::size_t number : numbers) {
              list.push_back(names[number].second);
            }
          }),
      std::move(all));
}

// A region, or none.
Value OptionalRegion(std::string& region) {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all = {"none"};
    for (const RegionInfo& info : Regions()) all.push_back(info.name);
    return all;
  }();
  const auto current = std::find(names.begin(), names.end(), region);
  return WordNumber(
      names,
      current == names.end()
          ? 0
          : static_cast<std::size_t>(current - names.begin()),
      [&region](std::size_t number) {
        region = number == 0 ? std::string_view() : names[number];
      },
      "a region");
}

void VisitScope(IncidentScope& scope, KeyVisitor& keys) {
  keys.Optional("resources", TextList(scope.resources, "the resource"),
                "The names of the affected resources.");
  keys.Optional("regions", TextList(scope.regions, "all regions"),
                "The affected regions.");
  keys.Optional("operations",
                KeyList(scope.operations, OperationNames(), "an operation",
                        "all operations"),
                "The operations whose requests it affects.");
  keys.Optional("sub_operations",
                KeyList(scope.sub_operations, SubOperationNames(),
                        "a kind of sound or input", "all sounds and inputs"),
                "The sounds of the plays and the inputs of the recognizes that "
                "it affects.");
  keys.Optional("sdk_types", TextList(scope.sdk_types, "all types"),
                "The types of the SDK that the affected calls use.");
  keys.Optional("sdk_versions", TextList(scope.sdk_versions, "all versions"),
                "The versions of the SDK that the affected calls use.");
  keys.Optional("api_versions", TextList(scope.api_versions, "all versions"),
                "The versions of the API that the affected calls use.");
  keys.Optional("servers",
                CountList(scope.servers, 1, kMostServers, "all servers"),
                "The application's servers that are affected, by number from "
                "1 on.");
  keys.Optional("callers",
                KeyList(scope.callers, ParticipantKindNames(),
                        "a kind of participant", "all kinds"),
                "The kinds of callers, or of callees of outbound calls, that "
                "are affected.");
  keys.Optional("flows", TextList(scope.flows, "all flows"),
                "The names of the affected flows.");
  keys.Optional("call_share", Share(scope.call_share),
                "Share of the calls that are affected, the same ones all "
                "along.");
}

void VisitIncidentDelivery(IncidentDelivery& delivery, KeyVisitor& keys) {
  keys.Optional("delayed_share", Share(delivery.delayed_share),
                "Share of the records that are delivered late.");
  keys.Optional("delay", Spread(delivery.delay, 0, kMsPerDay),
                "How late they are.");
  keys.Optional("duplicated_share", Share(delivery.duplicated_share),
                "Share of the records that are delivered twice.");
  keys.Optional("missing_share", Share(delivery.missing_share),
                "Share of the records that are never delivered.");
}

void VisitIncident(Incident& incident, KeyVisitor& keys) {
  keys.Required("name", Name(incident.name, "._+- ", 1, 48),
                "Its name in reports.");
  keys.Optional("enabled", WrittenIf(!incident.enabled, Flag(incident.enabled)),
                "Whether it happens. If not, everything else happens as it "
                "would without it; `--without NAME` sets this.");
  VisitWhen(incident.when, keys);
  VisitScope(incident.scope, keys);
  keys.Group(
      "requests", "Requests that are refused in addition to the usual ones.",
      [&](KeyVisitor& inner) { VisitFailures(incident.requests, inner); });
  keys.Group(
      "media", "Plays and recognizes that fail in addition to the usual ones.",
      [&](KeyVisitor& inner) { VisitMediaFailures(incident.media, inner); });
  keys.Optional("latency_factor", Number(incident.latency_factor, 0.01, 100),
                "Factor on the latency of requests.");
  keys.Optional("latency_added",
                Duration(incident.latency_added_ms, 0, 600'000),
                "Added to the latency of requests, after the factor.");
  keys.Optional("silent_share", Share(incident.silent_share),
                "Share of the recognizes in which the caller says nothing.");
  keys.Optional("no_match_share", Share(incident.no_match_share),
                "Share of the recognizes in which the answer is not one of the "
                "expected ones, or is not understood.");
  keys.Optional("dropped_share", Share(incident.dropped_share),
                "Share of the calls in progress that are dropped, each at a "
                "random time of the incident, whatever its operations.");
  keys.Optional("cut_share", Share(incident.cut_share),
                "Share of the calls in progress when it begins that are "
                "dropped within the next 10 s, whatever its operations.");
  keys.Optional("failover_to", OptionalRegion(incident.failover_to),
                "The region whose nodes carry the calls that begin during it, "
                "or `none`. It ignores the scope, except resources, regions "
                "and `call_share`. See [Regions](#regions).",
                "range: regions of the service; default: our assumption");
  keys.Optional("unreachable_share", Share(incident.unreachable_share),
                "Share of the called and invited participants that cannot be "
                "reached.");
  keys.Optional("rate_factor", Number(incident.rate_factor, 0, 100),
                "Factor on the rate of call attempts; it ignores the scope.");
  keys.Group("calls_again",
             "A caller loop, as between two systems that call each other: the "
             "caller calls again each time the call ends while the incident "
             "lasts, at most 3 times, in addition to `redials`.",
             [&](KeyVisitor& inner) {
               inner.Optional("share", Share(incident.calls_again_share),
                              "Share of the callers who do, always the same "
                              "ones.");
               inner.Optional(
                   "after",
                   Spread(incident.calls_again_delay, kMsPerSecond, kMsPerDay),
                   "From the end of the call to the next one.");
             });
  keys.Group("delivery",
             "Trouble with the delivery of records, of all calls and logs: it "
             "ignores the scope. The time of a record is that of its delivery "
             "without trouble.",
             [&](KeyVisitor& inner) {
               VisitIncidentDelivery(incident.delivery, inner);
             });
}

// Adds a problem for each name in the list `key` of an incident that is not
// among `names`.
void CheckNames(const JsonNode& incident, const char* key,
                std::string_view noun,
                const std::vector<std::string_view>& names,
                ProblemList& problems) {
  const JsonNode* const list = incident.Find(key);
  if (list == nullptr) return;
  for (const JsonNode& name : list->children) {
    if (name.kind != JsonNode::Kind::kString ||
        std::find(names.begin(), names.end(), name.text) != names.end()) {
      continue;
    }
    problems.Add(name, UnknownName(name.text, noun, names));
  }
}

void CheckFailover(const Profile& profile, const Incident& incident,
                   const JsonNode& node, ProblemList& problems) {
  const JsonNode* const region = node.Find("failover_to");
  if (region == nullptr) return;
  if (incident.failover_to == profile.resource.region) {
    problems.Add(*region, ValueText(*region) +
                              " is the resource's own region; expected "
                              "another one");
  }
}

void CheckScope(const Profile& profile, const JsonNode& node,
                ProblemList& problems) {
  std::vector<std::string_view> flows;
  for (const Flow& flow : profile.flows) flows.push_back(flow.name);
  CheckNames(node, "flows", "a flow of this profile", flows, problems);
  const auto clients = [&](const char* key, std::string_view noun,
                           std::string Client::*member) {
    std::vector<std::string_view> names;
    for (const Client& client : profile.clients) {
      names.push_back(client.*member);
    }
    CheckNames(node, key, noun, names, problems);
  };
  clients("sdk_types", "the SDK type of a client of this profile",
          &Client::sdk_type);
  clients("sdk_versions", "the SDK version of a client of this profile",
          &Client::sdk_version);
  clients("api_versions", "the API version of a client of this profile",
          &Client::api_version);
  const JsonNode* const servers = node.Find("servers");
  if (servers == nullptr) return;
  for (const JsonNode& server : servers->children) {
    if (server.kind != JsonNode::Kind::kNumber ||
        server.number <= profile.servers) {
      continue;
    }
    problems.Add(server, "the servers of this profile have the numbers 1 to " +
                             std::to_string(profile.servers));
  }
}

}  // namespace

Value IncidentList(std::vector<Incident>& incidents) {
  return ListOf<Incident>(incidents, 0, kMostIncidents, VisitIncident);
}

std::string ScopeJson(const IncidentScope& scope) {
  IncidentScope copy = scope;
  return WriteObject([&](KeyVisitor& keys) { VisitScope(copy, keys); });
}

std::vector<std::string_view> KindsOf(const Incident& incident) {
  std::vector<std::string_view> kinds;
  const auto add = [&](bool has, std::string_view name) {
    if (has) kinds.push_back(name);
  };
  const auto sum = [](const std::vector<std::pair<Outcome, double>>& shares) {
    double all = 0.0;
    for (const auto& [outcome, share] : shares) all += share;
    return all;
  };
  add(incident.requests.share > 0, "requests");
  add(sum(incident.media.play) + sum(incident.media.recognize) > 0, "media");
  add(incident.latency_factor != 1.0, "latency_factor");
  add(incident.latency_added_ms > 0, "latency_added");
  add(incident.silent_share > 0, "silent_share");
  add(incident.no_match_share > 0, "no_match_share");
  add(incident.dropped_share > 0, "dropped_share");
  add(incident.cut_share > 0, "cut_share");
  add(!incident.failover_to.empty(), "failover_to");
  add(incident.unreachable_share > 0, "unreachable_share");
  add(incident.rate_factor != 1.0, "rate_factor");
  add(incident.calls_again_share > 0, "calls_again");
  add(incident.delivery.delayed_share > 0 ||
          incident.delivery.duplicated_share > 0 ||
          incident.delivery.missing_share > 0,
      "delivery");
  return kinds;
}

std::vector<std::string_view> FailoverRegions(
    const std::vector<Incident>& incidents) {
  std::vector<std::string_view> regions;
  for (const Incident& incident : incidents) {
    const std::string_view region = incident.failover_to;
    if (!region.empty() &&
        std::find(regions.begin(), regions.end(), region) == regions.end()) {
      regions.push_back(region);
    }
  }
  return regions;
}

double MostRateFactor(const std::vector<Incident>& incidents) {
  // Factors that begin or end at a time. Times since the start of the run and
  // since 1970 cannot be compared.
  std::map<std::int64_t, double> since_start;
  std::map<std::int64_t, double> since_1970;
  double product = 1.0;
  for (const Incident& incident : incidents) {
    const double factor = incident.rate_factor;
    if (!incident.enabled || factor <= 1.0) continue;
    const When& when = incident.when;
    if (!when.is_once()) {
      product *= factor;
      continue;
    }
    auto& changes = when.at.ms >= 0 ? since_1970 : since_start;
    const std::int64_t from = when.at.ms >= 0 ? when.at.ms : when.after_ms;
    changes[from] += std::log(factor);
    if (!when.endless) changes[from + when.length_ms] -= std::log(factor);
  }
  for (const auto& changes : {since_start, since_1970}) {
    double sum = 0.0;
    double most = 0.0;
    for (const auto& [ms, change] : changes)
      most = std::max(most, sum += change);
    product *= std::exp(most);
  }
  return product;
}

void CheckIncidents(const Profile& profile, const JsonNode& root,
                    ProblemList& problems) {
  const std::vector<Incident>& incidents = profile.incidents;
  const JsonNode* nodes = root.Find("incidents");
  if (nodes == nullptr || nodes->children.size() != incidents.size()) {
    return;
  }
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < incidents.size(); ++i) {
    if (!names.insert(incidents[i].name).second) {
      const JsonNode* const name = nodes->children[i].Find("name");
      problems.Add(*name, ValueText(*name) + " is the name of two incidents");
    }
    CheckWhen(incidents[i].when, nodes->children[i], problems);
    CheckScope(profile, nodes->children[i], problems);
    CheckFailover(profile, incidents[i], nodes->children[i], problems);
  }
  const std::size_t regions = FailoverRegions(incidents).size();
  if (regions > kMostFailoverRegions) {
    problems.Add(*nodes, "\"failover_to\" names " + std::to_string(regions) +
                             " regions; expected at most " +
                             std::to_string(kMostFailoverRegions));
  }
}

}  // namespace busyhour::internal
