#include "logs/field_names.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <span>

#include "base/ascii.h"

namespace busyhour::internal {
namespace {

// The name without the object that a tool has put before it, and without the
// letter for its type that Log Analytics puts behind it.
std::string_view WithoutAdditions(std::string_view name) {
  constexpr std::string_view kObject = "properties_";
  constexpr std::string_view kTypes = "sdbgt";
  name = WithoutZone(name);
  const std::size_t dot = name.rfind('.');
  if (dot != std::string_view::npos && dot + 1 < name.size()) {
    name.remove_prefix(dot + 1);
  }
  const std::size_t size = name.size();
  if (size > 3 && name[size - 2] == '_' &&
      kTypes.find(name[size - 1]) != std::string_view::npos) {
    name.remove_suffix(2);
  }
  if (name.size() > kObject.size() &&
      SameLetters(name.substr(0, kObject.size()), kObject)) {
    name.remove_prefix(kObject.size());
  }
  return name;
}

bool IsSeparator(char c) { return c == '_' || c == '-' || c == ' '; }

bool HaveSamePlainName(std::string_view a, std::string_view b) {
  a = WithoutAdditions(a);
  b = WithoutAdditions(b);
  if (a.starts_with('_') != b.starts_with('_')) return false;
  for (;;) {
    while (!a.empty() && IsSeparator(a.front())) a.remove_prefix(1);
    while (!b.empty() && IsSeparator(b.front())) b.remove_prefix(1);
    if (a.empty() || b.empty()) return a.empty() && b.empty();
    if (LowerOf(a.front()) != LowerOf(b.front())) return false;
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
}

}  // namespace

bool SameLetters(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(),
                    [](char x, char y) { return LowerOf(x) == LowerOf(y); });
}

std::string_view WithoutZone(std::string_view name) {
  const std::size_t mark = name.rfind(" [");
  return name.ends_with(']') && mark != std::string_view::npos
             ? name.substr(0, mark)
             : name;
}

bool IsUtc(std::string_view name) {
  return name.size() >= kUtcMark.size() &&
         SameLetters(name.substr(name.size() - kUtcMark.size()), kUtcMark);
}

std::string PlainName(std::string_view name) {
  name = WithoutAdditions(name);
  std::string plain(name.starts_with('_') ? "_" : "");
  for (const char c : name) {
    if (!IsSeparator(c)) plain += LowerOf(c);
  }
  return plain;
}

int Likeness(std::string_view name, std::string_view received) {
  if (WithoutZone(name) == WithoutZone(received)) return 2;
  return HaveSamePlainName(name, received) ? 1 : 0;
}

PerLog<FieldSet> FieldsNamed(std::string_view name) {
  std::set<const Field*> named;
  for (const Shape shape : kShapes) {
    for (const LogType log : kLogTypes) {
      for (const Column& column : Columns(log, shape)) {
        if (Likeness(column.name, name) != 0) named.insert(column.field);
      }
    }
  }
  PerLog<FieldSet> fields;
  for (const LogType log : kLogTypes) {
    const std::span<const Field* const> all = Fields(log);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (named.contains(all[i])) fields[log].Add(static_cast<FieldNumber>(i));
    }
  }
  return fields;
}

bool AnyOf(const PerLog<FieldSet>& fields) {
  return std::any_of(fields.begin(), fields.end(),
                     [](FieldSet each) { return !each.empty(); });
}

void AddTo(PerLog<FieldSet>& fields, const PerLog<FieldSet>& more) {
  for (const LogType log : kLogTypes) fields[log].AddAll(more[log]);
}

std::vector<std::string_view> AllColumnNames() {
  std::set<std::string_view> names;
  for (const Shape shape : kShapes) {
    for (const LogType log : kLogTypes) {
      for (const Column& column : Columns(log, shape)) {
        names.insert(column.name);
      }
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace busyhour::internal
