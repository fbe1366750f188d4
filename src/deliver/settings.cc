#include "deliver/settings.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>

#include "base/ascii.h"
#include "base/nearest.h"
#include "base/units.h"

namespace busyhour::internal {
namespace {

constexpr char kOption[] = "--with";

bool IsVariableName(std::string_view text) {
  const auto is_letter = [](char c) { return IsLetter(c) || c == '_'; };
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_letter(c) || IsDigit(c); });
}

}  // namespace

Settings::Settings(const std::vector<std::string>& words,
                   std::vector<Problem>& problems)
    : problems_(problems) {
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0) {
      problems_.push_back(
          {kOption, 0, 0, "", "\"" + word + "\" is not NAME=VALUE"});
      continue;
    }
    const std::string name = word.substr(0, equals);
    if (!given_.emplace(name, word.substr(equals + 1)).second) {
      Refuse(name, "is given twice");
    }
  }
}

void Settings::Refuse(const std::string& name, std::string message) {
  problems_.push_back(
      {kOption + std::string(" ") + name, 0, 0, "", std::move(message)});
}

void Settings::RefuseTarget(std::string message) {
  problems_.push_back({"--to", 0, 0, "", std::move(message)});
}

const std::string* Settings::Find(const std::string& name,
                                  std::span<const std::string_view> words) {
  read_.push_back({name, {words.begin(), words.end()}});
  const auto at = given_.find(name);
  return at == given_.end() ? nullptr : &at->second;
}

std::string Settings::Text(const std::string& name,
                           const std::string& fallback) {
  const std::string* const text = Find(name);
  return text == nullptr ? fallback : *text;
}

std::size_t Settings::Word(const std::string& name,
                           std::span<const std::string_view> words,
                           std::size_t fallback) {
  const std::string* const text = Find(name, words);
  if (text == nullptr) return fallback;
  const auto at = std::find(words.begin(), words.end(), *text);
  if (at != words.end()) return static_cast<std::size_t>(at - words.begin());
  const std::vector<std::string_view> names(words.begin(), words.end());
  std::string hint = DidYouMean(*text, names);
  if (hint.empty()) {
    for (const std::string_view word : words) {
      hint += (hint.empty() ? "; it is one of " : ", ") + std::string(word);
    }
  }
  Refuse(name, "\"" + *text + "\" is not known" + hint);
  return fallback;
}

std::uint64_t Settings::Count(const std::string& name, std::uint64_t fallback,
                              std::uint64_t least, std::uint64_t most) {
  const std::string* const text = Find(name);
  if (text == nullptr) return fallback;
  const auto count = ParseCount(*text);
  if (count && *count >= least && *count <= most) return *count;
  Refuse(name, "\"" + *text + "\" is not a whole number from " +
                   FormatCount(least) + " to " + FormatCount(most));
  return fallback;
}

std::uint64_t Settings::Size(const std::string& name, std::uint64_t fallback,
                             std::uint64_t least, std::uint64_t most) {
  const std::string* const text = Find(name);
  if (text == nullptr) return fallback;
  const auto size = ParseSize(*text);
  if (size && *size >= least && *size <= most) return *size;
  Refuse(name, "\"" + *text + "\" is not a size from " +
                   FormatSize(static_cast<double>(least)) + " to " +
                   FormatSize(static_cast<double>(most)));
  return fallback;
}

std::int64_t Settings::DurationMs(const std::string& name,
                                  std::int64_t fallback, std::int64_t least,
                                  std::int64_t most) {
  const std::string* const text = Find(name);
  if (text == nullptr) return fallback;
  const auto ms = ParseDuration(*text);
  if (ms && *ms >= least && *ms <= most) return *ms;
  Refuse(name, "\"" + *text + "\" is not a duration from " +
                   FormatDurationExact(least) + " to " +
                   FormatDurationExact(most));
  return fallback;
}

std::string Settings::Secret(const std::string& name) {
  const std::string* const variable = Find(name);
  if (variable == nullptr) return "";
  if (!IsVariableName(*variable)) {
    Refuse(name,
           "takes the name of an environment variable (letters, digits and _), "
           "not the secret itself");
    return "";
  }
  const char* const value = std::getenv(variable->c_str());
  if (value != nullptr && *value != '\0') return value;
  Refuse(name, value == nullptr
                   ? "there is no environment variable \"" + *variable + "\""
                   : "the variable \"" + *variable + "\" is empty");
  return "";
}

std::vector<std::pair<std::string, std::string>> Settings::WithPrefix(
    const std::string& prefix) {
  read_.push_back({prefix});
  std::vector<std::pair<std::string, std::string>> found;
  for (const auto& [name, value] : given_) {
    if (!name.starts_with(prefix)) continue;
    found.emplace_back(name.substr(prefix.size()), value);
  }
  return found;
}

bool Settings::IsRead(std::string_view name) const {
  return std::any_of(read_.begin(), read_.end(), [&](const SettingInfo& each) {
    return each.name.ends_with('.') ? name.starts_with(each.name)
                                    : name == each.name;
  });
}

void Settings::RefuseOthers() {
  std::vector<std::string_view> names;
  for (const SettingInfo& each : read_) names.push_back(each.name);
  for (const auto& [name, value] : given_) {
    if (IsRead(name)) continue;
    std::string hint = DidYouMean(name, names);
    if (hint.empty()) {
      for (const std::string_view each : names) {
        hint +=
            (hint.empty() ? "; the settings are " : ", ") + std::string(each);
      }
    }
    Refuse(name, "is not a setting of this receiver" + hint);
  }
}

}  // namespace busyhour::internal
