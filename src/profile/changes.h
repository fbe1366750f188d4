#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "busyhour/error.h"

namespace busyhour::internal {

/// The sources of the problems of changes, and of left-out incidents.
inline constexpr const char* kChangeOption = "--set";
inline constexpr const char* kWithoutOption = "--without";

/// The text of a profile with other values, as JSON without comments. `text`
/// must be that of a valid profile.
///
/// A change is `KEY=VALUE`: `traffic.rate=5/s`, `incidents.0.length=5m`. The
/// key is a path of names and positions, with dots, or a JSON Pointer, for
/// names with dots: `/flows/a.b/start`. Objects on its way are created; the
/// position after the last one appends to a list. The value is JSON
/// (`0.5`, `true`, `{"constant": "2s"}`) or else a string (`5/s`).
///
/// Throws `InputError` with all changes that cannot be made, each under the
/// name `--set`. Whether the result is a valid profile is not checked.
std::string ChangedProfile(std::string_view text,
                           std::span<const std::string> changes);

/// The problems that `changes` have whatever the profile is: unknown keys and
/// wrong values. Values that depend on others, such as the name of a step, are
/// not checked.
std::vector<Problem> ProblemsWithAnyProfile(
    std::span<const std::string> changes);

/// The changes that make a profile's incidents not happen: those with these
/// names, or all for the name `all`. `text` is that of the profile, as JSON; it
/// may have problems. None if one of its incidents has no name.
///
/// Throws `InputError` for unknown names, each under the name `--without`.
std::vector<std::string> ChangesWithout(std::string_view text,
                                        std::span<const std::string> names);

}  // namespace busyhour::internal
