#include "read/name_map.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "base/nearest.h"
#include "base/whole_file.h"
#include "logs/field_names.h"
#include "read/json_pointer.h"
#include "text/json.h"
#include "text/problems.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kMaxBytes = 1 << 20;
constexpr std::size_t kMostNames = 1000;

std::vector<std::string> SplitAtDots(const std::string& name) {
  std::vector<std::string> path;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t dot = name.find('.', begin);
    path.push_back(name.substr(begin, dot - begin));
    if (dot == std::string::npos) return path;
    begin = dot + 1;
  }
}

void AddRenaming(const JsonNode& member, NameMap& map, ProblemList& problems) {
  Renaming renaming{member.key, {}, member.text};
  if (member.key.starts_with('/')) {
    auto pointer = ReadPointer(member.key);
    if (!pointer) {
      problems.AddAtKey(member, Quoted(member.key) + " is not a JSON Pointer");
      return;
    }
    renaming.path = std::move(*pointer);
  } else {
    renaming.path = SplitAtDots(member.key);
  }
  map.renamed.push_back(std::move(renaming));
}

// The names of the objects around a value, and its own.
std::vector<std::string> NamesOf(const ReceivedRecord& record,
                                 const ReceivedRecord::Value& value) {
  std::vector<std::string> names = {std::string(value.name)};
  for (int object = value.object; object > 0;) {
    const auto& holder = record.objects[static_cast<std::size_t>(object)];
    names.emplace(names.begin(), holder.key);
    object = holder.parent;
  }
  return names;
}

std::string Dotted(const std::vector<std::string>& names) {
  std::string dotted = names.front();
  for (std::size_t i = 1; i < names.size(); ++i) dotted += '.' + names[i];
  return dotted;
}

// Whether the value is at the end of the path, in any objects.
bool IsAt(const std::vector<std::string>& path, const ReceivedRecord& record,
          const ReceivedRecord::Value& value) {
  if (value.name != path.back()) return false;
  int object = value.object;
  for (std::size_t i = path.size() - 1; i > 0; --i) {
    const auto& holder = record.objects[static_cast<std::size_t>(object)];
    if (object == 0 || holder.key != path[i - 1]) return false;
    object = holder.parent;
  }
  return true;
}

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
  map.source = path;
  map.text = *read;
  const std::string& text = map.text;
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
        AddRenaming(member, map, found);
      }
    }
  }
  for (Problem& problem : found.Told(path, root ? &*root : nullptr)) {
    problems.push_back(std::move(problem));
  }
  return map;
}

std::string PathOf(const ReceivedRecord& record,
                   const ReceivedRecord::Value& value) {
  const std::vector<std::string> names = NamesOf(record, value);
  std::string dotted = Dotted(names);
  const bool is_clear = !dotted.starts_with('/') &&
                        (names.size() == 1 || SplitAtDots(dotted) == names);
  return is_clear ? dotted : PointerText(names);
}

void Rename(const NameMap& map, ReceivedRecord& record, NameUse& use) {
  if (map.renamed.empty()) return;
  for (ReceivedRecord::Value& value : record.values) {
    if (use.names.size() < kMostNames) {
      use.names.insert(Dotted(NamesOf(record, value)));
    }
    for (const Renaming& each : map.renamed) {
      if (value.name != each.received && !IsAt(each.path, record, value)) {
        continue;
      }
      use.used.insert(each.received);
      value.name = each.original;
      break;
    }
  }
}

void AddUnusedNames(const NameMap& map, const NameUse& use, LogSet received,
                    std::vector<Problem>& problems) {
  ProblemList found(map.text);
  const std::optional<JsonNode> root = ParseJson(map.text, 2, found);
  if (!root) return;
  const std::vector<std::string_view> names(use.names.begin(), use.names.end());
  for (const JsonNode& member : root->children) {
    if (member.kind != JsonNode::Kind::kString ||
        use.used.contains(member.key)) {
      continue;
    }
    const PerLog<FieldSet> fields = FieldsNamed(member.text);
    bool is_expected = false;
    for (const LogType log : received) {
      is_expected = is_expected || !fields[log].empty();
    }
    if (!is_expected) continue;
    found.AddAtKey(member, "no record has a value of this name" +
                               DidYouMean(member.key, names));
  }
  for (Problem& problem : found.Told(map.source, &*root)) {
    problems.push_back(std::move(problem));
  }
}

}  // namespace busyhour::internal
