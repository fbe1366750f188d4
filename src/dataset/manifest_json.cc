#include "dataset/manifest_json.h"

#include <cstddef>
#include <map>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "base/fingerprint.h"
#include "base/whole_file.h"

namespace busyhour {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxManifestBytes = 64 << 20;
// A manifest has far fewer levels. Much deeper JSON could not be processed.
constexpr int kMostDepth = 16;

// Throws `std::runtime_error` if an object has a name twice, or if the nesting
// is too deep.
Json Parse(const std::string& text) {
  std::vector<std::set<std::string>> names;
  return Json::parse(
      text,
      [&names](int depth, Json::parse_event_t event, Json& parsed) {
        if (depth > kMostDepth) throw std::runtime_error("is nested too deep");
        if (event == Json::parse_event_t::object_start) names.emplace_back();
        if (event == Json::parse_event_t::object_end) names.pop_back();
        if (event == Json::parse_event_t::key &&
            !names.back().insert(parsed.get<std::string>()).second) {
          throw std::runtime_error("has " + parsed.dump() + " twice");
        }
        return true;
      },
      false);
}

}  // namespace

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
    if (!zone.name.empty()) rules.emplace(zone.name, zone.RulesFingerprint());
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
  std::string why;
  const std::optional<std::string> text =
      ReadWholeFile(path, kMaxManifestBytes, why);
  if (text && text->size() > kMaxManifestBytes) {
    why = "is too large for a manifest: more than 64 MiB";
  } else if (text) {
    try {
      Json json = Parse(*text);
      if (json.is_discarded()) {
        why = "is not JSON";
      } else if (!json.is_object() || !json.contains("busyhour")) {
        why = "is not a manifest of busyhour";
      } else {
        return json;
      }
    } catch (const std::runtime_error& error) {
      why = std::string("is not a manifest of busyhour: it ") + error.what();
    }
  }
  problems.push_back({path, 0, 0, "", std::move(why)});
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

}  // namespace busyhour
