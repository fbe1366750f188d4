#include "conditions/agent_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <queue>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/sanitized.h"

namespace busyhour::internal {
namespace {

constexpr double kChunkS = AgentPool::kChunkMs / 1000.0;
constexpr double kStepS = AgentPool::kStepMs / 1000.0;
constexpr double kCellS = AgentPool::kCellMs / 1000.0;
// Before the chunk whose waits are compared.
constexpr double kLeadS = 4 * 3600;
constexpr double kWindowS = 1800;
constexpr auto kWindows = static_cast<std::size_t>(kChunkS / kWindowS);
// A chunk that begins at a midnight, so that local hours are easy to say.
constexpr std::int64_t kChunk = 4 * 20'000;

// Talks and patience as in the shipped profiles, in seconds.
double DrawTalk(std::mt19937_64& random) {
  std::lognormal_distribution<double> talk(4.80, 0.91);
  return std::clamp(talk(random), 10.0, 3600.0);
}
double DrawPatience(std::mt19937_64& random) {
  std::lognormal_distribution<double> patience(5.70, 1.65);
  return std::min(patience(random), 7200.0);
}

struct Caller {
  double at = 0;
  double patience = 0;
  double talk = 0;
};

// Callers of a Poisson process, from `kLeadS` before the chunk, in seconds
// since its beginning.
std::vector<Caller> CallersOf(const std::function<double(double)>& rate,
                              double most, std::mt19937_64& random) {
  std::exponential_distribution<double> gap(most);
  std::uniform_real_distribution<double> part(0, 1);
  std::vector<Caller> callers;
  for (double at = -kLeadS; at < kChunkS; at += gap(random)) {
    if (part(random) * most < rate(at)) {
      callers.push_back({at, DrawPatience(random), DrawTalk(random)});
    }
  }
  return callers;
}

// What happened to the callers of each window of the chunk.
struct Window {
  double callers = 0;
  double waited = 0;
  double gave_up = 0;
  double wait_s = 0;  // of those who were served
};
using Windows = std::vector<Window>;

void Count(double at, double wait, bool served, Windows& windows) {
  if (at < 0) return;
  Window& window =
      windows[std::min(static_cast<std::size_t>(at / kWindowS), kWindows - 1)];
  ++window.callers;
  if (wait > 0) ++window.waited;
  if (served) {
    window.wait_s += wait;
  } else {
    ++window.gave_up;
  }
}

void Add(const Window& window, Window& to) {
  to.callers += window.callers;
  to.waited += window.waited;
  to.gave_up += window.gave_up;
  to.wait_s += window.wait_s;
}

// The reference: every caller and every agent, event by event, first come,
// first served.
void Simulate(const std::vector<Caller>& callers,
              const std::function<double(double)>& agents, Windows& windows) {
  std::priority_queue<double, std::vector<double>, std::greater<>> busy_until;
  std::deque<Caller> queue;
  const auto serve = [&](double now) {
    while (!busy_until.empty() && busy_until.top() <= now) busy_until.pop();
    while (!queue.empty()) {
      const Caller& first = queue.front();
      if (first.at + first.patience < now) {
        Count(first.at, first.patience, false, windows);
      } else if (static_cast<double>(busy_until.size()) < agents(now)) {
        Count(first.at, now - first.at, true, windows);
        busy_until.push(now + first.talk);
      } else {
        break;
      }
      queue.pop_front();
    }
  };
  double checked = -kLeadS;
  const auto pass_to = [&](double to) {
    // Agents come on duty at whole minutes.
    for (;;) {
      double next = checked + 60;
      if (!busy_until.empty()) next = std::min(next, busy_until.top());
      if (next > to) break;
      if (next == checked + 60) checked = next;
      serve(next);
    }
    serve(to);
  };
  for (const Caller& caller : callers) {
    pass_to(caller.at);
    queue.push_back(caller);
    serve(caller.at);
  }
  pass_to(kChunkS + 7200);
}

AgentCalls Calls() {
  std::mt19937_64 random(7);
  AgentCalls calls;
  calls.share = 1;
  calls.callers.holding.assign(361, 0.0);
  constexpr int kDraws = 1'000'000;
  for (int i = 0; i < kDraws; ++i) {
    calls.callers
        .holding[static_cast<std::size_t>(DrawTalk(random) / kCellS)] +=
        1.0 / kDraws;
  }
  for (int cell = 0; cell <= 720; ++cell) {
    const double ms = std::max(cell * kCellS, 1e-3);
    const double z = (std::log(ms) - 5.70) / 1.65;
    calls.callers.willing.push_back(0.5 * std::erfc(z / std::sqrt(2.0)));
  }
  return calls;
}

struct Case {
  std::string name;
  Agents agents;
  std::function<double(double)> rate;  // per second, at seconds of the chunk
  double most_rate = 0;
  int runs = 1;
};

// A centre is opened at midnight. The hours before count as the lead.
std::vector<Case> Cases() {
  std::vector<double> early(24, 1.0);
  early[2] = early[3] = 0.7;
  return {
      {"large, crowd for an hour",
       {900, {}, {}},
       [](double at) { return at > 5400 && at < 9000 ? 6.3 : 4.5; },
       6.3,
       10},
      {"large, fewer agents for two hours",
       {300, early, {}},
       [](double) { return 1.5; },
       1.5,
       40},
      {"small, steady", {7, {}, {}}, [](double) { return 0.03; }, 0.03, 600},
      {"small, busy", {4, {}, {}}, [](double) { return 0.025; }, 0.025, 600},
  };
}

WaitSpread SpreadAt(const std::vector<WaitSpread>& waits, double at) {
  return waits[std::min(static_cast<std::size_t>(at / kStepS),
                        waits.size() - 1)];
}

// For centres of different sizes, with a crowd, with fewer agents, and steady:
// who waits, who gives up and how long the others wait, by half hours, are
// those of a simulation of every event. Tolerances as in docs/model.md.
TEST(AgentPoolTest, WaitsAreThoseOfASimulationOfEveryEvent) {
  const OfferedRate offered{Traffic()};
  CaseFilter filter;
  for (const Case& each : Cases()) {
    if (!filter.Selects()) continue;
    const AgentPool pool(each.agents, Calls());
    const std::vector<WaitSpread> waits =
        pool.WaitsIn(kChunk, offered, [&](std::uint64_t slot) {
          return each.rate(static_cast<double>(slot) - kChunk * kChunkS);
        });
    std::mt19937_64 random(1);
    Windows expected(kWindows);
    Windows found(kWindows);
    for (int run = 0; run < each.runs; ++run) {
      const std::vector<Caller> callers =
          CallersOf(each.rate, each.most_rate, random);
      Simulate(
          callers,
          [&](double at) {
            return pool.OnDutyAt(
                static_cast<std::int64_t>(kChunk * kChunkS + at));
          },
          expected);
      for (const Caller& caller : callers) {
        if (caller.at < 0) continue;
        const double wait = SpreadAt(waits, caller.at)(random()) / 1000.0;
        const bool served = wait <= caller.patience;
        Count(caller.at, served ? wait : caller.patience, served, found);
      }
    }
    const auto share_waited = [](const Window& window) {
      return window.waited / window.callers;
    };
    const auto share_gave_up = [](const Window& window) {
      return window.gave_up / window.callers;
    };
    const auto mean_wait = [](const Window& window) {
      return window.wait_s / (window.callers - window.gave_up);
    };
    Window all_expected;
    Window all_found;
    double most_wait = 0;
    for (std::size_t i = 0; i < kWindows; ++i) {
      const Window& e = expected[i];
      const Window& f = found[i];
      ASSERT_GT(e.callers, 10'000) << each.name;
      EXPECT_NEAR(share_waited(f), share_waited(e), 0.12) << each.name << i;
      EXPECT_NEAR(share_gave_up(f), share_gave_up(e), 0.05) << each.name << i;
      EXPECT_NEAR(mean_wait(f), mean_wait(e), 5 + 0.25 * mean_wait(e))
          << each.name << i;
      most_wait = std::max(most_wait, mean_wait(e));
      Add(e, all_expected);
      Add(f, all_found);
    }
    EXPECT_NEAR(share_waited(all_found), share_waited(all_expected), 0.03)
        << each.name;
    EXPECT_NEAR(share_gave_up(all_found), share_gave_up(all_expected), 0.035)
        << each.name;
    EXPECT_GT(most_wait, 5) << each.name;
  }
}

// For all chunks: the waits at the end of one are those at the beginning of the
// next, although each is computed from an empty queue.
TEST(AgentPoolTest, ChunksFitTogether) {
  const OfferedRate offered{Traffic()};
  const AgentPool pool({100, {}, {}}, Calls());
  const auto rate = [](std::uint64_t slot) {
    return 0.45 + 0.25 * static_cast<double>((slot + 10'000) % 43'200) / 43'200;
  };
  for (std::int64_t chunk = kChunk; chunk < kChunk + 8; ++chunk) {
    const auto before = pool.WaitsIn(chunk, offered, rate);
    const auto after = pool.WaitsIn(chunk + 1, offered, rate);
    EXPECT_NEAR(before.back().free_share(), after.front().free_share(), 0.1);
    for (const int eighth : {4, 5, 6, 7}) {
      const std::uint64_t draw = static_cast<std::uint64_t>(eighth) << 61;
      EXPECT_NEAR(before.back()(draw), after.front()(draw), 5000)
          << chunk << ' ' << eighth;
    }
  }
}

// For all draws: more random bits, longer waits; and a centre without callers
// has a free agent.
TEST(WaitSpreadTest, IsMonotonicAndFreeWithoutCallers) {
  QueueState state{.agents = 50,
                   .busy = 50,
                   .waiting = 10,
                   .wait = 0.9,
                   .service_rate = 0.05,
                   .abandonment_rate = 0.01};
  const WaitSpread waits(state, 10'000);
  std::uint32_t last = 0;
  for (std::uint64_t draw = 0; draw < 4096; ++draw) {
    const std::uint32_t wait = waits(draw << 52);
    EXPECT_GE(wait, last);
    last = wait;
  }
  EXPECT_GT(last, 10'000u);
  state.busy = state.waiting = state.wait = 0;
  EXPECT_EQ(WaitSpread(state, 10'000)(~std::uint64_t{0}), 0u);
}

// Also if the queue is still to come: most agents have just left.
TEST(WaitSpreadTest, EverybodyWaitsEquallyLongInAHugeQueue) {
  for (const auto& [busy, waiting] :
       {std::pair{900.0, 1e9}, std::pair{1e9, 0.0}}) {
    const WaitSpread spread({.agents = 900,
                             .busy = busy,
                             .waiting = waiting,
                             .wait = 400,
                             .service_rate = 1e-3,
                             .abandonment_rate = 1e-4},
                            10'000);
    EXPECT_EQ(spread.free_share(), 0);
    EXPECT_EQ(spread(0), 4'000'000u);
    EXPECT_EQ(spread(~std::uint64_t{0}), 4'000'000u);
  }
}

TEST(AgentPoolTest, AgentsOnDutyFollowTheHoursAndOneIsAlwaysThere) {
  Agents agents{40, std::vector<double>(24, 0.0), {2, 2, 2, 2, 2, 1, 0}};
  agents.day[9] = 4;
  agents.day[10] = 1;
  const AgentPool pool(agents, Calls());
  // 1970-01-05 was a Monday.
  const auto at = [&](int day, int hour) {
    return pool.OnDutyAt((4 + day) * 86'400 + hour * 3600 + 1800);
  };
  EXPECT_EQ(at(0, 9), 40u);
  EXPECT_EQ(at(0, 10), 10u);
  EXPECT_EQ(at(0, 11), 1u);
  EXPECT_EQ(at(5, 9), 20u);
  EXPECT_EQ(at(6, 9), 1u);
}

}  // namespace
}  // namespace busyhour::internal
