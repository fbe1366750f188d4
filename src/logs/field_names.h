#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logs/log.h"

// The names of fields as users and pipelines write them.

namespace busyhour::internal {

/// The suffix of time columns in a portal export.
inline constexpr std::string_view kUtcMark = " [UTC]";

/// Whether the texts are the same but for the case of their letters.
bool SameLetters(std::string_view a, std::string_view b);
/// The name without a zone at its end: ` [UTC]`, ` [Local Time]`.
std::string_view WithoutZone(std::string_view name);
/// Whether the name ends with ` [UTC]`.
bool IsUtc(std::string_view name);

/// The letters and digits of a name in lower case, without what tools add:
/// `properties.correlationId`, `correlation_id`, `Correlation-Id` and
/// `correlationId_g` are `correlationid`. `_` at the beginning stays.
std::string PlainName(std::string_view name);

/// 2 for the same name, 1 for one with the same plain name, 0 for a different
/// one.
int Likeness(std::string_view name, std::string_view received);

/// The fields that have this name in any log and shape, ignoring case, with or
/// without ` [UTC]`; and the same fields in other logs under their names there:
/// `Timestamp` also names the media summary's `TimeGenerated`.
PerLog<FieldSet> FieldsNamed(std::string_view name);
/// Whether any log has such a field.
bool AnyOf(const PerLog<FieldSet>& fields);
void AddTo(PerLog<FieldSet>& fields, const PerLog<FieldSet>& more);
/// The distinct names of all columns.
std::vector<std::string_view> AllColumnNames();

}  // namespace busyhour::internal
