#pragma once

#include <string>
#include <string_view>

namespace busyhour::internal {

/// `; did you mean "1h30m"?` for a duration as other tools write it:
/// `01:30:00`, `PT1H30M`, `90 minutes`, `2w`, `1y`, or `60`. Empty if it is
/// none.
std::string DurationHint(std::string_view text);

}  // namespace busyhour::internal
