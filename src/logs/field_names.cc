#include "logs/field_names.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <span>

#include "base/ascii.h"

namespace busyhour {

bool SameLetters(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(),
                    [](char x, char y) { return LowerOf(x) == LowerOf(y); });
}

std::string_view WithoutUtc(std::string_view name) {
  if (name.size() >= kUtcMark.size() &&
      SameLetters(name.substr(name.size() - kUtcMark.size()), kUtcMark)) {
    name.remove_suffix(kUtcMark.size());
  }
  return name;
}

int Likeness(std::string_view name, std::string_view received) {
  if (WithoutUtc(name) == WithoutUtc(received)) return 2;
  return SameLetters(WithoutUtc(name), WithoutUtc(received)) ? 1 : 0;
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

}  // namespace busyhour
