#include "profile/resource_key.h"

#include <string>

#include "base/ascii.h"
#include "base/fingerprint.h"
#include "base/stream.h"

namespace busyhour::internal {

std::uint64_t ResourceKey(std::uint64_t seed, const Resource& resource) {
  // A subscription that is not given follows from the key.
  std::string id =
      resource.subscription ? FormatGuid(*resource.subscription) : "";
  // Names contain no slash.
  id.append("/").append(resource.group).append("/").append(resource.name);
  return MixWords(HashOf(InLowerCase(id)), seed);
}

}  // namespace busyhour::internal
