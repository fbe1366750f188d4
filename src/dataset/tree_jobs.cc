#include "dataset/tree_jobs.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <utility>

#include "base/units.h"
#include "dataset/manifest_json.h"
#include "dataset/manifest_reader.h"
#include "logs/worlds.h"

namespace busyhour::internal {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// The starts of the names of a job's blobs.
std::set<std::string> HeadsOf(const std::string& path,
                              std::vector<Problem>& problems) {
  const std::optional<SavedManifest> saved = ReadManifest(path, problems);
  if (!saved || saved->manifest.was_sent()) return {};
  const Job& job = saved->manifest.job;
  if (job.layout == Layout::kFlat) return {};
  const Worlds worlds(saved->profile, job.seed, job.start);
  const OutputFiles files(fs::path(path).parent_path() / "", job,
                          BlobOwnersOf(worlds));
  std::set<std::string> heads;
  for (const OutputFiles::Stream& stream : files.streams()) {
    heads.insert(stream.head);
  }
  return heads;
}

// The names of the blobs of a stream, at least the first of each period.
std::vector<std::string> NamesOf(const OutputFiles::Stream& stream,
                                 const std::set<std::int64_t>& periods) {
  std::vector<std::string> names;
  for (const std::int64_t period : periods) {
    names.push_back(stream.name_of({1, period}));
  }
  return names;
}

}  // namespace

TreeJobs::TreeJobs(const std::string& directory, const Manifest& own,
                   std::vector<Problem>& problems)
    : directory_(directory) {
  const std::string first = fs::path(directory) / kManifestName;
  const std::string keyed =
      fs::path(directory) / (JobKeyOf(own) + std::string(kKeyedManifestEnd));
  std::error_code error;
  if (!fs::is_directory(directory, error)) {
    own_manifest_ = first;
    return;
  }
  for (const std::string& path : ManifestPathsOf(directory)) {
    if (path == keyed || !fs::exists(path, error)) continue;
    std::vector<Problem> unreadable;
    const std::optional<Json> json = LoadManifestJson(path, unreadable);
    if (!json && path == first) continue;
    if (!json) {
      problems.insert(problems.end(), unreadable.begin(), unreadable.end());
    } else if (!DifferencesFrom(*json, own).empty()) {
      others_.push_back(ReadOther(path, *json, own, problems));
    }
  }
  const bool is_first =
      !fs::exists(keyed, error) &&
      std::none_of(others_.begin(), others_.end(),
                   [&](const Other& job) { return job.manifest == first; });
  own_manifest_ = is_first ? first : keyed;
}

TreeJobs::Other TreeJobs::ReadOther(const std::string& path, const Json& json,
                                    const Manifest& own,
                                    std::vector<Problem>& problems) {
  Other other;
  other.manifest = path;
  other.words = JobWordsOf(json);
  other.differences = DifferencesFrom(json, own);
  const std::optional<SavedFiles> saved =
      ReadManifestFiles(json, path, problems);
  if (!saved) return other;
  other.complete = saved->complete;
  for (const Manifest::File& file : saved->files) {
    other.files.insert(file.name);
  }
  if (!other.complete) other.heads = HeadsOf(path, problems);
  return other;
}

bool TreeJobs::Other::Shares(const OutputFiles::Stream& stream) const {
  if (!complete) return heads.contains(stream.head);
  const auto after = files.lower_bound(stream.head);
  return after != files.end() && after->starts_with(stream.head);
}

bool TreeJobs::ShareStreams(const OutputFiles& files) const {
  const std::vector<OutputFiles::Stream>& streams = files.streams();
  return std::any_of(others_.begin(), others_.end(), [&](const Other& other) {
    return other.complete &&
           std::any_of(streams.begin(), streams.end(), [&](const auto& stream) {
             return other.Shares(stream);
           });
  });
}

void TreeJobs::RefuseSameBlobs(const OutputFiles& files,
                               const std::function<Periods()>& periods,
                               std::vector<Problem>& problems) const {
  std::optional<Periods> known;
  for (const Other& other : others_) {
    bool shares = false;
    std::vector<std::string> same;
    for (std::size_t i = 0; i < files.streams().size(); ++i) {
      const OutputFiles::Stream& stream = files.streams()[i];
      if (!other.Shares(stream)) continue;
      shares = true;
      if (!other.complete) break;
      if (!known) known = periods();
      for (std::string& name : NamesOf(stream, (*known)[i])) {
        if (other.files.contains(name)) same.push_back(std::move(name));
      }
    }
    if (shares && !other.complete) RefuseIncomplete(other, problems);
    if (!same.empty()) Refuse(other, same, files.layout(), problems);
  }
}

// Refuses a job that may get the blobs of another one, which is not complete.
void TreeJobs::RefuseIncomplete(const Other& other,
                                std::vector<Problem>& problems) {
  for (const std::string& difference : other.differences) {
    problems.push_back(
        {"--out", 0, 0, "",
         other.manifest + " belongs to another job: " + difference});
  }
  problems.push_back(
      {"--out", 0, 0, "",
       other.manifest +
           " has blobs of the same resource, and is not complete: wait for its "
           "run, or complete it with --resume"});
}

// Refuses blobs that another job has. `names` is not empty.
void TreeJobs::Refuse(const Other& other, const std::vector<std::string>& names,
                      Layout layout, std::vector<Problem>& problems) const {
  const std::string key =
      layout == Layout::kDataExport ? "resource.workspace" : "resource.name";
  problems.push_back(
      {"--out", 0, 0, "",
       std::string(fs::path(directory_) / names.front()) +
           (names.size() == 1
                ? " is a blob"
                : " and " + FormatCount(names.size() - 1) + " more are blobs") +
           " of another job, that of " + other.manifest + ", " + other.words +
           ": choose another resource (--set " + key +
           "=NAME), another directory or another time. Jobs of successive "
           "times, such as days, share no blob if each has --cut-off and "
           "--warm-up; --force does not replace the blobs of another job"});
}

bool TreeJobs::Own(const std::string& name) const {
  return std::any_of(others_.begin(), others_.end(), [&](const Other& other) {
    return other.files.contains(name);
  });
}

bool IsTreeManifest(const std::string& path) {
  std::vector<Problem> unreadable;
  const std::optional<Json> json = LoadManifestJson(path, unreadable);
  return json && json->contains("layout");
}

}  // namespace busyhour::internal
