#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "profile/profile.h"

namespace busyhour {

/// The largest profile that is read.
inline constexpr std::size_t kMaxProfileBytes = 4 << 20;
/// How deep its values may be nested.
inline constexpr int kMaxProfileDepth = 32;

/// Reads a profile from JSON with comments. `source` names it in problems, and
/// `name` becomes the profile's name.
///
/// Throws `InputError` with every problem of the text, in its order. Columns
/// count characters, not bytes.
Profile ParseProfile(std::string_view text, const std::string& source,
                     const std::string& name);

/// Reads a shipped profile by its name, or else a file by its path.
///
/// Throws `InputError`: no such profile, unreadable, or with every problem.
Profile LoadProfile(const std::string& name_or_path);

/// The profile as JSON that loads to an equal one, but for `name` and `text`.
/// Says every key that applies, whether or not it has its default.
std::string WriteProfile(Profile profile);

/// The profiles built into the program, by name.
struct BuiltinProfile {
  std::string_view name;
  std::string_view text;
};
const std::vector<BuiltinProfile>& BuiltinProfiles();

/// One key that a profile may hold: what docs/profile.md says of it.
struct KeyInfo {
  /// Where it stands: `/traffic/rate`, `/flows/*/steps/*/input`.
  std::string pointer;
  std::string type;      ///< duration, rate, share, distribution, ...
  std::string range;     ///< in words or as an interval; may be empty
  std::string default_;  ///< as it would be written; `required` if none
  std::string meaning;   ///< a sentence or two, units included
  std::string source;    ///< where the default or the range comes from
  std::string only_in;   ///< the kinds of steps that have it; empty for all
};
/// Every key, in the order in which the page lists them.
std::vector<KeyInfo> ProfileKeys();

/// JSON Schema (2020-12) of a profile, as text.
std::string ProfileSchema();

}  // namespace busyhour
