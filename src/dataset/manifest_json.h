#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "busyhour/error.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// The member that holds a manifest's own fingerprint.
inline constexpr const char* kManifestFingerprint = "xxh3_128";

/// The XXH3-128 of a manifest's content: of its JSON without this member, with
/// sorted names and without spaces. It does not depend on the formatting, and
/// detects any change of the content. It is not a signature: anyone who knows
/// the method can compute it.
std::string ContentFingerprint(nlohmann::json manifest);

/// The member that names the profile's time zone and the rules that were used.
inline constexpr const char* kManifestTimeZone = "time_zone";

/// The value of that member: `{"name": "Europe/Oslo", "rules": "f1c..."}`, with
/// a fingerprint of the zone's offsets; a list of these if resources have
/// different zones. Null if the profile names no zone.
nlohmann::ordered_json TimeZoneJson(const Profile& profile);

/// Reads the JSON of the manifest at `path`; nothing, with errors in
/// `problems`, if it is not a manifest. Does not check whether it was edited.
std::optional<nlohmann::json> LoadManifestJson(const std::string& path,
                                               std::vector<Problem>& problems);

/// Why a manifest's JSON is not valid: it has no fingerprint of its content, or
/// another one. Empty if it is unedited.
std::string TamperedWith(const nlohmann::json& manifest);

}  // namespace busyhour::internal
