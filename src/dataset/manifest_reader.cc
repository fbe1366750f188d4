#include "dataset/manifest_reader.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string_view>
#include <system_error>
#include <utility>

#include "busyhour/version.h"
#include "dataset/json_members.h"
#include "dataset/manifest_json.h"
#include "dataset/manifest_progress.h"
#include "job/job_json.h"
#include "profile/load.h"
#include "text/problems.h"

namespace busyhour::internal {
namespace {

using Json = nlohmann::json;

void ReadCounts(const Json& json, const Job& job, const AddProblem& add,
                Tally& tally) {
  const JsonMembers counts(json, "/counts", add);
  tally.calls = counts.Count("calls");
  const JsonMembers records(counts.Object("records"), "/counts/records", add);
  for (const LogType log : LogsCounted(job)) {
    tally.records[log] = records.Count(std::string(Info(log).name).c_str());
    const CountedEndings& endings = DescriptorOf(log).endings;
    const auto read = [&counts](std::string_view key, std::uint64_t& count) {
      if (!key.empty()) count = counts.Count(std::string(key).c_str());
    };
    read(endings.failed_key, tally.failed[log]);
    read(endings.canceled_key, tally.canceled[log]);
  }
  if (!counts.Has("faults")) return;
  const JsonMembers faults(counts.Object("faults"), "/counts/faults", add);
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    const std::string name(FaultInfos()[i].name);
    if (faults.Has(name.c_str())) tally.faults[i] = faults.Count(name.c_str());
  }
}

// Whether the name leads to a place in or below the manifest's directory.
bool StaysInside(const std::string& name) {
  if (name.empty() || name.front() == '/') return false;
  std::size_t begin = 0;
  while (begin <= name.size()) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    if (name.compare(begin, end - begin, "..") == 0) return false;
    begin = end + 1;
  }
  return name.find('\0') == std::string::npos;
}

std::vector<Manifest::File> ReadFiles(const JsonMembers& all, bool complete,
                                      const AddProblem& add) {
  std::vector<Manifest::File> files;
  for (const Json& json : all.Array("files")) {
    const std::string pointer = "/files/" + std::to_string(files.size());
    const JsonMembers members(json, pointer, add);
    Manifest::File& file = files.emplace_back();
    file.name = members.Text("name");
    if (members.Has("category")) file.category = members.Text("category");
    file.records = members.Count("records");
    file.bytes = members.Count("bytes");
    file.fingerprint = members.Text("xxh3_128");
    if (members.Has("part")) file.is_part = members.Flag("part");
    if (file.is_part && complete) {
      members.Refuse("part", "does not belong to a complete data set");
    }
    if (!StaysInside(file.name)) {
      members.Refuse("name", Quoted(file.name) +
                                 " is not the name of a file in the "
                                 "manifest's directory");
    }
  }
  return files;
}

bool ReadState(const JsonMembers& all) {
  const std::string state = all.Text("state");
  if (state != "complete" && state != "interrupted") {
    all.Refuse("state", Quoted(state) + " is neither complete nor interrupted");
  }
  return state == "complete";
}

// Refuses contradictions between the values that a complete job's manifest
// contains twice.
void CheckComplete(const Manifest& manifest, const AddProblem& add) {
  const Job& job = manifest.job;
  const Tally& tally = manifest.tally;
  if (manifest.was_sent()) {
    for (const LogInfo& log : Logs()) {
      std::uint64_t planned = 0;
      for (const Deliveries& each : manifest.deliveries) {
        planned += each.planned[log.log];
      }
      if (planned == tally.records[log.log]) continue;
      add("/deliveries/logs/" + std::string(log.name) + "/planned",
          "is not the count of its records");
    }
    return;
  }
  if (job.extent.kind == Extent::Kind::kCalls && job.shard.count == 1 &&
      tally.calls < job.extent.amount) {
    add("/counts/calls", "are fewer than those of the extent");
  }
  // A single file for all logs has no category.
  std::map<std::string, std::uint64_t> of_files;
  for (const Manifest::File& file : manifest.files) {
    of_files[file.category] += file.records;
  }
  std::map<std::string, std::uint64_t> counted;
  for (const LogInfo& log : Logs()) {
    const std::string category =
        of_files.contains("") ? "" : std::string(log.category);
    if (job.logs.Has(log.log)) counted[category] += tally.records[log.log];
  }
  std::erase_if(of_files, [](const auto& each) { return each.second == 0; });
  std::erase_if(counted, [](const auto& each) { return each.second == 0; });
  if (of_files != counted) {
    add("/counts/records", "are not those of the files");
  }
}

