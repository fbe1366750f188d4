#include "profile/load.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

#include "base/nearest.h"
#include "base/units.h"
#include "profile/changes.h"
#include "profile/extend.h"
#include "profile/profile_keys.h"
#include "text/json.h"
#include "text/problems.h"

namespace busyhour::internal {
namespace {

namespace fs = std::filesystem;

std::string TooLarge() {
  return "is larger than " + FormatCount(kMaxProfileBytes) +
         " bytes, the most that a profile may have";
}

// Removes a byte order mark, which is not part of the text.
std::string_view WithoutMark(std::string_view text) {
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  return text;
}

// The place of a shell's <(command).
constexpr const char* kOpenFiles = "/dev/fd/";

// Reads one byte more than a profile may have, at most.
std::string ReadOpen(const std::string& path, const std::string& name) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text(kMaxProfileBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file && !file.eof()) {
    throw InputError(name, std::string("cannot be read: ") +
                               std::strerror(errno == 0 ? EIO : errno));
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

std::string ReadFile(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  switch (status.type()) {
    case fs::file_type::regular:
      break;
    case fs::file_type::not_found:
      throw InputError(path, "there is no such file");
    case fs::file_type::directory:
      throw InputError(path, "is a directory, not a profile");
    case fs::file_type::none:
    case fs::file_type::unknown:
      throw InputError(path, "cannot be read: " + error.message());
    case fs::file_type::fifo:
      // Others may wait for a writer forever.
      if (path.starts_with(kOpenFiles)) break;
      [[fallthrough]];
    default:
      throw InputError(path, "is not a regular file; - reads standard input");
  }
  return ReadOpen(path, path);
}

bool LooksLikeAFile(const std::string& name) {
  std::error_code error;
  return name.find('/') != std::string::npos || name.ends_with(".json") ||
         fs::exists(name, error);
}

struct ProfileText {
  std::string text;
  std::string source;  // in problems
  std::string name;
};

ProfileText ReadText(const std::string& name_or_path) {
  if (name_or_path == "-") {
    const std::string source = "standard input";
    if (!fs::exists("/dev/stdin")) {
      throw InputError(source, "is closed");
    }
    return {ReadOpen("/dev/stdin", source), source, "stdin"};
  }
  std::vector<std::string_view> names;
  for (const BuiltinProfile& builtin : BuiltinProfiles()) {
    if (builtin.name == name_or_path) {
      return {std::string(builtin.text), "profile " + name_or_path,
              name_or_path};
    }
    names.push_back(builtin.name);
  }
  if (LooksLikeAFile(name_or_path)) {
    return {ReadFile(name_or_path), name_or_path,
            name_or_path.starts_with(kOpenFiles)
                ? "pipe"
                : fs::path(name_or_path).stem().string()};
  }
  const std::string hint = DidYouMean(name_or_path, names);
  throw InputError(
      Printable(name_or_path),
      "there is no such profile" +
          (hint.empty() ? "; built in are " : hint + " Built in are ") +
          EitherOf(names) + "; or give a file");
}

Profile ParseUnchanged(std::string_view text, const std::string& source,
                       const std::string& name) {
  if (text.size() > kMaxProfileBytes) throw InputError(source, TooLarge());
  const std::string_view json = WithoutMark(text);
  if (json.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    throw InputError(source, "is empty");
  }
  ProblemList problems(json);
  std::optional<JsonNode> root = ParseJson(json, kMaxProfileDepth, problems);
  Profile profile;
  profile.name = name;
  if (root && Extend(*root, problems)) ReadProfile(*root, problems, profile);
  if (!problems.empty()) {
    throw InputError(problems.Told(source, root ? &*root : nullptr));
  }
  profile.source_text = text;
  // A manifest must not depend on the shipped profile.
  if (root->Find("extends") == nullptr) {
    profile.text = text;
  } else if (profile.resources.empty()) {
    profile.text = WriteProfile(profile);
  } else {
    // The entries of resources change the text as it was written: with another
    // form of the same values, the result could be another one.
    std::erase_if(root->children, [](const JsonNode& member) {
      return member.key == "extends";
    });
    profile.text = IndentJson(JsonText(*root)) + '\n';
  }
  return profile;
}

// The text of a profile with problems, to be changed: with the values of the
// profile that it extends. None if it is no object.
std::optional<std::string> TextToChange(std::string_view text) {
  if (text.size() > kMaxProfileBytes) return std::nullopt;
  const std::string_view json = WithoutMark(text);
  ProblemList problems(json);
  std::optional<JsonNode> root = ParseJson(json, kMaxProfileDepth, problems);
  // Words that are no values cannot be written again.
  if (!root || root->kind != JsonNode::Kind::kObject || !problems.empty() ||
      !Extend(*root, problems)) {
    return std::nullopt;
  }
  std::erase_if(root->children,
                [](const JsonNode& member) { return member.key == "extends"; });
  return JsonText(*root);
}

void Append(const std::vector<Problem>& added, std::vector<Problem>& problems) {
  problems.insert(problems.end(), added.begin(), added.end());
}

// Makes changes to the text of `profile`. Adds the problems that the changed
// text has beside those of the other one, `known`. Returns the changed text; if
// that is impossible, the other one.
std::string MakeChanges(const std::string& text,
                        std::span<const std::string> set,
                        const std::vector<Problem>& known, Profile& profile,
                        std::vector<Problem>& problems) {
  std::string changed = text;
  try {
    changed = ChangedProfile(text, set);
    profile = ParseUnchanged(changed, kChangeOption, profile.name);
  } catch (const InputError& error) {
    for (const Problem& problem : error.problems()) {
      const bool is_known = std::any_of(
          known.begin(), known.end(), [&problem](const Problem& each) {
            return each.pointer == problem.pointer &&
                   each.message == problem.message;
          });
      if (is_known) continue;
      problems.push_back(
          {kChangeOption, 0, 0, problem.pointer, problem.message});
    }
  }
  return changed;
}

}  // namespace

Profile ParseProfile(std::string_view text, const std::string& source,
                     const std::string& name, const ProfileChanges& changes) {
  Profile profile;
  std::vector<Problem> problems;
  std::optional<std::string> changed;
  try {
    profile = ParseUnchanged(text, source, name);
    changed = profile.text;
  } catch (const InputError& error) {
    problems = error.problems();
    // Of so many, only the first are known.
    if (problems.size() <= kMaxProblemsTold) changed = TextToChange(text);
  }
  std::vector<std::string> without;
  if (!changed) {
    Append(ProblemsWithAnyProfile(changes.set), problems);
  } else {
    if (!changes.set.empty()) {
      changed = MakeChanges(*changed, changes.set, std::vector(problems),
                            profile, problems);
    }
    try {
      if (!changes.without.empty()) {
        without = ChangesWithout(*changed, changes.without);
      }
    } catch (const InputError& error) {
      Append(error.problems(), problems);
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  if (without.empty()) return profile;
  return ChangeProfile(profile, without, kWithoutOption);
}

Profile ChangeProfile(const Profile& profile,
                      std::span<const std::string> changes,
                      const std::string& source) {
  try {
    return ParseProfile(ChangedProfile(profile.text, changes), source,
                        profile.name);
  } catch (const InputError& error) {
    std::vector<Problem> problems = error.problems();
    for (Problem& problem : problems) {
      problem.line = problem.column = 0;
      problem.source = source;
    }
    throw InputError(std::move(problems));
  }
}

Profile LoadProfile(const std::string& name_or_path,
                    const ProfileChanges& changes) {
  ProfileText given;
  try {
    given = ReadText(name_or_path);
  } catch (const InputError& error) {
    std::vector<Problem> problems = error.problems();
    Append(ProblemsWithAnyProfile(changes.set), problems);
    throw InputError(std::move(problems));
  }
  return ParseProfile(given.text, given.source, given.name, changes);
}

}  // namespace busyhour::internal
