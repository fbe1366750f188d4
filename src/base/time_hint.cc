#include "base/time_hint.h"

#include <cstdint>
#include <optional>

#include "base/ascii.h"
#include "base/time.h"
#include "base/units.h"

namespace busyhour::internal {
namespace {

struct Word {
  std::string_view word;
  std::string_view date;  // as GNU date -d takes it
};
constexpr Word kWords[] = {
    {"now", "now"}, {"today", "0:00"}, {"yesterday", "yesterday 0:00"}};

// Seconds since 1970: from 1973 on, as smaller numbers are rather years or
// amounts.
constexpr std::uint64_t kLeastSeconds = 100'000'000;
constexpr std::uint64_t kEndSeconds = kLatestTime.ms / kMsPerSecond;
// Numbers from here on, also in 1973, are milliseconds.
constexpr std::uint64_t kLeastMs = kLeastSeconds * kMsPerSecond;
static_assert(kEndSeconds < kLeastMs);

}  // namespace

std::string TimeHint(std::string_view text) {
  const std::string lower = InLowerCase(text);
  for (const Word& each : kWords) {
    if (each.word != lower) continue;
    return "; the shell has the time: \"$(date -ud '" + std::string(each.date) +
           "' +%FT%TZ)\"";
  }
  std::optional<std::uint64_t> number = ParseUnsigned(text);
  if (!number) return {};
  if (*number >= kLeastMs) *number /= kMsPerSecond;
  if (*number < kLeastSeconds || *number >= kEndSeconds) return {};
  const SimTime time{static_cast<std::int64_t>(*number) * kMsPerSecond};
  return "; did you mean \"" + FormatTime(time) + "\"?";
}

}  // namespace busyhour::internal
