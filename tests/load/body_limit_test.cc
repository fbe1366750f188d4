#include "load/body_limit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>

namespace busyhour::internal {
namespace {

// For all limits: halving finds a limit with one refusal per halving, and then
// nothing is refused.
TEST(BodyLimitTest, IsFoundByHalving) {
  constexpr std::size_t kLargest = 1'000'000;
  for (std::size_t limit = 700; limit < kLargest; limit += limit / 3) {
    BodyLimit found;
    std::size_t bytes = kLargest;
    int refusals = 0;
    for (int i = 0; i < 100; ++i) {
      if (found.is_known()) bytes = std::min(bytes, found.most());
      if (bytes > limit) {
        found.Refuse(bytes);
        ++refusals;
      } else {
        found.Take(bytes);
      }
    }
    std::size_t halves = 0;
    for (std::size_t rest = kLargest; rest > limit; rest /= 2) ++halves;
    EXPECT_EQ(static_cast<std::size_t>(refusals), halves) << limit;
    EXPECT_LE(found.most(), limit);
    EXPECT_GT(2 * found.most() + 1, limit);
    EXPECT_LE(found.most_taken(), limit);
    EXPECT_GT(found.least_refused(), limit);
    EXPECT_FALSE(found.IsTrial(found.most()));
  }
}

TEST(BodyLimitTest, WhatWasTakenIsNotHalved) {
  BodyLimit found;
  EXPECT_FALSE(found.is_known());
  EXPECT_FALSE(found.IsTrial(1'000'000));
  found.Take(700);
  found.Refuse(1000);
  EXPECT_EQ(found.most(), 700u);
  // A refusal of a smaller body than one already accepted does not change the
  // limit: it had another cause.
  found.Refuse(600);
  EXPECT_EQ(found.most(), 700u);
  EXPECT_EQ(found.least_refused(), 600u);
}

TEST(BodyLimitTest, OneIsTriedAtATimeUntilOneIsTaken) {
  BodyLimit found;
  found.Refuse(1000);
  EXPECT_TRUE(found.IsTrial(500));
  found.Take(100);
  EXPECT_TRUE(found.IsTrial(500));
  EXPECT_FALSE(found.IsTrial(90));
  found.Take(260);
  EXPECT_FALSE(found.IsTrial(500));
}

TEST(BodyLimitTest, StatedLimitNeedsNoTrial) {
  BodyLimit found;
  found.State(1000);
  EXPECT_TRUE(found.is_stated());
  EXPECT_EQ(found.most(), 1000u);
  EXPECT_FALSE(found.IsTrial(1000));
  // On its next connection, the receiver may state another one.
  found.State(2000);
  EXPECT_EQ(found.most(), 2000u);
}

}  // namespace
}  // namespace busyhour::internal
