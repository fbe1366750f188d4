#include "cli/resource_option.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "profile/keys.h"

namespace busyhour::internal {

std::uint32_t ReadResource(OptionReader& options, const Profile& profile) {
  std::vector<std::string_view> names;
  for (const Profile& each : profile.resources) {
    names.push_back(each.resource.name);
  }
  if (names.empty()) names.push_back(profile.resource.name);
  if (!options.Has("resource")) {
    if (names.size() > 1) {
      options.Refuse("resource", "is missing: the profile has " +
                                     std::to_string(names.size()) +
                                     " resources, such as " +
                                     std::string(names.front()));
    }
    return 0;
  }
  const std::string name = options.Text("resource");
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<std::uint32_t>(i);
  }
  options.Refuse("resource",
                 UnknownName(name, "a resource of the profile", names));
  return 0;
}

}  // namespace busyhour::internal
