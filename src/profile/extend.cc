#include "profile/extend.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/nearest.h"
#include "profile/keys.h"
#include "profile/load.h"

namespace busyhour::internal {
namespace {

constexpr std::string_view kExtends = "extends";

// Makes all problems of a value point to one place.
void Place(JsonNode& node, std::uint32_t offset) {
  node.offset = node.key_offset = offset;
  for (JsonNode& child : node.children) Place(child, offset);
}

// Adds the members of `base` to the object `node`.
void Merge(JsonNode& node, const JsonNode& base) {
  std::vector<JsonNode> members;
  std::vector<JsonNode> own = std::move(node.children);
  const auto take = [&own](std::string_view key) -> std::optional<JsonNode> {
    const auto at =
        std::find_if(own.begin(), own.end(),
                     [key](const JsonNode& each) { return each.key == key; });
    if (at == own.end()) return std::nullopt;
    JsonNode found = std::move(*at);
    own.erase(at);
    return found;
  };
  for (const JsonNode& member : base.children) {
    std::optional<JsonNode> given = take(member.key);
    if (!given) {
      members.push_back(member);
    } else if (given->kind != JsonNode::Kind::kNull) {
      if (given->kind == JsonNode::Kind::kObject &&
          member.kind == JsonNode::Kind::kObject) {
        Merge(*given, member);
      }
      members.push_back(std::move(*given));
    }
  }
  for (JsonNode& left : own) members.push_back(std::move(left));
  node.children = std::move(members);
}

const BuiltinProfile* FindNamed(std::string_view name) {
  const auto& all = BuiltinProfiles();
  const auto at = std::find_if(
      all.begin(), all.end(),
      [name](const BuiltinProfile& builtin) { return builtin.name == name; });
  return at == all.end() ? nullptr : &*at;
}

// With a misspelled name, the nearest profile, so that what else is wrong can
// be told at once; null if there is none.
const BuiltinProfile* FindBase(const JsonNode& extends, ProblemList& problems) {
  if (extends.kind != JsonNode::Kind::kString) {
    problems.Add(extends,
                 "must be the name of a shipped profile, such as "
                 "\"quickstart\"");
    return nullptr;
  }
  if (const BuiltinProfile* const named = FindNamed(extends.text)) return named;
  std::vector<std::string_view> names;
  for (const BuiltinProfile& builtin : BuiltinProfiles()) {
    names.push_back(builtin.name);
  }
  problems.Add(extends, UnknownName(extends.text, "a shipped profile", names));
  return FindNamed(NearestName(extends.text, names));
}

}  // namespace

bool Extend(JsonNode& root, ProblemList& problems) {
  const JsonNode* const extends = root.Find(kExtends);
  if (extends == nullptr) return true;
  const BuiltinProfile* const builtin = FindBase(*extends, problems);
  if (builtin == nullptr) return false;
  // The place of the misspelled name is that of `extends` alone.
  const bool is_guess = builtin->name != extends->text;
  const std::uint32_t offset = is_guess ? extends->key_offset : extends->offset;
  // A shipped profile is valid, and shipped profiles extend no further than
  // another one.
  ProblemList none(builtin->text);
  std::optional<JsonNode> base =
      ParseJson(builtin->text, kMaxProfileDepth, none);
  if (base->Find(kExtends) != nullptr) Extend(*base, none);
  std::erase_if(base->children, [](const JsonNode& member) {
    return member.key == kExtends || member.key == "description";
  });
  MergeOver(root, std::move(*base), offset);
  return true;
}

void MergeOver(JsonNode& node, JsonNode base, std::uint32_t offset) {
  Place(base, offset);
  Merge(node, base);
}

}  // namespace busyhour::internal
