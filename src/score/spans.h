#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/time.h"

namespace busyhour::internal {

/// A time with both its ends.
struct Span {
  SimTime from;
  SimTime to;

  friend auto operator<=>(const Span&, const Span&) = default;
};

/// The same times as spans that do not touch each other, in order.
inline std::vector<Span> Merged(std::vector<Span> spans) {
  std::sort(spans.begin(), spans.end());
  std::vector<Span> merged;
  for (const Span& span : spans) {
    if (!merged.empty() && span.from <= merged.back().to) {
      merged.back().to = std::max(merged.back().to, span.to);
    } else {
      merged.push_back(span);
    }
  }
  return merged;
}

/// The last of the merged spans that begins at `time` or before it; the end if
/// there is none.
inline std::vector<Span>::const_iterator SpanBefore(
    const std::vector<Span>& merged, SimTime time) {
  const auto after = std::upper_bound(
      merged.begin(), merged.end(), time,
      [](SimTime at, const Span& span) { return at < span.from; });
  return after == merged.begin() ? merged.end() : after - 1;
}

/// Whether a time lies in one of the merged spans.
inline bool IsIn(const std::vector<Span>& merged, SimTime time) {
  const auto span = SpanBefore(merged, time);
  return span != merged.end() && time <= span->to;
}

}  // namespace busyhour::internal
