#include "dataset/manifest_json.h"

#include <map>
#include <string_view>
#include <utility>

#include "base/fingerprint.h"
#include "dataset/json_file.h"

namespace busyhour::internal {

using Json = nlohmann::json;
std::string ContentFingerprint(Json manifest) {
  manifest.erase(kManifestFingerprint);
  Fingerprint fingerprint;
  fingerprint.Add(
      manifest.dump(-1, ' ', false, Json::error_handler_t::replace));
  return fingerprint.Text();
}

nlohmann::ordered_json TimeZoneJson(const Profile& profile) {
  std::map<std::string, std::string> rules;
  const auto add = [&rules](const TimeZone& zone) {
    // Many resources are in one zone.
    if (zone.name.empty() || rules.count(zone.name) > 0) return;
    rules.emplace(zone.name, zone.RulesFingerprint());
  };
  if (profile.resources.empty()) add(profile.traffic.zone);
  for (const Profile& each : profile.resources) add(each.traffic.zone);
  nlohmann::ordered_json zones;
  for (const auto& [name, fingerprint] : rules) {
    zones.push_back({{"name", name}, {"rules", fingerprint}});
  }
  return zones.size() == 1 ? zones.front() : zones;
}

std::optional<Json> LoadManifestJson(const std::string& path,
                                     std::vector<Problem>& problems) {
  std::optional<Json> json = ReadJsonFile(path, "a manifest", problems);
  if (!json || (json->is_object() && json->contains("busyhour"))) return json;
  problems.push_back({path, 0, 0, "", "is not a manifest of busyhour"});
  return std::nullopt;
}

std::string TamperedWith(const Json& manifest) {
  const auto own = manifest.find(kManifestFingerprint);
  if (own == manifest.end()) {
    return std::string("has no ") + kManifestFingerprint +
           ", the fingerprint of its content: it has been edited";
  }
  if (*own != ContentFingerprint(manifest)) {
    return std::string("has been edited: its content does not match its ") +
           kManifestFingerprint;
  }
  return "";
}

}  // namespace busyhour::internal
