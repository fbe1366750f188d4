#include "read/name_map.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "base/nearest.h"
#include "base/whole_file.h"
#include "logs/field_names.h"
#include "text/json.h"
#include "text/problems.h"

namespace busyhour {
namespace {

constexpr std::size_t kMaxBytes = 1 << 20;

}  // namespace

NameMap ReadNameMap(const std::string& path, std::vector<Problem>& problems) {
  NameMap map;
  std::string trouble = "is larger than 1 MiB";
  const std::optional<std::string> read =
      ReadWholeFile(path, kMaxBytes, trouble);
  if (!read || read->size() > kMaxBytes) {
    problems.push_back({"--map", 0, 0, "", path + ": " + trouble});
    return map;
  }
  const std::string& text = *read;
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
      const PerLog<FieldSet> fields = FieldsNamed(ours);
      if (!AnyOf(fields)) {
        std::string message = Quoted(ours) + " is not a field of any log" +
                              DidYouMean(ours, names);
        if (is_dropped) {
          found.AddAtKey(member, std::move(message));
        } else {
          found.Add(member, std::move(message));
        }
      } else if (is_dropped) {
        AddTo(map.dropped, fields);
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
