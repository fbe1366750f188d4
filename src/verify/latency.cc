#include "verify/latency.h"

#include <algorithm>
#include <limits>

namespace busyhour::internal {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
// 292 years, the longest time that 64-bit nanoseconds can hold.
constexpr std::int64_t kMostMs =
    std::numeric_limits<std::int64_t>::max() / kNsPerMs - 1;

}  // namespace

void Latency::Add(SimTime delivery,
                  const std::optional<ReceivedTime>& arrival) {
  if (!arrival) {
    ++unreadable;
    return;
  }
  const std::int64_t ms =
      std::clamp(arrival->time.ms - delivery.ms, -kMostMs, kMostMs);
  const std::int64_t took = ms * kNsPerMs + arrival->ns;
  if (took < 0) ++negative;
  min_ns = ns.count() == 0 ? took : std::min(min_ns, took);
  max_ns = ns.count() == 0 ? took : std::max(max_ns, took);
  ns.Add(took);
}

}  // namespace busyhour::internal
