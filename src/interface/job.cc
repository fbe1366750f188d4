#include "busyhour/job.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/nearest.h"
#include "busyhour/error.h"
#include "dataset/manifest_reader.h"
#include "engine/pick_calls.h"
#include "interface/job_data.h"
#include "job/job_options.h"
#include "job/job_spec.h"
#include "verify/manifests.h"

namespace busyhour {
namespace {

using Problems = std::vector<Problem>;

void Refuse(std::string_view option, std::string message, Problems& problems) {
  problems.push_back(
      {"--" + std::string(option), 0, 0, "", std::move(message)});
}

void Read(std::string_view option, const std::string& text,
          internal::JobSpec& spec, Problems& problems) {
  internal::ReadJobOption(internal::FindJobOption(option), text, spec,
                          [&](std::string message) {
                            Refuse(option, std::move(message), problems);
                          });
}

// The names that `JobOptions::more` may have: the options of a job that are not
// part of the profile.
std::vector<std::string_view> NamesOfMore() {
  std::vector<std::string_view> names;
  for (const internal::JobOption& each : internal::JobOptions()) {
    const std::string_view name = each.option.name;
    if ((each.commands & internal::kGenerateJob) != 0 && name != "profile" &&
        name != "set" && name != "without") {
      names.push_back(name);
    }
  }
  return names;
}

// `given` are the names of the options so far.
void ReadMore(const std::string& more, std::set<std::string>& given,
              internal::JobSpec& spec, Problems& problems) {
  const std::size_t equals = more.find('=');
  const std::string name = more.substr(0, equals);
  const std::vector<std::string_view> names = NamesOfMore();
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    problems.push_back({"more", 0, 0, "", internal::NotAmong(name, names)});
  } else if (equals == std::string::npos &&
             internal::FindJobOption(name).option.value.empty()) {
    Read(name, "true", spec, problems);
  } else if (equals == std::string::npos) {
    problems.push_back(
        {"more", 0, 0, "", '"' + more + "\" has no value: use NAME=VALUE"});
  } else if (!given.insert(name).second &&
             !internal::FindJobOption(name).option.repeats) {
    problems.push_back(
        {"more", 0, 0, "",
         '"' + more + "\": " + name + " is given more than once"});
  } else {
    Read(name, more.substr(equals + 1), spec, problems);
  }
}

internal::JobSpec SpecOf(const JobOptions& options, Problems& problems) {
  internal::JobSpec spec;
  std::set<std::string> given;
  if (options.seed != JobOptions().seed) given.insert("seed");
  spec.profile = options.profile.name();
  spec.seed = options.seed;
  const std::pair<const char*, const std::string&> texts[] = {
      {"start", options.start},       {"duration", options.duration},
      {"where", options.where},       {"logs", options.logs},
      {"shape", options.shape},       {"frame", options.frame},
      {"compress", options.compress}, {"shard", options.shard},
  };
  for (const auto& [name, text] : texts) {
    if (text.empty()) continue;
    given.insert(name);
    Read(name, text, spec, problems);
  }
  if (options.calls > 0) {
    given.insert("calls");
    Read("calls", std::to_string(options.calls), spec, problems);
  }
  for (const std::string& pick : options.pick) {
    Read("pick", pick, spec, problems);
  }
  for (const std::string& fault : options.fault) {
    Read("fault", fault, spec, problems);
  }
  for (const std::string& more : options.more) {
    ReadMore(more, given, spec, problems);
  }
  return spec;
}

std::shared_ptr<const JobData> DataOf(const JobOptions& options) {
  Problems problems;
  internal::JobSpec spec = SpecOf(options, problems);
  const internal::Profile& profile = JobData::EngineProfile(options.profile);
  internal::Job job = internal::ResolveJob(spec, profile, problems);
  if (!problems.empty()) throw InputError(std::move(problems));
  if (!job.picks.empty()) {
    const internal::Worlds worlds(profile, job.seed, job.start);
    const std::string why =
        internal::PickCalls(worlds, internal::DefaultThreads(), job);
    if (!why.empty()) throw InputError("--pick", why);
  }
  return std::make_shared<const JobData>(options.profile, std::move(job),
                                         std::move(spec));
}

}  // namespace

Job::Job(const JobOptions& options) : Job(DataOf(options)) {}

Job::Job(std::shared_ptr<const JobData> data) : data_(std::move(data)) {}

Job Job::OfManifest(const std::string& path) {
  internal::SentJobs sent = internal::ReadManifests({path});
  if (sent.jobs.size() > 1) {
    throw InputError(path,
                     "has several jobs or shards; name the manifest of one");
  }
  return Job(std::make_shared<const JobData>(
      JobData::ProfileOf(std::move(sent.profiles.front())),
      std::move(sent.jobs.front()), std::nullopt));
}

const Profile& Job::profile() const noexcept { return data_->profile; }

std::uint64_t Job::seed() const noexcept { return data_->job.seed; }

Time Job::start() const noexcept { return TimeOf(data_->job.start); }

std::vector<LogType> Job::logs() const {
  std::vector<LogType> logs;
  for (const LogType log : data_->job.logs) logs.push_back(log);
  return logs;
}

}  // namespace busyhour
