#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "interface/c_json.h"
#include "interface/job_data.h"
#include "job/job_options.h"
#include "job/option.h"
#include "profile/changes.h"
#include "profile/load.h"

namespace busyhour {
namespace {

using Json = nlohmann::ordered_json;
using Problems = std::vector<Problem>;

constexpr const char* kOptions = "options";

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json ObjectOf(std::string_view text) {
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) {
    throw InputError(kOptions, "the text is not a JSON object");
  }
  return json;
}

// The value as it would be written on a command line.
std::string WordOf(const Json& value) {
  return value.is_string() ? value.get<std::string>() : Dump(value);
}

// The values of an option: one, those of a repeated one, or those of a list
// joined by commas. An object is a list of `KEY=VALUE`.
std::vector<std::string> WordsOf(const Json& value, bool repeats) {
  std::vector<std::string> words;
  if (value.is_object() && repeats) {
    for (const auto& item : value.items()) {
      words.push_back(item.key() + '=' + WordOf(item.value()));
    }
  } else if (value.is_array()) {
    for (const Json& each : value) words.push_back(WordOf(each));
    if (!repeats) {
      std::string joined;
      for (const std::string& word : words) {
        joined += (joined.empty() ? "" : ",") + word;
      }
      words = {std::move(joined)};
    }
  } else if (!value.is_null()) {
    words.push_back(WordOf(value));
  }
  return words;
}

std::vector<const internal::JobOption*> OptionsOfGenerate() {
  std::vector<const internal::JobOption*> options;
  for (const internal::JobOption& each : internal::JobOptions()) {
    if ((each.commands & internal::kGenerateJob) != 0) options.push_back(&each);
  }
  return options;
}

// The option of this name; null, with a problem, if there is none.
const internal::JobOption* Find(std::string_view name, Problems& problems) {
  std::vector<std::string_view> names;
  for (const internal::JobOption* each : OptionsOfGenerate()) {
    if (each->option.name == name) return each;
    names.push_back(each->option.name);
  }
  problems.push_back({kOptions, 0, 0, "", internal::NotAmong(name, names)});
  return nullptr;
}

// The parts of a job that `JobOptions` has as a profile.
struct ProfileParts {
  Json profile = "quickstart";
  std::vector<std::string> set;
  std::vector<std::string> without;
};

internal::Profile Loaded(const ProfileParts& parts) {
  if (!parts.profile.is_object()) {
    return internal::LoadProfile(WordOf(parts.profile), parts.set);
  }
  const std::string name = "profile";
  internal::Profile profile =
      internal::ParseProfile(parts.profile.dump(2), name, name);
  if (parts.set.empty()) return profile;
  return internal::ParseProfile(
      internal::ChangedProfile(profile.text, parts.set), "--set", name);
}

Profile ProfileOf(const ProfileParts& parts) {
  internal::Profile profile = Loaded(parts);
  if (!parts.without.empty()) {
    profile = internal::ParseProfile(
        internal::ChangedProfile(
            profile.text, internal::ChangesWithout(profile, parts.without)),
        "--without", profile.name);
  }
  return JobData::ProfileOf(std::move(profile));
}

// Sets a member of the verification's options; false if the value is not of its
// type.
bool Set(const Json& value, bool& member) {
  if (value.is_boolean()) member = value.get<bool>();
  return value.is_boolean();
}
bool Set(const Json& value, std::string& member) {
  if (value.is_string()) member = value.get<std::string>();
  return value.is_string();
}
bool Set(const Json& value, int& member) {
  if (!value.is_number_integer()) return false;
  member = static_cast<int>(
      std::clamp<std::int64_t>(value.get<std::int64_t>(), -1, 1 << 20));
  return true;
}

}  // namespace

Job JobOfJson(std::string_view text) {
  Problems problems;
  ProfileParts parts;
  JobOptions options;
  const Json json = ObjectOf(text);
  for (const auto& [name, value] : json.items()) {
    const internal::JobOption* const option = Find(name, problems);
    if (option == nullptr || value.is_null()) continue;
    std::vector<std::string> words = WordsOf(value, option->option.repeats);
    if (name == "profile") {
      parts.profile = value;
    } else if (name == "set") {
      parts.set = std::move(words);
    } else if (name == "without") {
      parts.without = std::move(words);
    } else {
      for (const std::string& word : words) {
        options.more.push_back(name + '=' + word);
      }
    }
  }
  const auto collect = [&problems](const InputError& error) {
    problems.insert(problems.end(), error.problems().begin(),
                    error.problems().end());
  };
  try {
    options.profile = ProfileOf(parts);
  } catch (const InputError& error) {
    collect(error);
    // What the calls of the profile can have is not known.
    std::erase_if(options.more, [](const std::string& option) {
      return option.starts_with("where=") || option.starts_with("pick=");
    });
  }
  try {
    Job job(options);
    if (problems.empty()) return job;
  } catch (const InputError& error) {
    collect(error);
  }
  throw InputError(std::move(problems));
}

VerifyOptions VerifyOptionsOfJson(std::string_view text) {
  VerifyOptions options;
  if (text.empty()) return options;
  Problems problems;
  const auto refuse = [&](std::string message) {
    problems.push_back({kOptions, 0, 0, "", std::move(message)});
  };
  const std::vector<std::string_view> names = {
      "expect-faults", "allow", "strict", "fields", "map", "threads"};
  const Json json = ObjectOf(text);
  for (const auto& [name, value] : json.items()) {
    if (value.is_null()) continue;
    bool is_right = true;
    if (name == "expect-faults") {
      is_right = Set(value, options.expect_faults);
    } else if (name == "allow") {
      is_right = Set(value, options.allow);
    } else if (name == "strict") {
      is_right = Set(value, options.strict);
    } else if (name == "fields") {
      is_right = Set(value, options.fields);
    } else if (name == "map") {
      is_right = Set(value, options.map);
    } else if (name == "threads") {
      is_right = Set(value, options.threads);
    } else {
      refuse(internal::NotAmong(name, names));
    }
    if (!is_right) refuse(name + ": " + Dump(value) + " has another type");
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  return options;
}

}  // namespace busyhour
