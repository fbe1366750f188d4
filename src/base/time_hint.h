#pragma once

#include <string>
#include <string_view>

namespace busyhour::internal {

/// What to write instead of a time as other tools take it: of seconds or
/// milliseconds since 1970, `; did you mean "2026-03-02T08:00:00Z"?`; of a word
/// such as `now`, the command of the shell that writes the time. Empty if it is
/// neither.
std::string TimeHint(std::string_view text);

}  // namespace busyhour::internal
