#include <gtest/gtest.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include "base/sanitized.h"
#include "sender_simulation/simulated_run.h"

namespace busyhour::internal {
namespace {

// The seeds to try: `1-2000`, or those that BUSYHOUR_SEEDS names, such as `17`
// or `1-100000`.
struct Seeds {
  std::uint64_t first = 1;
  // A sanitizer looks at the memory of each path, which few seeds suffice for.
  std::uint64_t last = kSanitized ? 50 : 2000;
  bool is_one() const { return first == last; }
};

Seeds ReadSeeds() {
  Seeds seeds;
  const char* const words = std::getenv("BUSYHOUR_SEEDS");
  if (words == nullptr) return seeds;
  char* end = nullptr;
  seeds.first = seeds.last = std::strtoull(words, &end, 10);
  if (*end == '-') seeds.last = std::strtoull(end + 1, &end, 10);
  EXPECT_TRUE(*end == '\0' && seeds.first <= seeds.last)
      << "BUSYHOUR_SEEDS is a number or a range, such as 17 or 1-100000, and "
         "not "
      << words;
  return seeds;
}

double ProcessorSeconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

// For all seeds: the account, the receiver and verify agree about every record,
// whatever the receiver does.
TEST(SenderSimulationTest, TheAccountIsTrueWhateverTheReceiverDoes) {
  const Seeds seeds = ReadSeeds();
  const double begin = ProcessorSeconds();
  SimulatedRun all;
  std::uint64_t failed = 0;
  for (std::uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
    const SimulatedRun run = Simulate(seed);
    for (const std::string& law : run.broken) {
      ADD_FAILURE() << law << "\n  run: " << run.words
                    << "\n  repeat: BUSYHOUR_SEEDS=" << seed << ' '
                    << ::testing::internal::GetArgvs().front();
    }
    all.simulated_s += run.simulated_s;
    all.planned += run.planned;
    all.acknowledged += run.acknowledged;
    all.copies += run.copies;
    failed += run.has_failed ? 1 : 0;
    if (seeds.is_one()) std::printf("%s\n", run.words.c_str());
  }
  const double spent = ProcessorSeconds() - begin;
  std::printf(
      "%llu runs of %.0f s in %.1f s: %.0f times as fast as life; "
      "%llu records planned, %llu acknowledged, %llu copies, %llu runs ended "
      "early\n",
      static_cast<unsigned long long>(seeds.last - seeds.first + 1),
      all.simulated_s, spent, all.simulated_s / spent,
      static_cast<unsigned long long>(all.planned),
      static_cast<unsigned long long>(all.acknowledged),
      static_cast<unsigned long long>(all.copies),
      static_cast<unsigned long long>(failed));
  // Both kinds of runs occur.
  if (seeds.last - seeds.first < 100) return;
  EXPECT_GT(failed, 0u);
  EXPECT_GT(all.copies, 0u);
  EXPECT_GT(all.acknowledged, all.planned / 2);
}

}  // namespace
}  // namespace busyhour::internal
