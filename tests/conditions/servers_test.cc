#include "conditions/servers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "base/stream.h"
#include "base/time.h"

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kStart = 1'772'438'400;  // 2026-03-02T08:00:00Z
constexpr std::uint64_t kHourOfSlots = 3600;
constexpr std::uint64_t kSlotsOfDay = 24 * kHourOfSlots;

Profile ServerProfile(std::uint32_t servers, double skew) {
  Profile profile;
  profile.servers = servers;
  profile.server_pool.skew = skew;
  profile.server_pool.restart_every_ms = 0;
  return profile;
}

// The calls of each server among `count` calls of a slot.
std::map<std::uint8_t, int> CallsByServer(const Servers& servers,
                                          std::uint64_t slot, int count) {
  std::map<std::uint8_t, int> calls;
  for (int i = 0; i < count; ++i) {
    const std::uint64_t key = StreamKey(1, slot, static_cast<std::uint64_t>(i));
    ++calls[servers.ServerOf(key, slot)];
  }
  return calls;
}

// For all servers n from 1: its share of the calls is that of n^-skew.
// Tolerance: 5 standard errors.
TEST(ServersTest, ShareTheCallsByTheSkew) {
  constexpr int kDrawn = 40'000;
  for (const double skew : {0.0, 0.7, 2.0}) {
    const Servers servers(ServerProfile(5, skew));
    double sum = 0.0;
    for (int n = 1; n <= 5; ++n) sum += std::pow(n, -skew);
    for (const auto& [server, calls] : CallsByServer(servers, kStart, kDrawn)) {
      const double share = std::pow(server + 1, -skew) / sum;
      EXPECT_NEAR(calls / double{kDrawn}, share,
                  5 * std::sqrt(share * (1 - share) / kDrawn))
          << skew << ' ' << int{server};
    }
  }
}

// For all numbers of servers from that of the clients: each client with a
// weight has a server, and the clients' shares of the calls differ from their
// weights by at most the share of the server with the most calls.
TEST(ServersTest, ClientsGetServersByTheirWeights) {
  for (const double skew : {0.0, 0.3, 1.0}) {
    for (std::uint32_t count = 3; count <= 250; ++count) {
      Profile profile = ServerProfile(count, skew);
      profile.clients = {{"dotnet", "1.2.0", "2024-04-15", 5.0},
                         {"dotnet", "1.3.0", "2024-04-15", 0.0},
                         {"js", "1.5.1", "2025-06-15", 3.0},
                         {"unknown", "", "2023-03-06", 2.0}};
      const Servers servers(profile);
      std::vector<double> shares(profile.clients.size());
      double sum = 0.0;
      for (std::uint32_t server = 0; server < count; ++server) {
        const double weight = std::pow(server + 1, -skew);
        sum += weight;
        shares[servers.ClientAt(static_cast<std::uint8_t>(server), kStart)] +=
            weight;
      }
      EXPECT_EQ(shares[1], 0.0);
      for (std::size_t i = 0; i < shares.size(); ++i) {
        EXPECT_EQ(shares[i] > 0.0, profile.clients[i].weight > 0.0);
        EXPECT_NEAR(shares[i] / sum, profile.clients[i].weight / 10.0,
                    1.0 / sum + 1e-9)
            << count << ' ' << skew;
      }
    }
  }
}

TEST(ServersTest, WithFewServersTheClientsWithMostWeightRun) {
  Profile profile = ServerProfile(1, 0.3);
  profile.clients = {{"a", "1", "v", 1.0}, {"b", "1", "v", 2.0}};
  EXPECT_EQ(Servers(profile).ClientAt(0, kStart), 1);
}

// For all servers: exactly one restart a day, in which it takes almost no
// calls, and never two at once.
TEST(ServersTest, TakeNoCallsWhileTheyRestart) {
  Profile profile = ServerProfile(4, 0.0);
  profile.server_pool.restart_every_ms = kMsPerDay;
  profile.server_pool.restart_takes_ms = 10 * kMsPerMinute;
  const Servers servers(profile);
  std::map<std::uint8_t, int> restarts;
  for (std::uint64_t slot = kStart; slot < kStart + kSlotsOfDay; slot += 600) {
    const std::map<std::uint8_t, int> calls =
        CallsByServer(servers, slot, 1000);
    int quiet = 0;
    for (std::uint8_t server = 0; server < 4; ++server) {
      const auto at = calls.find(server);
      // All of the few tries choose the same server now and then.
      if (at != calls.end() && at->second > 30) continue;
      ++restarts[server];
      ++quiet;
    }
    EXPECT_LE(quiet, 1) << slot;
  }
  for (std::uint8_t server = 0; server < 4; ++server) {
    EXPECT_EQ(restarts[server], 1) << int{server};
  }
}

Profile RolloutProfile() {
  Profile profile = ServerProfile(8, 0.0);
  profile.clients = {{"dotnet", "1.2.0", "2024-04-15", 3.0},
                     {"js", "1.5.1", "2025-06-15", 1.0},
                     {"dotnet", "1.3.0", "2024-04-15", 0.0}};
  const SimTime at{static_cast<std::int64_t>(kStart) * kMsPerSecond};
  profile.rollouts = {{"dotnet 1.3.0", "dotnet 1.2.0", at, kMsPerHour}};
  return profile;
}

// A roll-out reaches the servers with the old version one after the other.
TEST(ServersTest, ARolloutReachesServersOneAfterTheOther) {
  const Servers servers(RolloutProfile());
  const auto versions = [&servers](std::uint64_t slot) {
    std::map<int, int> counts;
    for (std::uint8_t server = 0; server < 8; ++server) {
      ++counts[servers.ClientAt(server, slot)];
    }
    return counts;
  };
  using Counts = std::map<int, int>;
  EXPECT_EQ(versions(kStart - 1), (Counts{{0, 6}, {1, 2}}));
  EXPECT_EQ(versions(kStart), (Counts{{0, 5}, {1, 2}, {2, 1}}));
  EXPECT_EQ(versions(kStart + kHourOfSlots / 2),
            (Counts{{0, 2}, {1, 2}, {2, 4}}));
  EXPECT_EQ(versions(kStart + kHourOfSlots), (Counts{{1, 2}, {2, 6}}));
}

TEST(ServersTest, ALaterRolloutTakesTheVersionsOfAnEarlierOne) {
  Profile profile = RolloutProfile();
  const SimTime later{profile.rollouts[0].at.ms + 2 * kMsPerHour};
  profile.rollouts.push_back({"dotnet 1.2.0", "dotnet 1.3.0", later, 0});
  profile.rollouts.push_back({"js 1.5.1", "", {later.ms + 1000}, 0});
  const Servers servers(profile);
  const std::uint64_t slot = kStart + 2 * kHourOfSlots;
  std::multiset<int> versions;
  for (std::uint8_t server = 0; server < 8; ++server) {
    versions.insert(servers.ClientAt(server, slot));
    EXPECT_EQ(servers.ClientAt(server, slot + 1), 1);
  }
  EXPECT_EQ(versions.count(0), 6u);
  EXPECT_EQ(versions.count(1), 2u);
}

}  // namespace
}  // namespace busyhour::internal
