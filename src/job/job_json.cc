#include "job/job_json.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/units.h"
#include "job/job_options.h"

namespace busyhour::internal {
namespace {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

// The members of a manifest that describe a job.
std::vector<std::string> Members() {
  std::vector<std::string> members;
  for (const JobOption& option : JobOptions()) {
    if (option.note == nullptr) continue;
    std::string member(option.member.substr(1, option.member.find('/', 1) - 1));
    if (members.empty() || members.back() != member) {
      members.push_back(std::move(member));
    }
  }
  return members;
}

void ReadMember(const JobOption& option, const Json& noted, JobSpec& spec,
                const RefuseValue& refuse) {
  if (noted.is_string()) {
    ReadJobOption(option, noted.get<std::string>(), spec, refuse);
  } else if (noted.is_array()) {
    for (const Json& each : noted) ReadMember(option, each, spec, refuse);
  } else if (noted.is_number_unsigned() && option.parse != nullptr) {
    if (option.set(noted.get<std::uint64_t>(), spec)) return;
    refuse(noted.dump() + " is not " + std::string(option.kind));
  } else if (option.take == nullptr || !option.take(noted, spec)) {
    refuse(noted.dump() + " has the wrong type");
  }
}

// `--calls 6`: as the option that sets it.
std::string ExtentText(const Json& extent) {
  for (const JobOption& option : JobOptions()) {
    const std::string_view member = option.member;
    const std::string_view name = member.substr(member.rfind('/') + 1);
    if (!member.starts_with("/extent/") || !extent.is_object() ||
        !extent.contains(name) || !extent[name].is_number_unsigned()) {
      continue;
    }
    const auto amount = extent[name].get<std::uint64_t>();
    return "--" + std::string(option.option.name) + ' ' +
           (name == "duration_ms"
                ? FormatDurationExact(static_cast<std::int64_t>(amount))
                : std::to_string(amount));
  }
  return "extent " + extent.dump();
}

// A member of another job, for messages.
std::string MemberText(const Json& json, const std::string& name) {
  // A list of picked calls can be long.
  constexpr std::size_t kMostShown = 200;
  if (!json.contains(name)) return "no " + name;
  if (name == "extent") return ExtentText(json[name]);
  std::string value = json[name].dump();
  if (value.size() > kMostShown) value = value.substr(0, kMostShown) + "...";
  return name + ' ' + value;
}

}  // namespace

OrderedJson JobJson(const Job& job) {
  OrderedJson json = OrderedJson::object();
  for (const JobOption& option : JobOptions()) {
    if (option.note == nullptr) continue;
    OrderedJson value = option.note(job);
    if (value.is_null()) continue;
    json[OrderedJson::json_pointer(std::string(option.member))] =
        std::move(value);
  }
  return json;
}

Job ReadJobJson(const Json& json, const Profile& profile,
                const std::function<void(const std::string& pointer,
                                         std::string message)>& add) {
  JobSpec spec;
  spec.to_receiver = json.contains("deliveries");
  bool refused = false;
  for (const JobOption& option : JobOptions()) {
    if (option.note == nullptr) continue;
    const std::string member(option.member);
    const Json::json_pointer pointer(member);
    if (!json.contains(pointer)) continue;
    ReadMember(option, json[pointer], spec, [&](std::string message) {
      add(member, std::move(message));
      refused = true;
    });
  }
  std::vector<Problem> problems;
  const Job job = ResolveJob(spec, profile, problems);
  for (const Problem& problem : problems) {
    // Only options have a member of their own. Other problems are the
    // profile's.
    if (problem.source.starts_with("--")) {
      add(std::string(FindJobOption(problem.source.substr(2)).member),
          problem.message);
    } else {
      add("/profile_text", problem.Text());
    }
  }
  if (refused || !problems.empty()) return job;
  const Json noted(JobJson(job));
  for (const std::string& member : Members()) {
    if (!json.contains(member) && noted.contains(member)) {
      add('/' + member, "is missing");
    } else if (json.value(member, Json()) != noted.value(member, Json())) {
      add('/' + member, json[member].dump() +
                            " is not as a manifest notes it: it would have " +
                            MemberText(noted, member));
    }
  }
  return job;
}

std::vector<std::string> JobDifferences(const Json& json, const Job& job) {
  const Json own(JobJson(job));
  std::vector<std::string> differences;
  for (const std::string& member : Members()) {
    if (json.value(member, Json()) == own.value(member, Json())) continue;
    differences.push_back("it has " + MemberText(json, member) +
                          ", and this one " + MemberText(own, member));
  }
  return differences;
}

}  // namespace busyhour::internal