// Whether `name` is that of the manifest of a further job in a directory.
bool IsKeyedName(std::string_view name) {
  if (!name.ends_with(kKeyedManifestEnd)) return false;
  name.remove_suffix(kKeyedManifestEnd.size());
  return name.size() == kJobKeyDigits &&
         name.find_first_not_of("0123456789abcdef") == name.npos;
}

// Whether the manifest has this version's format.
bool HasOwnFormat(const Json& json, const AddProblem& add) {
  const auto format = json.find("format");
  if (format == json.end() || *format == kFormat) return true;
  add("/format", format->dump() + " is another format than this version's, " +
                     std::to_string(kFormat) +
                     ": verify with the version that made it, " +
                     json.value("busyhour", Json()).dump());
  return false;
}

// Loads a manifest's JSON, which must have this version's format and be
// unedited.
std::optional<Json> LoadSigned(const std::string& path,
                               std::vector<Problem>& problems) {
  std::optional<Json> json = LoadManifestJson(path, problems);
  if (!json) return std::nullopt;
  const AddProblem add = [&](const std::string& pointer, std::string message) {
    problems.push_back({path, 0, 0, pointer, std::move(message)});
  };
  if (!HasOwnFormat(*json, add)) return std::nullopt;
  if (std::string why = TamperedWith(*json); !why.empty()) {
    add("", std::move(why));
    return std::nullopt;
  }
  return json;
}

// Refuses a data set whose local times differ from those of this machine.
void CheckTimeZone(const Json& json, const Profile& profile,
                   const AddProblem& add) {
  const Json noted = json.value(kManifestTimeZone, Json());
  const Json own(TimeZoneJson(profile));
  if (noted == own) return;
  add('/' + std::string(kManifestTimeZone),
      noted.dump() + " is not what this machine has, " + own.dump() +
          ": install the version of tzdata that the data set was made with, "
          "or set TZDIR to it");
}

std::optional<SavedManifest> ReadSigned(const Json& json,
                                        const AddProblem& add) {
  const JsonMembers all(json, "", add);
  SavedManifest saved;
  Manifest& manifest = saved.manifest;
  manifest.version = all.Text("busyhour");
  all.Count("format");
  manifest.complete = ReadState(all);
  const std::string name = all.Text("profile");
  try {
    saved.profile =
        ParseProfile(all.Text("profile_text"), "profile_text", name);
  } catch (const InputError& error) {
    for (const Problem& problem : error.problems()) {
      add("/profile_text", problem.Text());
    }
    return std::nullopt;
  }
  CheckTimeZone(json, saved.profile, add);
  manifest.job = ReadJobJson(json, saved.profile, add);
  ReadCounts(all.Object("counts"), manifest.job, add, manifest.tally);
  manifest.files = ReadFiles(all, manifest.complete, add);
  if (all.Has("resume") && manifest.complete) {
    all.Refuse("resume", "does not belong to a complete job");
  }
  if (all.Has("deliveries")) {
    if (all.Has("resume") || !manifest.files.empty()) {
      all.Refuse("deliveries", "cannot be combined with files");
    }
    manifest.deliveries = ReadDeliveries(all, manifest.job, add);
  } else {
    if (manifest.complete && manifest.files.empty() &&
        Info(manifest.job.layout).period_ms == 0) {
      all.Refuse("files", "are missing, although the job is complete");
    }
    ReadPoints(all, add,
               std::max<std::size_t>(saved.profile.resources.size(), 1),
               manifest);
  }
  if (manifest.complete) CheckComplete(manifest, add);
  return saved;
}

}  // namespace

std::vector<std::string> ManifestPathsOf(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    const std::string beside = path + std::string(kKeyedManifestEnd);
    return {fs::exists(beside, error) ? beside : path};
  }
  std::vector<std::string> paths;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    const std::string name = entry.path().filename();
    if (IsKeyedName(name)) paths.push_back(fs::path(path) / name);
  }
  std::sort(paths.begin(), paths.end());
  const fs::path first = fs::path(path) / kManifestName;
  if (paths.empty() || fs::exists(first, error)) {
    paths.insert(paths.begin(), first);
  }
  return paths;
}

