#pragma once

#include <string_view>
#include <vector>

#include "profile/load.h"

namespace busyhour::internal {

/// The shipped profiles that do not extend another one. The others differ from
/// them in little more than incidents, and have tests of their own.
inline std::vector<BuiltinProfile> BaseProfiles() {
  std::vector<BuiltinProfile> profiles;
  for (const BuiltinProfile& builtin : BuiltinProfiles()) {
    if (builtin.text.find("\n  \"extends\":") == std::string_view::npos) {
      profiles.push_back(builtin);
    }
  }
  return profiles;
}

}  // namespace busyhour::internal
