#pragma once

#include <cstdint>

#include "cli/options.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// For commands whose output is about one resource.
inline constexpr Option kResourceOption = {
    "resource", "NAME", "The resource, if the profile has several"};

/// The number of the resource that `--resource` names. Refuses the option if
/// there is no such resource, and its absence if there are several.
std::uint32_t ReadResource(OptionReader& options, const Profile& profile);

}  // namespace busyhour::internal
