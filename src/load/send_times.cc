#include "load/send_times.h"

namespace busyhour::internal {
namespace {

// Enough to make the first batch, so that it is not late.
constexpr std::int64_t kHeadStartMs = 100;

}  // namespace

SendTimes::SendTimes(std::function<SimTime()> now, bool paced,
                     std::optional<SimTime> begin)
    : now_(std::move(now)),
      paced_(paced),
      begin_ms_(begin ? begin->ms : kUnset) {}

SimTime SendTimes::Of(Nanos due) {
  if (!paced_) return now_();
  if (begin_ms_.load() == kUnset) begin_ms_.store(now_().ms + kHeadStartMs);
  return SimTime{begin_ms_.load() + due / kMillisecond};
}

std::optional<SimTime> SendTimes::begin() const noexcept {
  const std::int64_t ms = begin_ms_.load();
  if (ms == kUnset) return std::nullopt;
  return SimTime{ms};
}

}  // namespace busyhour::internal
