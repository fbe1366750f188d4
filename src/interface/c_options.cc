#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "interface/c_json.h"
#include "interface/job_data.h"
#include "interface/verify_options.h"
#include "job/job_options.h"
#include "job/option.h"
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

// The option of this name; null, with a problem, if there is none. `names` are
// those that are not of a job.
const internal::JobOption* Find(std::string_view name,
                                std::vector<std::string_view> names,
                                Problems& problems) {
  std::vector<std::string_view> of_job;
  for (const internal::JobOption* each : OptionsOfGenerate()) {
    if (each->option.name == name) return each;
    of_job.push_back(each->option.name);
  }
  names.insert(names.begin(), of_job.begin(), of_job.end());
  problems.push_back({kOptions, 0, 0, "", internal::NotAmong(name, names)});
  return nullptr;
}

// The parts of a job that `JobOptions` has as a profile.
struct ProfileParts {
  Json profile = "quickstart";
  std::vector<std::string> set;
  std::vector<std::string> without;
};

// The profile of a JSON object. Its problems have no lines: the text with them
// is made here, and the user does not have it.
internal::Profile ParsedObject(const Json& object,
                               const internal::ProfileChanges& changes) {
  const std::string name = "profile";
  try {
    return internal::ParseProfile(object.dump(2), name, name, changes);
  } catch (const InputError& error) {
    Problems problems = error.problems();
    for (Problem& problem : problems) problem.line = problem.column = 0;
    throw InputError(std::move(problems));
  }
}

Profile ProfileOf(const ProfileParts& parts) {
  const internal::ProfileChanges changes = {parts.set, parts.without};
  return JobData::ProfileOf(
      parts.profile.is_object()
          ? ParsedObject(parts.profile, changes)
          : internal::LoadProfile(WordOf(parts.profile), changes));
}

// Sets a member of the verification's options. Returns what the value has to
// be, if it is not.
std::string_view Set(const Json& value, bool& member) {
  if (!value.is_boolean()) return "true or false";
  member = value.get<bool>();
  return {};
}
std::string_view Set(const Json& value, std::string& member) {
  if (!value.is_string()) return "a text";
  member = value.get<std::string>();
  return {};
}
std::string_view Set(const Json& value, int& member) {
  if (!value.is_number_integer()) return "a whole number";
  member = static_cast<int>(
      std::clamp<std::int64_t>(value.get<std::int64_t>(), -1, 1 << 20));
  return {};
}

constexpr std::string_view kManifest = "manifest";
constexpr std::string_view kOfVerification[] = {
    "expect-faults", "allow", "strict",     "fields", "map",     "as",
    "treat",         "zone",  "date-order", "at",     "arrival", "threads"};

bool IsOfVerification(std::string_view name) {
  return std::find(std::begin(kOfVerification), std::end(kOfVerification),
                   name) != std::end(kOfVerification);
}

void ReadVerifyOption(const std::string& name, const Json& value,
                      VerifyOptions& options, Problems& problems) {
  const auto set = [&] {
    if (name == "expect-faults") return Set(value, options.expect_faults);
    if (name == "allow") return Set(value, options.allow);
    if (name == "strict") return Set(value, options.strict);
    if (name == "fields") return Set(value, options.fields);
    if (name == "map") return Set(value, options.map);
    if (name == "as") return Set(value, options.as);
    if (name == "treat") return Set(value, options.treat);
    if (name == "zone") return Set(value, options.zone);
    if (name == "date-order") return Set(value, options.date_order);
    if (name == "at") return Set(value, options.at);
    if (name == "arrival") return Set(value, options.arrival);
    return Set(value, options.threads);
  };
  if (value.is_null()) return;
  if (const std::string_view wanted = set(); !wanted.empty()) {
    problems.push_back({"--" + name, 0, 0, "",
                        Dump(value) + " is not " + std::string(wanted)});
  }
}

void Collect(const InputError& error, Problems& problems) {
  problems.insert(problems.end(), error.problems().begin(),
                  error.problems().end());
}

// The job of options; with problems, nothing. `others` are names of options
// that are not of a job, but could be meant.
std::optional<Job> ReadJob(const Json& json,
                           const std::vector<std::string_view>& others,
                           Problems& problems) {
  const std::size_t known = problems.size();
  ProfileParts parts;
  JobOptions options;
  for (const auto& [name, value] : json.items()) {
    const internal::JobOption* const option = Find(name, others, problems);
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
  try {
    options.profile = ProfileOf(parts);
  } catch (const InputError& error) {
    Collect(error, problems);
    // What the calls of the profile can have is not known.
    std::erase_if(options.more, [](const std::string& option) {
      return option.starts_with("where=") || option.starts_with("pick=");
    });
  }
  try {
    Job job(options);
    if (problems.size() == known) return job;
  } catch (const InputError& error) {
    Collect(error, problems);
  }
  return std::nullopt;
}

// The job that is verified: of its own options, or of a manifest.
std::optional<Job> ReadVerifiedJob(const Json& json, Problems& problems) {
  std::vector<std::string_view> others(std::begin(kOfVerification),
                                       std::end(kOfVerification));
  others.push_back(kManifest);
  const auto manifest = json.find(kManifest);
  if (manifest == json.end()) return ReadJob(json, others, problems);
  const auto refuse = [&problems](std::string message) {
    problems.push_back({"--manifest", 0, 0, "", std::move(message)});
  };
  for (const auto& item : json.items()) {
    if (item.key() != kManifest && Find(item.key(), others, problems)) {
      refuse("its job has no other options: " + item.key());
    }
  }
  if (!manifest->is_string()) {
    refuse(Dump(*manifest) + " is not a text");
    return std::nullopt;
  }
  try {
    return Job::OfManifest(manifest->get<std::string>());
  } catch (const InputError& error) {
    Collect(error, problems);
  }
  return std::nullopt;
}

}  // namespace

Job JobOfJson(std::string_view text) {
  Problems problems;
  std::optional<Job> job = ReadJob(ObjectOf(text), {}, problems);
  if (!job) throw InputError(std::move(problems));
  return *std::move(job);
}

Verifier VerifierOfJson(const Job* job, std::string_view text) {
  Problems problems;
  VerifyOptions options;
  Json of_job = Json::object();
  const Json json = text.empty() ? Json::object() : ObjectOf(text);
  for (const auto& [name, value] : json.items()) {
    if (IsOfVerification(name)) {
      ReadVerifyOption(name, value, options, problems);
    } else if (job != nullptr) {
      problems.push_back(
          {kOptions, 0, 0, "",
           internal::NotAmong(name, {std::begin(kOfVerification),
                                     std::end(kOfVerification)})});
    } else if (!value.is_null()) {
      of_job[name] = value;
    }
  }
  std::optional<Job> own;
  if (job == nullptr) own = ReadVerifiedJob(of_job, problems);
  if (problems.empty()) return Verifier(job != nullptr ? *job : *own, options);
  (void)ReadVerifyOptions(options, problems);
  throw InputError(std::move(problems));
}

}  // namespace busyhour
