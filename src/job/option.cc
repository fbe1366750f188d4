#include "job/option.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/nearest.h"

namespace busyhour::internal {

std::string Listed(const std::vector<std::string_view>& names) {
  std::string text;
  for (const std::string_view name : names) {
    text.append(text.empty() ? "" : ", ").append(name);
  }
  return text;
}

std::vector<std::string> SplitAtCommas(std::string_view text) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::string NotA(std::string_view text, std::string_view kind) {
  return ('"' + std::string(text) + "\" is not ").append(kind);
}

namespace {

// For the names of other tools.
std::string_view OurName(std::string_view word) {
  constexpr std::pair<std::string_view, std::string_view> kOtherNames[] = {
      {"gz", "gzip"}, {"zst", "zstd"}, {"off", "none"}, {"no", "none"}};
  for (const auto& [other, ours] : kOtherNames) {
    if (word == other) return ours;
  }
  return word;
}

}  // namespace

std::string NotAmong(std::string_view word,
                     const std::vector<std::string_view>& choices) {
  std::string hint = DidYouMean(OurName(word), choices);
  if (hint.empty()) hint = "; it is one of " + Listed(choices);
  return '"' + std::string(word) + "\" is not known" + hint;
}

}  // namespace busyhour::internal
