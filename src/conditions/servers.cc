#include "conditions/servers.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string_view>

#include "profile/server_keys.h"

namespace busyhour::internal {
namespace {

std::vector<double> ServerWeights(const Profile& profile) {
  std::vector<double> weights;
  for (std::uint32_t server = 1; server <= profile.servers; ++server) {
    weights.push_back(std::pow(server, -profile.server_pool.skew));
  }
  return weights;
}

std::uint8_t ClientNamed(const Profile& profile, std::string_view name) {
  const auto at = std::find_if(
      profile.clients.begin(), profile.clients.end(),
      [name](const Client& client) { return ClientName(client) == name; });
  return static_cast<std::uint8_t>(at - profile.clients.begin());
}

}  // namespace

Servers::Servers(const Profile& profile) {
  const std::vector<double> weights = ServerWeights(profile);
  choice_ = Choice(weights);
  AssignVersions(profile.clients, weights);
  AddChanges(profile);
  const ServerPoolSettings& pool = profile.server_pool;
  // Whole seconds, because a call's server depends on its slot. A single server
  // takes calls at all times.
  const std::int64_t every_s = pool.restart_every_ms / kMsPerSecond;
  if (every_s > 0 && profile.servers > 1) {
    restart_every_s_ = static_cast<std::uint64_t>(every_s);
    restart_takes_s_ =
        static_cast<std::uint64_t>(pool.restart_takes_ms / kMsPerSecond);
  }
  for (std::uint64_t server = 0; server < profile.servers; ++server) {
    phases_.push_back(restart_every_s_ * server / profile.servers);
  }
}

// Each server, the one with the most calls first, gets the client that lacks
// most of its share; the last ones go to the clients that have none.
void Servers::AssignVersions(const std::vector<Client>& clients,
                             const std::vector<double>& weights) {
  double client_sum = 0.0;
  std::size_t without = 0;
  for (const Client& client : clients) {
    client_sum += client.weight;
    if (client.weight > 0.0) ++without;
  }
  const double server_sum =
      std::accumulate(weights.begin(), weights.end(), 0.0);
  std::vector<double> lacks;
  for (const Client& client : clients) {
    lacks.push_back(client.weight / client_sum * server_sum);
  }
  std::vector<bool> has_server(clients.size(), false);
  for (std::size_t server = 0; server < weights.size(); ++server) {
    const bool only_without = weights.size() - server <= without;
    std::size_t best = clients.size();
    for (std::size_t i = 0; i < clients.size(); ++i) {
      if (!(clients[i].weight > 0.0) || (only_without && has_server[i])) {
        continue;
      }
      if (best == clients.size() || lacks[i] > lacks[best] + 1e-9) best = i;
    }
    if (!has_server[best]) --without;
    has_server[best] = true;
    lacks[best] -= weights[server];
    versions_.push_back(static_cast<std::uint8_t>(best));
  }
}

void Servers::AddChanges(const Profile& profile) {
  changes_.resize(profile.servers);
  for (const Rollout& rollout : profile.rollouts) {
    const std::uint8_t to = ClientNamed(profile, rollout.to);
    const auto start = static_cast<std::uint64_t>(rollout.at.ms / kMsPerSecond);
    std::vector<std::uint8_t> servers;
    for (std::uint32_t i = 0; i < profile.servers; ++i) {
      const auto server = static_cast<std::uint8_t>(i);
      if (rollout.from.empty() ||
          ClientAt(server, start) == ClientNamed(profile, rollout.from)) {
        servers.push_back(server);
      }
    }
    const auto over =
        static_cast<std::uint64_t>(rollout.over_ms / kMsPerSecond);
    for (std::size_t i = 0; i < servers.size(); ++i) {
      std::vector<Change>& changes = changes_[servers[i]];
      changes.push_back({start + over * i / servers.size(), to});
      std::stable_sort(
          changes.begin(), changes.end(),
          [](const Change& a, const Change& b) { return a.slot < b.slot; });
    }
  }
}

}  // namespace busyhour::internal
