#include "base/call_key.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kLateSlot = (std::uint64_t{1} << kSlotBits) - 1;

TEST(CallKeyTest, FirstAttemptHasItsNumberAsOrdinal) {
  constexpr CallKey key{1'772'438'400, 17};
  EXPECT_EQ(key.number(), 17u);
  EXPECT_EQ(key.generation(), 0u);
  EXPECT_EQ(key.First(), key);
}

TEST(CallKeyTest, NextCallsKeepSlotAndNumber) {
  for (const std::uint32_t number : {0u, 17u, kMaxCallsPerSlot - 1}) {
    const CallKey first{kLateSlot, number, kMostResources - 1};
    CallKey key = first;
    for (std::uint32_t generation = 1; generation <= kMostRedials;
         ++generation) {
      key = key.Next();
      EXPECT_EQ(key.slot, first.slot);
      EXPECT_EQ(key.number(), number);
      EXPECT_EQ(key.generation(), generation);
      EXPECT_EQ(key.resource, first.resource);
      EXPECT_EQ(key.First(), first);
      EXPECT_LE(key.ordinal, kLastOrdinal);
      EXPECT_EQ(CallKey::FromBits(key.bits(), key.resource), key);
    }
  }
}

TEST(CallKeyTest, OrderIsBySlotResourceNumberAndGeneration) {
  const CallKey first{5, 7, 2};
  EXPECT_LT(first, first.Next());
  EXPECT_LT(first.Next(), first.Next().Next());
  EXPECT_LT(first.Next().Next().Next(), (CallKey{5, 8, 2}));
  EXPECT_LT((CallKey{5, kMaxCallsPerSlot - 1, 2}.Next()), (CallKey{5, 0, 3}));
  EXPECT_LT((CallKey{5, kMaxCallsPerSlot - 1, kMostResources - 1}.Next()),
            (CallKey{6, 0, 0}));
}

}  // namespace
}  // namespace busyhour::internal
