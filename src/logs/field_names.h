#pragma once

#include <string_view>
#include <vector>

#include "logs/log.h"

// The names of fields as people and pipelines write them.

namespace busyhour {

/// What a portal's export puts behind the names of times.
inline constexpr std::string_view kUtcMark = " [UTC]";

inline char LowerOf(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
bool SameLetters(std::string_view a, std::string_view b);
std::string_view WithoutUtc(std::string_view name);

/// 2 for the name, 1 for one that is like it, 0 for another.
int Likeness(std::string_view name, std::string_view received);

/// The fields of each log that have this name in any shape, whatever the case,
/// with or without ` [UTC]`.
PerLog<FieldSet> FieldsNamed(std::string_view name);
/// Whether there is any.
bool AnyOf(const PerLog<FieldSet>& fields);
void AddTo(PerLog<FieldSet>& fields, const PerLog<FieldSet>& more);
/// All names of columns, each once.
std::vector<std::string_view> AllColumnNames();

}  // namespace busyhour
