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

// Between them are the milliseconds of 1973 and the seconds of 5138.
constexpr std::uint64_t kLeastMs = 100'000'000'000;

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
  // Smaller numbers are no recent times, but years or amounts.
  constexpr std::uint64_t kLeast = 100'000'000;  // 1973
  constexpr std::uint64_t kMost = kLatestTime.ms / kMsPerSecond;
  if (*number < kLeast || *number >= kMost) return {};
  const SimTime time{static_cast<std::int64_t>(*number) * kMsPerSecond};
  return "; did you mean \"" + FormatTime(time) + "\"?";
}

}  // namespace busyhour::internal
