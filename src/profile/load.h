#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "profile/profile.h"

namespace busyhour::internal {

/// Maximum size of a profile, in bytes.
inline constexpr std::size_t kMaxProfileBytes = 4 << 20;
/// Maximum depth of its values.
inline constexpr int kMaxProfileDepth = 32;

/// What a job changes in a profile, see changes.h.
struct ProfileChanges {
  std::span<const std::string> set = {};
  /// The names of incidents that do not happen, or `all`.
  std::span<const std::string> without = {};
};

/// Reads a profile from JSON with comments. `source` is its name in problems;
/// `name` becomes the profile's name. Then makes `changes`.
///
/// Throws `InputError` with all problems, in the order of the text, and then
/// those of the changes, which have the sources `--set` and `--without`.
/// Columns are counted in characters, not bytes. If the text is not JSON, only
/// those are told that the changes have with any profile.
Profile ParseProfile(std::string_view text, const std::string& source,
                     const std::string& name,
                     const ProfileChanges& changes = {});

/// Reads a built-in profile by its name, standard input for `-`, or else a file
/// by its path; then makes `changes`, see `ParseProfile`.
///
/// Throws `InputError` if there is no such profile, if it is unreadable, or
/// with all its problems, and those of the changes.
Profile LoadProfile(const std::string& name_or_path,
                    const ProfileChanges& changes = {});

/// The profile with `changes`, see `ChangedProfile`. Its problems have this
/// source, and no lines: users do not have the changed text.
Profile ChangeProfile(const Profile& profile,
                      std::span<const std::string> changes,
                      const std::string& source);

/// The profile as JSON that loads to an equal profile, except for `name` and
/// `text`. Writes every key that applies, even if it has its default.
std::string WriteProfile(Profile profile);

/// A profile that is built into the program.
struct BuiltinProfile {
  std::string_view name;
  std::string_view text;
};
const std::vector<BuiltinProfile>& BuiltinProfiles();

/// A key of a profile, as documented in docs/profile.md.
struct KeyInfo {
  /// Its place: `/traffic/rate`, `/flows/*/steps/*/input`.
  std::string pointer;
  std::string type;      ///< duration, rate, share, distribution, ...
  std::string range;     ///< in words or as an interval; may be empty
  std::string default_;  ///< as it is written; `required` if there is none
  std::string meaning;   ///< a sentence or two, units included
  std::string source;    ///< source of the default or the range
  std::string only_in;   ///< the kinds of steps that have it; empty for all
};
/// All keys, in the order of docs/profile.md.
std::vector<KeyInfo> ProfileKeys();

/// The objects of a profile that have a key of this name, as JSON Pointers with
/// `*` for any name or position: `/traffic` and `/agents` for `week`. That of
/// the profile itself is empty.
std::vector<std::string> PlacesOfKey(std::string_view name);

/// JSON Schema (2020-12) of a profile, as text.
std::string ProfileSchema();

}  // namespace busyhour::internal
