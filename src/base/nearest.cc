#include "base/nearest.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "base/ascii.h"

namespace busyhour::internal {
namespace {

// Longer words are not typing errors, and would take too long to compare.
constexpr std::size_t kLongestWord = 64;

// Optimal string alignment distance, letters compared without case.
std::size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = LowerOf(a[i - 1]) == LowerOf(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + !same});
      if (i > 1 && j > 1 && LowerOf(a[i - 1]) == LowerOf(b[j - 2]) &&
          LowerOf(a[i - 2]) == LowerOf(b[j - 1])) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::string_view NearestName(std::string_view word,
                             std::span<const std::string_view> candidates) {
  if (word.size() > kLongestWord) return {};
  std::string_view nearest;
  // Of those with equally few changes, the one that keeps more letters.
  constexpr std::size_t kShort = 5;
  std::pair fewest(word.size() <= kShort ? 2 : word.size() / 3 + 2, false);
  for (const std::string_view candidate : candidates) {
    const std::pair cost(Distance(word, candidate),
                         candidate.size() <= word.size());
    if (cost < fewest) {
      fewest = cost;
      nearest = candidate;
    }
  }
  if (!nearest.empty()) return nearest;
  // "HangUp" for "HangUpCall": one is a prefix of the other.
  for (const std::string_view candidate : candidates) {
    const std::size_t common = std::min(word.size(), candidate.size());
    if (common >= 3 &&
        Distance(word.substr(0, common), candidate.substr(0, common)) == 0) {
      return candidate;
    }
  }
  // "silence" for "initial_silence": it is the last part of one of them.
  for (const std::string_view candidate : candidates) {
    const std::size_t at = candidate.rfind('_');
    if (at != candidate.npos && Distance(word, candidate.substr(at + 1)) == 0) {
      return candidate;
    }
  }
  return {};
}

std::string DidYouMean(std::string_view word,
                       std::span<const std::string_view> candidates) {
  const std::string_view nearest = NearestName(word, candidates);
  if (nearest.empty()) return {};
  return "; did you mean \"" + std::string(nearest) + "\"?";
}

}  // namespace busyhour::internal
