#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/call_key.h"
#include "busyhour/error.h"
#include "filter/call_filter.h"
#include "profile/profile.h"

// Jobs of picked calls: an exact number of calls for each of several
// expressions.

namespace busyhour::internal {

/// Maximum number of picked calls in a job.
inline constexpr std::uint64_t kMostPicked = 100'000;

struct CallPick {
  std::string text;  ///< `EXPRESSION=COUNT`
  std::string expression;
  std::shared_ptr<const CallFilter> filter;
  std::uint64_t calls = 0;
};

/// Reads `EXPRESSION=COUNT`, such as `initial_silence=3`. Mistakes are added to
/// `problems` under `source`, the option.
CallPick ReadPick(const std::string& text, const Profile& profile,
                  const std::string& source, std::vector<Problem>& problems);

/// Selects just these calls, which are sorted.
std::shared_ptr<const CallFilter> FilterOf(std::vector<CallKey> calls);

/// `1772438435.0.12.1`: slot, resource, number and generation of a call.
std::string CallText(CallKey call);
/// Nothing if the text is no such call.
std::optional<CallKey> ParseCall(std::string_view text);

}  // namespace busyhour::internal