std::string ManifestPathOf(const std::string& path,
                           std::vector<Problem>& problems) {
  const std::vector<std::string> paths = ManifestPathsOf(path);
  if (paths.size() == 1) return paths.front();
  std::string message = path + " has the manifests of " +
                        std::to_string(paths.size()) + " jobs; name one:";
  std::vector<Problem> unread;
  for (const std::string& each : paths) {
    const std::optional<Json> json = LoadManifestJson(each, unread);
    message += "\n  " + each + (json ? "  " + JobWordsOf(*json) : "");
  }
  problems.push_back({"--manifest", 0, 0, "", std::move(message)});
  return paths.front();
}

std::string JobWordsOf(const Json& json) {
  const auto dumped = [&json](const char* name) {
    return json.contains(name) ? json[name].dump() : "none";
  };
  const Json start = json.value("start", Json());
  return "profile " + dumped("profile") + ", seed " + dumped("seed") +
         (start.is_string() ? ", from " + start.get<std::string>() : "");
}

std::vector<std::string> DifferencesFrom(const Json& json,
                                         const Manifest& wanted) {
  std::vector<std::string> differences;
  if (const Json format = json.value("format", Json()); format != kFormat) {
    differences.push_back("it has format " + format.dump() +
                          ", and this one format " + std::to_string(kFormat));
  }
  for (std::string& each : JobDifferences(json, wanted.job)) {
    differences.push_back(std::move(each));
  }
  if (json.value("profile_text", Json()) != Json(wanted.profile->text)) {
    differences.push_back("its profile, " +
                          json.value("profile", Json()).dump() +
                          ", has a different text");
  }
  return differences;
}

std::optional<SavedManifest> ReadManifest(const std::string& path,
                                          std::vector<Problem>& problems) {
  const std::size_t before = problems.size();
  const std::optional<Json> json = LoadSigned(path, problems);
  if (!json) return std::nullopt;
  auto saved = ReadSigned(*json, [&](const std::string& at, std::string what) {
    problems.push_back({path, 0, 0, at, std::move(what)});
  });
  if (problems.size() > before) return std::nullopt;
  return saved;
}

std::optional<SavedFiles> ReadManifestFiles(const std::string& path,
                                            std::vector<Problem>& problems) {
  const std::optional<Json> json = LoadManifestJson(path, problems);
  return json ? ReadManifestFiles(*json, path, problems) : std::nullopt;
}

std::optional<SavedFiles> ReadManifestFiles(const Json& json,
                                            const std::string& path,
                                            std::vector<Problem>& problems) {
  const std::size_t before = problems.size();
  const AddProblem add = [&](const std::string& pointer, std::string message) {
    problems.push_back({path, 0, 0, pointer, std::move(message)});
  };
  if (std::string why = TamperedWith(json); !why.empty()) {
    add("", std::move(why));
    return std::nullopt;
  }
  const JsonMembers all(json, "", add);
  SavedFiles saved;
  saved.complete = ReadState(all);
  saved.files = ReadFiles(all, saved.complete, add);
  if (problems.size() > before) return std::nullopt;
  return saved;
}

Manifest ReadInterrupted(const Manifest& wanted, const std::string& path) {
  std::vector<Problem> problems;
  const auto refuse = [&](std::string message) {
    problems.push_back({"--resume", 0, 0, "", std::move(message)});
  };
  const std::optional<Json> there = LoadManifestJson(path, problems);
  if (!there) throw InputError(std::move(problems));
  if (std::string why = TamperedWith(*there); !why.empty()) {
    refuse(path + ' ' + why);
    throw InputError(std::move(problems));
  }
  for (const std::string& difference : DifferencesFrom(*there, wanted)) {
    refuse(path + " belongs to another job: " + difference);
  }
  if (there->contains("deliveries")) {
    refuse(path + " describes records that were sent, not files");
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  auto saved = ReadSigned(*there, [&](const std::string& at, std::string what) {
    problems.push_back({path, 0, 0, at, std::move(what)});
  });
  if (!problems.empty()) throw InputError(std::move(problems));
  saved->manifest.profile = wanted.profile;
  saved->manifest.job = wanted.job;
  return std::move(saved->manifest);
}

}  // namespace busyhour::internal
