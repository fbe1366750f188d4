#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "base/repeat_hint.h"

namespace busyhour::internal {

/// A text for tests of compressors that repeats some passages, with hints, some
/// of which are wrong.
struct HintedText {
  explicit HintedText(unsigned seed) {
    std::mt19937 random(seed);
    static constexpr std::size_t kSizes[] = {1,  7,   8,   9,   31,   32,    33,
                                             64, 257, 258, 259, 1000, 70'000};
    // A large size in few texts, so that most are quick.
    const std::size_t sizes = seed % 10 == 0 ? 13 : 12;
    std::vector<std::string> passages;
    for (std::size_t i = 0; i < 12; ++i) {
      passages.push_back(Noise(kSizes[random() % sizes], random));
    }
    const std::size_t pieces = random() % 300;
    for (std::size_t i = 0; i < pieces; ++i) {
      const std::size_t chosen = random() % passages.size();
      const bool is_wrong = random() % 20 == 0;
      if (passages[chosen].size() >= RepeatHints::kLeastBytes) {
        hints.push_back(
            {static_cast<std::uint32_t>(text.size()),
             static_cast<std::uint16_t>(std::min<std::size_t>(
                 is_wrong ? random() % 2000 : passages[chosen].size(), 65'535)),
             static_cast<std::uint16_t>(is_wrong ? random() : chosen)});
      }
      text += passages[chosen];
      text += Noise(random() % 40, random);
    }
    // Its hints must be places in the text.
    text += Noise(random() % 10, random);
  }

  std::string text;
  std::vector<RepeatHint> hints;

 private:
  static std::string Noise(std::size_t bytes, std::mt19937& random) {
    // Few values, or all.
    const auto values = random() % 3 == 0 ? 256 : 2 + random() % 16;
    std::string noise(bytes, '\0');
    for (char& c : noise) c = static_cast<char>(random() % values);
    return noise;
  }
};

}  // namespace busyhour::internal
