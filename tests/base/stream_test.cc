#include "base/stream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <vector>

namespace busyhour::internal {
namespace {

static_assert(std::uniform_random_bit_generator<Stream>);

constexpr std::uint64_t kStreamSlot = 1'772'438'400;

// The ways in which consecutive draws of a run differ: one input is a counter.
std::vector<std::function<std::uint64_t(std::uint64_t)>> Counters() {
  return {
      [](std::uint64_t i) {
        return Draw(StreamKey(1, kStreamSlot, 0), Purpose::kFlow, i);
      },
      [](std::uint64_t i) {
        return Draw(StreamKey(1, kStreamSlot + i, 0), Purpose::kFlow);
      },
      [](std::uint64_t i) {
        return Draw(StreamKey(1, kStreamSlot, i), Purpose::kFlow);
      },
      [](std::uint64_t i) {
        return Draw(StreamKey(i, kStreamSlot, 0), Purpose::kFlow);
      },
      [](std::uint64_t i) {
        return Draw(StreamKey(1, kSlotItself, i), Purpose::kDayFactor);
      },
      [](std::uint64_t i) {
        return Draw(StreamKey(1, kStreamSlot, 0), static_cast<Purpose>(i));
      },
      // The index of a walk: step in the high bits, number of the draw in the
      // low bits.
      [](std::uint64_t i) {
        return Draw(StreamKey(1, kStreamSlot, i / 64), Purpose::kToneGap,
                    (i / 8 % 8) << 16 | i % 8);
      },
  };
}

// For each counter and each of the 64 bits: it is set in half of the draws.
// Tolerance: 5 standard errors, because there are some 450 comparisons.
TEST(StreamTest, EveryBitIsSetInHalfOfTheDraws) {
  constexpr int kDraws = 1 << 16;
  const double tolerance = 5 * std::sqrt(kDraws) / 2;
  int way = 0;
  for (const auto& draw : Counters()) {
    std::array<int, 64> set{};
    for (std::uint64_t i = 0; i < kDraws; ++i) {
      const std::uint64_t word = draw(i);
      for (std::size_t bit = 0; bit < 64; ++bit) set[bit] += word >> bit & 1;
    }
    for (std::size_t bit = 0; bit < 64; ++bit) {
      EXPECT_NEAR(set[bit], kDraws / 2, tolerance)
          << "bit " << bit << ", way " << way;
    }
    ++way;
  }
}

// For each counter and each of the 64 bits: it is equal in consecutive draws
// half of the time. Tolerance: 5 standard errors.
TEST(StreamTest, NeighboursAreNotAlike) {
  constexpr int kDraws = 1 << 16;
  const double tolerance = 5 * std::sqrt(kDraws) / 2;
  int way = 0;
  for (const auto& draw : Counters()) {
    std::array<int, 64> same{};
    std::uint64_t last = draw(0);
    for (std::uint64_t i = 1; i <= kDraws; ++i) {
      const std::uint64_t word = draw(i);
      for (std::size_t bit = 0; bit < 64; ++bit) {
        same[bit] += ~(word ^ last) >> bit & 1;
      }
      last = word;
    }
    for (std::size_t bit = 0; bit < 64; ++bit) {
      EXPECT_NEAR(same[bit], kDraws / 2, tolerance)
          << "bit " << bit << ", way " << way;
    }
    ++way;
  }
}

// For each input bit of seed, slot, ordinal and index: inverting it inverts
// each output bit half of the time. Tolerance: 6 standard errors, because there
// are 16,000 pairs of bits.
TEST(StreamTest, EveryInputBitReachesEveryOutputBit) {
  constexpr int kTrials = 1024;
  const double tolerance = 6 * std::sqrt(kTrials) / 2;
  struct Input {
    std::uint64_t seed, slot, ordinal, index;
    std::uint64_t Out() const {
      return Draw(StreamKey(seed, slot, ordinal), Purpose::kWait, index);
    }
  };
  const struct {
    std::uint64_t Input::*word;
    int bits;
  } kWords[] = {{&Input::seed, 64},
                {&Input::slot, 64},
                {&Input::ordinal, 64},
                {&Input::index, 40}};
  std::mt19937_64 random(7);
  for (const auto& [word, bits] : kWords) {
    for (int in = 0; in < bits; ++in) {
      std::array<int, 64> turned{};
      for (int trial = 0; trial < kTrials; ++trial) {
        Input input{random(), random() >> 30, random() >> 40, random() >> 24};
        const std::uint64_t before = input.Out();
        input.*word ^= std::uint64_t{1} << in;
        const std::uint64_t change = before ^ input.Out();
        for (std::size_t out = 0; out < 64; ++out) {
          turned[out] += change >> out & 1;
        }
      }
      for (std::size_t out = 0; out < 64; ++out) {
        ASSERT_NEAR(turned[out], kTrials / 2, tolerance)
            << "input bit " << in << ", output bit " << out;
      }
    }
  }
}

// For all keys (slot, ordinal) of a busy quarter of an hour: they are distinct.
// The probability that two of two million random words are equal is 1 in ten
// million.
TEST(StreamTest, KeysDoNotCollide) {
  std::vector<std::uint64_t> keys;
  for (std::uint64_t slot = kStreamSlot; slot < kStreamSlot + 1024; ++slot) {
    for (std::uint64_t ordinal = 0; ordinal < 1024; ++ordinal) {
      keys.push_back(StreamKey(1, slot, ordinal));
    }
    keys.push_back(StreamKey(1, slot, kSlotItself));
    keys.push_back(StreamKey(1, kSlotItself, slot));
    keys.push_back(StreamKey(2, slot, 0));
  }
  std::sort(keys.begin(), keys.end());
  EXPECT_EQ(std::adjacent_find(keys.begin(), keys.end()), keys.end());
}

// For all draws of a call, for all purposes: they are distinct.
TEST(StreamTest, DrawsOfACallDoNotCollide) {
  std::vector<std::uint64_t> draws;
  const std::uint64_t key = StreamKey(1, kStreamSlot, 3);
  for (std::uint32_t purpose = 1; purpose <= 64; ++purpose) {
    for (std::uint64_t step = 0; step < 256; ++step) {
      for (std::uint64_t index = 0; index < 16; ++index) {
        draws.push_back(
            Draw(key, static_cast<Purpose>(purpose), step << 16 | index));
      }
    }
  }
  std::sort(draws.begin(), draws.end());
  EXPECT_EQ(std::adjacent_find(draws.begin(), draws.end()), draws.end());
}

// For all purposes p and q: the draws for p do not depend on the number or
// order of draws for q.
TEST(StreamTest, DrawsOfOnePurposeDoNotMoveAnothers) {
  const std::uint64_t key = StreamKey(5, kStreamSlot, 1);
  std::vector<std::uint64_t> alone;
  Stream only(key, Purpose::kWait);
  for (int i = 0; i < 100; ++i) alone.push_back(only());

  Stream waits(key, Purpose::kWait);
  Stream rings(key, Purpose::kRing);
  for (int i = 0; i < 100; ++i) {
    for (int j = 0; j < i % 3; ++j) rings();
    EXPECT_EQ(waits(), alone[static_cast<std::size_t>(i)]);
  }
  for (std::uint64_t i = 100; i-- > 0;) {
    EXPECT_EQ(Draw(key, Purpose::kWait, i), alone[i]);
  }
}

// For all pairs of purposes: their draws in the same calls are uncorrelated.
// Tolerance: 5 standard errors of a correlation of 0, because there are 990
// pairs.
TEST(StreamTest, PurposesAreIndependentOfEachOther) {
  constexpr std::uint32_t kPurposes = 45;
  constexpr std::uint64_t kCalls = 4096;
  std::vector<std::array<double, kPurposes>> calls(kCalls);
  for (std::uint64_t call = 0; call < kCalls; ++call) {
    const std::uint64_t key = StreamKey(1, kStreamSlot, call);
    for (std::uint32_t i = 0; i < kPurposes; ++i) {
      calls[call][i] =
          std::ldexp(
              static_cast<double>(Draw(key, static_cast<Purpose>(i + 1))),
              -64) -
          0.5;
    }
  }
  for (std::uint32_t a = 0; a < kPurposes; ++a) {
    for (std::uint32_t b = 0; b < a; ++b) {
      double sum = 0;
      for (const auto& call : calls) sum += call[a] * call[b];
      // A uniform draw has a variance of 1/12.
      const double correlation = sum / kCalls * 12;
      EXPECT_NEAR(correlation, 0, 5 / std::sqrt(kCalls))
          << a + 1 << ' ' << b + 1;
    }
  }
}

TEST(StreamTest, CountsItsDrawsFromZero) {
  const std::uint64_t key = StreamKey(1, kStreamSlot, 2);
  Stream stream(key, Purpose::kArrivalCount);
  for (std::uint64_t i = 0; i < 10; ++i) {
    EXPECT_EQ(stream(), Draw(key, Purpose::kArrivalCount, i));
  }
}

// For all counts n: PickBelow returns each number in [0, n) equally often.
// Tolerance: 5 standard errors.
TEST(StreamTest, PicksEveryNumberBelowALimitEquallyOften) {
  constexpr std::uint64_t kDraws = 60'000;
  for (const std::uint64_t count : {1ull, 2ull, 3ull, 7ull, 10ull, 250ull}) {
    std::vector<double> picked(count);
    for (std::uint64_t i = 0; i < kDraws; ++i) {
      const std::uint64_t pick =
          PickBelow(Draw(StreamKey(1, count, i), Purpose::kNode), count);
      ASSERT_LT(pick, count);
      ++picked[pick];
    }
    const double share = 1.0 / static_cast<double>(count);
    for (const double times : picked) {
      EXPECT_NEAR(times, kDraws * share,
                  5 * std::sqrt(kDraws * share * (1 - share)) + 1e-9);
    }
  }
  EXPECT_EQ(PickBelow(0, 10), 0u);
  EXPECT_EQ(PickBelow(~std::uint64_t{0}, 10), 9u);
  EXPECT_EQ(PickBelow(~std::uint64_t{0}, std::uint64_t{1} << 32),
            (std::uint64_t{1} << 32) - 1);
}

TEST(StreamTest, HappensWithItsShare) {
  constexpr std::uint64_t kWhole = std::uint64_t{1} << 32;
  EXPECT_FALSE(Happens(0, 0));
  EXPECT_TRUE(Happens(~std::uint64_t{0}, kWhole));
  EXPECT_TRUE(Happens(kWhole - 1, 1));
  EXPECT_FALSE(Happens(kWhole, 1));
  int happened = 0;
  constexpr int kDraws = 40'000;
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    happened +=
        Happens(Draw(StreamKey(1, 2, i), Purpose::kBargeIn), kWhole / 4);
  }
  // Tolerance: 5 standard errors.
  EXPECT_NEAR(happened, kDraws / 4, 5 * std::sqrt(kDraws * 0.25 * 0.75));
}

// For all steps, purposes and indices, `StepDraws` draws what `Draw` does.
TEST(StreamTest, TheDrawsOfAStepAreThoseOfItsNumber) {
  const std::uint64_t key = StreamKey(1, kStreamSlot, 3);
  StepDraws draws(key);
  for (std::uint64_t step = 0; step <= 1000; ++step, draws.NextStep()) {
    for (const Purpose purpose :
         {Purpose::kArrivalCount, Purpose::kToneGap, Purpose::kNoEffect}) {
      ASSERT_EQ(draws(purpose), Draw(key, purpose, step << 16));
      for (const std::uint64_t index : {0, 1, 5, 0xffff}) {
        ASSERT_EQ(draws(purpose, index),
                  Draw(key, purpose, step << 16 | index));
      }
    }
  }
}

TEST(StreamTest, AStreamIsTheDrawsOfItsPurposeInOrder) {
  const std::uint64_t key = StreamKey(1, kStreamSlot, 3);
  Stream stream(key, Purpose::kDeliveryDelay);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    if (i % 3 == 1) {
      stream.Skip();
      continue;
    }
    ASSERT_EQ(stream(), Draw(key, Purpose::kDeliveryDelay, i));
  }
}

// These values are part of the format: if they change, existing data sets
// cannot be reproduced.
TEST(StreamTest, KeepsItsDraws) {
  EXPECT_EQ(StreamKey(1, kStreamSlot, 0), 12796011643685498869u);
  EXPECT_EQ(Draw(StreamKey(1, kStreamSlot, 0), Purpose::kFlow),
            16078206348715542902u);
  EXPECT_EQ(Draw(StreamKey(42, 0, 7), Purpose::kDeliveryDelay, 3),
            14396293252531238377u);
  EXPECT_EQ(static_cast<int>(Purpose::kArrivalCount), 1);
  EXPECT_EQ(static_cast<int>(Purpose::kReaction), 12);
  EXPECT_EQ(static_cast<int>(Purpose::kWait), 34);
  EXPECT_EQ(static_cast<int>(Purpose::kMediaStop), 45);
}

}  // namespace
}  // namespace busyhour::internal
