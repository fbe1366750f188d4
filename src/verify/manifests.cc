#include "verify/manifests.h"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/units.h"
#include "busyhour/version.h"
#include "profile/load.h"
#include "run/job_words.h"

namespace busyhour {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::uintmax_t kMaxManifestBytes = 64 << 20;

struct Read {
  std::string profile_name;
  std::string profile_text;
  Job job;
  std::optional<std::array<std::uint64_t, kLogTypeCount>> counts;
};

// What stands at `key`, as text of an option.
std::optional<std::string> Word(const Json& json, const char* key) {
  const auto at = json.find(key);
  if (at == json.end()) return std::nullopt;
  return at->is_string() ? at->get<std::string>() : at->dump();
}

void ReadExtent(const Json& extent, JobWords& words) {
  if (const auto ms = Word(extent, "duration_ms")) words.duration = *ms + "ms";
  words.calls = Word(extent, "calls");
  words.records = Word(extent, "records");
  // A bare number is a size in bytes.
  words.bytes = Word(extent, "bytes");
}

// `add` notes a problem.
template <class Add>
std::optional<Read> ReadJson(const Json& json, const Add& add) {
  if (!json.is_object() || !json.contains("profile_text") ||
      !json.contains("seed")) {
    add("", "is not a manifest of busyhour: it has no profile_text or seed");
    return std::nullopt;
  }
  const auto format = Word(json, "format");
  const std::string own = Json(kFormat).dump();
  if (format && *format != own) {
    add("/format", *format + " is another format than this version's, " + own +
                       ": verify with the version that made it, " +
                       Word(json, "busyhour").value_or("unknown"));
    return std::nullopt;
  }
  if (const auto state = Word(json, "state"); state && *state != "complete") {
    add("/state", "\"" + *state +
                      "\": only a whole data set can be verified; finish it "
                      "first");
    return std::nullopt;
  }
  Read read;
  read.profile_name = Word(json, "profile").value_or("profile");
  read.profile_text = *Word(json, "profile_text");
  JobWords words;
  words.seed = Word(json, "seed");
  words.start = Word(json, "start");
  words.shape = Word(json, "shape");
  words.frame = Word(json, "frame");
  words.batch_bytes = Word(json, "batch_bytes");
  if (json.contains("extent")) ReadExtent(json["extent"], words);
  if (json.contains("shard")) {
    const Json& shard = json["shard"];
    words.shard = Word(shard, "index").value_or("0") + '/' +
                  Word(shard, "count").value_or("1");
  }
  if (json.contains("logs")) {
    std::string names;
    for (const Json& name : json["logs"]) {
      names += (names.empty() ? "" : ",") +
               (name.is_string() ? name.get<std::string>() : name.dump());
    }
    words.logs = names;
  }
  Profile profile;
  try {
    profile =
        ParseProfile(read.profile_text, "profile_text", read.profile_name);
  } catch (const InputError& error) {
    for (const Problem& problem : error.problems()) {
      add("/profile_text", problem.Text());
    }
    return std::nullopt;
  }
  std::vector<Problem> problems;
  read.job = ReadJob(words, profile, problems);
  for (const Problem& problem : problems) {
    add("/" + problem.source.substr(problem.source.find_first_not_of('-')),
        problem.message);
  }
  if (!problems.empty()) return std::nullopt;
  if (json.contains("counts") && json["counts"].contains("records")) {
    const Json& records = json["counts"]["records"];
    auto& counts = read.counts.emplace();
    for (const LogInfo& log : Logs()) {
      const auto at = records.find(std::string(log.name));
      if (at != records.end() && at->is_number_unsigned()) {
        counts[static_cast<std::size_t>(log.log)] = at->get<std::uint64_t>();
      }
    }
  }
  return read;
}

std::string PathOf(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path, error)
             ? std::string(fs::path(path) / "manifest.json")
             : path;
}

bool SameJob(const Read& a, const Read& b) {
  return a.profile_text == b.profile_text && a.job.seed == b.job.seed &&
         a.job.start == b.job.start && a.job.extent.kind == b.job.extent.kind &&
         a.job.extent.amount == b.job.extent.amount &&
         a.job.logs == b.job.logs && a.job.shard.count == b.job.shard.count;
}

}  // namespace

SentJobs ReadManifests(const std::vector<std::string>& paths) {
  std::vector<Problem> problems;
  std::vector<Read> reads;
  std::vector<std::string> read_paths;
  for (const std::string& given : paths) {
    const std::string path = PathOf(given);
    const auto add = [&](const std::string& pointer, std::string message) {
      problems.push_back({path, 0, 0, pointer, std::move(message)});
    };
    std::ifstream file(path, std::ios::binary);
    std::error_code error;
    if (!file || !fs::is_regular_file(path, error)) {
      add("", "there is no such manifest");
      continue;
    }
    if (fs::file_size(path, error) > kMaxManifestBytes) {
      add("", "is too large for a manifest: more than 64 MiB");
      continue;
    }
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) {
      add("", "is not JSON");
      continue;
    }
    std::optional<Read> read;
    try {
      read = ReadJson(json, add);
    } catch (const Json::exception& exception) {
      add("",
          std::string("is not a manifest of busyhour: ") + exception.what());
    }
    if (!read) continue;
    if (!reads.empty() && !SameJob(reads.front(), *read)) {
      add("", "is of another job than " + read_paths.front() +
                  ": several manifests must be shards of one job");
      continue;
    }
    for (std::size_t i = 0; i < reads.size(); ++i) {
      if (reads[i].job.shard.index == read->job.shard.index) {
        add("/shard", "is the same shard as that of " + read_paths[i]);
      }
    }
    reads.push_back(std::move(*read));
    read_paths.push_back(path);
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  SentJobs sent;
  sent.profile = ParseProfile(reads.front().profile_text, read_paths.front(),
                              reads.front().profile_name);
  for (Read& read : reads) {
    sent.jobs.push_back(read.job);
    sent.counts.push_back(read.counts);
  }
  return sent;
}

void CheckCounts(const SentJobs& sent, std::size_t job,
                 const std::array<std::uint64_t, kLogTypeCount>& records,
                 const std::vector<std::string>& paths,
                 std::vector<Problem>& problems) {
  if (!sent.counts[job]) return;
  for (const LogInfo& log : Logs()) {
    const auto index = static_cast<std::size_t>(log.log);
    const std::uint64_t told = (*sent.counts[job])[index];
    if (!sent.jobs[job].logs[index] || told == records[index]) continue;
    problems.push_back(
        {PathOf(paths[job]), 0, 0, "/counts/records/" + std::string(log.name),
         FormatCount(told) + " records are not what the job comes to, " +
             FormatCount(records[index]) +
             ": the manifest has been edited, or was made by another version"});
  }
}

}  // namespace busyhour
