#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "busyhour/error.h"

namespace busyhour {

/// The member that holds a manifest's own fingerprint.
inline constexpr const char* kManifestFingerprint = "xxh3_128";

/// The XXH3-128 of a manifest's content: of its JSON without the member that
/// holds this, with sorted names and no space between. It does not depend on
/// how the text is laid out, and shows any change of what it says. It is no
/// signature: who knows how it is made can make another.
std::string ContentFingerprint(nlohmann::json manifest);

/// Reads the JSON of the manifest at `path`; nothing, and why in `problems`,
/// when it is none. Whether it is as it was written is not yet known.
std::optional<nlohmann::json> LoadManifestJson(const std::string& path,
                                               std::vector<Problem>& problems);

/// What stands against believing a manifest's JSON: it has no fingerprint of
/// its own content, or another one. Empty when it is as it was written.
std::string TamperedWith(const nlohmann::json& manifest);

}  // namespace busyhour
