#include "profile/server_keys.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "base/units.h"
#include "profile/values.h"
#include "text/json_text.h"

namespace busyhour::internal {
namespace {

void VisitRollout(Rollout& rollout, KeyVisitor& keys) {
  constexpr std::string_view kOthers = "._+- ";
  keys.Required("to", Name(rollout.to, kOthers, 1, 97),
                "The new version: type and version of an entry of `clients`, "
                "such as `dotnet 1.2.0`.");
  keys.Optional("from",
                WithDefault(WrittenIf(!rollout.from.empty(),
                                      Name(rollout.from, kOthers, 1, 97)),
                            "any version"),
                "The version that is replaced, in the same form. Servers with "
                "another one keep it.");
  keys.Required("at", Instant(rollout.at),
                "When the roll-out begins. ISO 8601; UTC if there is no zone.");
  keys.Optional("over", Duration(rollout.over_ms, 0, 30 * kMsPerDay),
                "How long it takes: the servers change one after the other, "
                "at equal distances.");
}

void VisitBadTime(BadTime& bad, KeyVisitor& keys) {
  keys.Optional("share", Share(bad.share), "Share of the times that are bad.");
  keys.Optional("refusals", Number(bad.refusal_factor, 1, 1000),
                "Factor on the share of the requests that are refused "
                "(`requests`).");
  keys.Optional("latency", Number(bad.latency_factor, 1, 100),
                "Factor on the latency of accepted requests.");
}

void CheckName(std::string_view name, const std::vector<std::string>& names,
               const JsonNode& node, ProblemList& problems) {
  const auto count = std::count(names.begin(), names.end(), name);
  if (count == 1) return;
  if (count > 1) {
    problems.Add(node, Quoted(name) +
                           " is the name of several clients; a "
                           "roll-out needs one that is unique");
    return;
  }
  problems.Add(node, UnknownName(name, "the type and version of a client",
                                 {names.begin(), names.end()}));
}

}  // namespace

void VisitServerPool(ServerPoolSettings& pool, KeyVisitor& keys) {
  keys.Optional("skew", Number(pool.skew, 0, 3),
                "How unequal the servers' shares of the calls are: server n, "
                "from 1, has a weight of n^-skew. 0 for equal shares.");
  keys.Optional("restart_every", Duration(pool.restart_every_ms, 0, kMsPerYear),
                "Time between two restarts of a server, which are spread over "
                "this time; 0 for none.");
  keys.Optional("restart_takes",
                Duration(pool.restart_takes_ms, kMsPerSecond, kMsPerHour),
                "How long a restart takes. Meanwhile other servers take the "
                "new calls.");
}

void VisitBadTimes(BadTimesSettings& times, KeyVisitor& keys) {
  keys.Group(
      "minutes",
      "Minutes in which the service refuses more requests and is slow. They "
      "follow from the seed and the minute.",
      [&](KeyVisitor& inner) { VisitBadTime(times.minutes, inner); });
  keys.Group("servers",
             "Times in which the requests of one server are refused and slow. "
             "They follow from the seed, the server and the time.",
             [&](KeyVisitor& inner) {
               VisitBadTime(times.servers, inner);
               inner.Optional(
                   "length",
                   Duration(times.server_length_ms, kMsPerMinute, kMsPerDay),
                   "The length of such a time.");
             });
}

Value RolloutList(std::vector<Rollout>& rollouts) {
  return ListOf<Rollout>(rollouts, 0, 50, VisitRollout);
}

std::string ClientName(const Client& client) {
  std::string name = client.sdk_type;
  if (!client.sdk_version.empty()) name += ' ' + client.sdk_version;
  return name;
}

void CheckServerPool(const ServerPoolSettings& pool, const JsonNode& root,
                     ProblemList& problems) {
  const JsonNode* node = root.Find("server_pool");
  if (node == nullptr || pool.restart_every_ms == 0 ||
      pool.restart_takes_ms < pool.restart_every_ms) {
    return;
  }
  problems.Add(*node, "a restart takes " +
                          FormatDurationExact(pool.restart_takes_ms) +
                          ", but the next one begins after " +
                          FormatDurationExact(pool.restart_every_ms));
}

void CheckRollouts(const Profile& profile, const JsonNode& root,
                   ProblemList& problems) {
  const JsonNode* nodes = root.Find("rollouts");
  if (nodes == nullptr || nodes->children.size() != profile.rollouts.size()) {
    return;
  }
  std::vector<std::string> names;
  for (const Client& client : profile.clients) {
    names.push_back(ClientName(client));
  }
  for (std::size_t i = 0; i < profile.rollouts.size(); ++i) {
    const Rollout& rollout = profile.rollouts[i];
    for (const auto& [key, name] :
         {std::pair{"to", rollout.to}, std::pair{"from", rollout.from}}) {
      const JsonNode* node = nodes->children[i].Find(key);
      if (node != nullptr && !name.empty()) {
        CheckName(name, names, *node, problems);
      }
    }
  }
}

}  // namespace busyhour::internal
