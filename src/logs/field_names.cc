#include "logs/field_names.h"

#include <algorithm>
#include <set>

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

std::vector<Field> FieldsNamed(std::string_view name) {
  std::vector<Field> fields;
  for (const Shape shape : kShapes) {
    for (const LogType log : kLogTypes) {
      for (const Column& column : Columns(log, shape)) {
        if (Likeness(column.name, name) > 0 &&
            std::find(fields.begin(), fields.end(), column.field) ==
                fields.end()) {
          fields.push_back(column.field);
        }
      }
    }
  }
  return fields;
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
