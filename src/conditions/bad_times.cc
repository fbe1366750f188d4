#include "conditions/bad_times.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "conditions/pick.h"

namespace busyhour::internal {

BadTimes::BadTimes(const BadTimesSettings& settings)
    : minutes_(Compiled(settings.minutes, kMsPerMinute)),
      servers_(Compiled(settings.servers, settings.server_length_ms)) {}

BadTimes::Kind BadTimes::Compiled(const BadTime& bad, std::int64_t length_ms) {
  const auto factor = [](double value) {
    return static_cast<std::uint64_t>(std::llround(value * 256));
  };
  return {ShareOf(bad.share), length_ms, factor(bad.latency_factor),
          factor(bad.refusal_factor)};
}

ServiceState BadTimes::At(std::uint64_t key, std::uint8_t server,
                          std::int64_t at_ms) const noexcept {
  ServiceState state;
  state.until_ms = std::numeric_limits<std::int64_t>::max();
  const auto apply = [&](const Kind& kind, Purpose purpose,
                         std::uint64_t whose) {
    if (kind.share == 0) return false;
    const std::int64_t number = at_ms / kind.length_ms;
    state.until_ms = std::min(state.until_ms, (number + 1) * kind.length_ms);
    const std::uint64_t index = static_cast<std::uint64_t>(number) << 8 | whose;
    if (!Happens(Draw(key, purpose, index), kind.share)) return false;
    state.latency_256 = state.latency_256 * kind.latency_256 / 256;
    state.refusals_256 = state.refusals_256 * kind.refusals_256 / 256;
    return true;
  };
  state.bad_minute = apply(minutes_, Purpose::kBadMinute, 0);
  state.bad_server = apply(servers_, Purpose::kBadServer, server);
  return state;
}

}  // namespace busyhour::internal
