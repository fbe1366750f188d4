#include "profile/resource_keys.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/call_key.h"
#include "base/units.h"
#include "profile/extend.h"
#include "profile/profile_keys.h"
#include "profile/resource_key.h"
#include "profile/values.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kMostNameCharacters = 63;

// Keys of `traffic` that say the same thing in different ways.
constexpr std::array<std::array<std::string_view, 3>, 2> kAlternatives = {
    {{"day", "week", "hours_of_week"}, {"utc_offset", "time_zone"}}};

// Some keys of a profile, as an object.
Value Patch(std::string& patch) {
  Value value;
  value.read = [&patch](const JsonNode& node, ProblemList& problems) {
    if (node.kind != JsonNode::Kind::kObject) {
      problems.Add(node, NotA(node, "an object"));
      return;
    }
    patch = JsonText(node);
  };
  value.write = [&patch] { return patch; };
  value.info = [] {
    return ValueInfo{"object", "keys of a profile", R"("type": "object")"};
  };
  return value;
}

void VisitEntry(ResourceEntry& entry, KeyVisitor& keys) {
  keys.Optional("profile", Patch(entry.profile),
                "What differs from the profile in this resource, as a JSON "
                "merge patch: objects are combined, other values are replaced, "
                "`null` removes one. All keys are possible except "
                "`description`, `extends`, `resources`, `incidents`, `faults`, "
                "`logs` and `traffic.start`, which are the same for all; the "
                "scope of an incident can name resources.",
                "");
  keys.Optional("count", Count(entry.count, 1, kMostResources),
                "Number of such resources. If there are several, their names "
                "end with their number: `tenant-001`.");
  keys.Optional(
      "size", Number(entry.size, 0.0, 1e6),
      "Factor on the traffic of the profile: on its rate, on the agents "
      "on duty, and on the "
      "calls of bursts and campaigns. If there are several resources, "
      "they share it.");
  keys.Optional("zipf", Number(entry.zipf, 0.0, 4.0),
                "The exponent of Zipf's law for the sizes of several "
                "resources: number n is n^zipf times smaller than the first. 0 "
                "for equal sizes.");
}

// Reports keys that must not differ between resources.
void CheckPatch(const JsonNode& patch, ProblemList& problems) {
  const auto refuse = [&](const JsonNode& object, std::string_view key) {
    const JsonNode* const found = object.Find(key);
    if (found == nullptr) return;
    problems.AddAtKey(*found,
                      "must be the same for all resources; give it in "
                      "the profile itself");
  };
  for (const std::string_view key :
       {"description", "extends", "resources", "incidents", "faults", "logs"}) {
    refuse(patch, key);
  }
  if (const JsonNode* const traffic = patch.Find("traffic")) {
    refuse(*traffic, "start");
  }
}

// Removes from the profile what an entry says in another way.
void RemoveAlternatives(const JsonNode& patch, JsonNode& profile) {
  const JsonNode* const given = patch.Find("traffic");
  if (given == nullptr) return;
  for (JsonNode& member : profile.children) {
    if (member.key != "traffic") continue;
    for (const auto& keys : kAlternatives) {
      const auto is_one = [&keys](const JsonNode& node) {
        return std::find(keys.begin(), keys.end(), node.key) != keys.end();
      };
      if (std::any_of(given->children.begin(), given->children.end(), is_one)) {
        std::erase_if(member.children, is_one);
      }
    }
  }
}

// The profile of one entry, before its resources get their names and sizes.
Profile ReadEntry(const JsonNode& root, const JsonNode& entry,
                  ProblemList& problems) {
  const JsonNode* const given = entry.Find("profile");
  JsonNode base = root;
  std::erase_if(base.children, [](const JsonNode& member) {
    return member.key == "resources";
  });
  JsonNode merged;
  merged.kind = JsonNode::Kind::kObject;
  merged.offset = merged.key_offset = entry.offset;
  if (given != nullptr) {
    CheckPatch(*given, problems);
    merged = *given;
    RemoveAlternatives(merged, base);
  }
  MergeOver(merged, std::move(base), entry.offset);
  Profile profile;
  ReadProfile(merged, problems, profile);
  return profile;
}

// At least one, unless there is none.
std::uint32_t Scaled(std::uint32_t number, double factor) {
  return number == 0 ? 0
                     : static_cast<std::uint32_t>(
                           std::max(1.0, std::round(number * factor)));
}

void Scale(double factor, Profile& profile) {
  Traffic& traffic = profile.traffic;
  profile.agents.on_duty = Scaled(profile.agents.on_duty, factor);
  traffic.rate_cps *= factor;
  for (Burst& burst : traffic.bursts) burst.calls *= factor;
  for (Campaign& campaign : traffic.campaigns) {
    campaign.rate_cps *= factor;
    campaign.list = Scaled(campaign.list, factor);
  }
}

std::string Numbered(const std::string& name, std::uint32_t number,
                     std::uint32_t count) {
  const std::string digits = std::to_string(number);
  const std::size_t width = std::to_string(count).size();
  return name + '-' + std::string(width - digits.size(), '0') + digits;
}

// Adds the resources of an entry to `profile`.
void AddResources(const ResourceEntry& entry, Profile of_entry,
                  Profile& profile) {
  double sum = 0.0;
  for (std::uint32_t n = 1; n <= entry.count; ++n) {
    sum += std::pow(n, -entry.zipf);
  }
  of_entry.name = profile.name;
  for (std::uint32_t n = 1; n <= entry.count; ++n) {
    Profile& resource = profile.resources.emplace_back(of_entry);
    Scale(entry.size * std::pow(n, -entry.zipf) / sum, resource);
    std::string& name = resource.resource.name;
    if (entry.count > 1) name = Numbered(name, n, entry.count);
  }
}

}  // namespace

Value ResourceList(std::vector<ResourceEntry>& entries) {
  return ListOf<ResourceEntry>(entries, 0, kMostResources, VisitEntry);
}

void ReadResources(const JsonNode& root, ProblemList& problems,
                   Profile& profile) {
  if (profile.resource_entries.empty() || !problems.empty()) return;
  const JsonNode& list = *root.Find("resources");
  std::size_t count = 0;
  for (const ResourceEntry& entry : profile.resource_entries) {
    count += entry.count;
  }
  if (count > kMostResources) {
    problems.Add(list, "has " + FormatCount(count) +
                           " resources, but at most " +
                           FormatCount(kMostResources) + " are possible");
    return;
  }
  std::set<std::uint64_t> keys;
  for (std::size_t i = 0; i < profile.resource_entries.size(); ++i) {
    const JsonNode& node = list.children[i];
    const std::size_t before = profile.resources.size();
    AddResources(profile.resource_entries[i], ReadEntry(root, node, problems),
                 profile);
    if (problems.full()) return;
    for (std::size_t n = before; n < profile.resources.size(); ++n) {
      const Resource& resource = profile.resources[n].resource;
      if (resource.name.size() > kMostNameCharacters) {
        problems.Add(node, "the name \"" + resource.name + "\" has more than " +
                               std::to_string(kMostNameCharacters) +
                               " characters");
        break;
      }
      if (!keys.insert(ResourceKey(0, resource)).second) {
        problems.Add(node, "there is another resource \"" + resource.name +
                               "\" in this subscription and group");
        break;
      }
    }
  }
}

}  // namespace busyhour::internal
