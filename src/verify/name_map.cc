#include "verify/name_map.h"

#include <fstream>
#include <iterator>

#include "base/nearest.h"
#include "logs/field_names.h"
#include "profile/json.h"
#include "profile/problems.h"

namespace busyhour {
namespace {

constexpr std::size_t kMaxBytes = 1 << 20;

}  // namespace

NameMap ReadNameMap(const std::string& path, std::vector<Problem>& problems) {
  NameMap map;
  std::ifstream file(path, std::ios::binary);
  std::string text(kMaxBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (!file.is_open() || file.bad() || text.size() > kMaxBytes) {
    problems.push_back(
        {"--map", 0, 0, "", path + " cannot be read, or is larger than 1 MiB"});
    return map;
  }
  ProblemList found(text);
  const std::optional<JsonNode> root = ParseJson(text, 2, found);
  if (root && root->kind != JsonNode::Kind::kObject) {
    found.Add(*root, "is not an object of names");
  } else if (root) {
    const std::vector<std::string_view> names = AllColumnNames();
    for (const JsonNode& member : root->children) {
      const bool is_dropped = member.kind == JsonNode::Kind::kNull;
      if (!is_dropped && member.kind != JsonNode::Kind::kString) {
        found.Add(member, NotA(member, "the name of a field, or null"));
        continue;
      }
      const std::string& ours = is_dropped ? member.key : member.text;
      const std::vector<Field> fields = FieldsNamed(ours);
      if (fields.empty()) {
        std::string message = Quoted(ours) + " is not a field of any log" +
                              DidYouMean(ours, names);
        if (is_dropped) {
          found.AddAtKey(member, std::move(message));
        } else {
          found.Add(member, std::move(message));
        }
      } else if (is_dropped) {
        map.dropped.insert(map.dropped.end(), fields.begin(), fields.end());
      } else {
        map.renamed[member.key] = ours;
      }
    }
  }
  for (Problem& problem : found.Told(path, root ? &*root : nullptr)) {
    problems.push_back(std::move(problem));
  }
  return map;
}

}  // namespace busyhour
