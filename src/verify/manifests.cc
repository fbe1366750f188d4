#include "verify/manifests.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/units.h"
#include "base/whole_file.h"
#include "busyhour/version.h"
#include "profile/load.h"
#include "profile/problems.h"
#include "run/fault_words.h"
#include "run/job_words.h"

namespace busyhour {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::size_t kMaxManifestBytes = 64 << 20;

struct Read {
  std::string profile_name;
  std::string profile_text;
  Job job;
  std::optional<std::array<std::uint64_t, kLogTypeCount>> counts;
  std::optional<std::vector<StreamExtent>> streams;
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

// How far the streams had got: one for each log, or one for all of them. None
// are noted when the run had hardly begun.
template <class Add>
std::vector<StreamExtent> ReadStreams(const Json& json, const Job& job,
                                      const Add& add) {
  std::vector<StreamExtent> streams;
  for (std::size_t log = 0; log < kLogTypeCount; ++log) {
    if (job.logs[log]) streams.emplace_back().logs[log] = true;
  }
  if (!json.contains("resume")) return streams;
  const Json& points = json["resume"];
  if (points.size() == 1 && streams.size() > 1) streams = {{job.logs, 0}};
  if (!points.is_array() || points.size() != streams.size()) {
    add("/resume", "is not one place for each log, or one for all");
    return streams;
  }
  for (std::size_t i = 0; i < streams.size(); ++i) {
    streams[i].records = points[i].at("records").get<std::uint64_t>();
  }
  return streams;
}

// What a receiver was sent, log by log. What failed may be there, and is not
// asked for.
std::vector<StreamExtent> ReadDeliveries(const Json& json, const Job& job) {
  std::vector<StreamExtent> streams;
  for (const LogInfo& log : Logs()) {
    const auto index = static_cast<std::size_t>(log.log);
    if (!job.logs[index]) continue;
    const Json& entry = json.at("logs").at(std::string(log.name));
    StreamExtent& stream = streams.emplace_back();
    stream.logs[index] = true;
    entry.at("planned").get_to(stream.records);
    for (const char* name : {"failed", "dropped", "not_sent"}) {
      for (const Json& range : entry.at(name)) {
        stream.gaps.push_back({range.at(0).get<std::uint64_t>(),
                               range.at(1).get<std::uint64_t>()});
      }
    }
    std::sort(stream.gaps.begin(), stream.gaps.end(),
              [](const RecordRange& a, const RecordRange& b) {
                return a.first < b.first;
              });
  }
  return streams;
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
  if (json.contains("faults")) {
    for (const Json& fault : json["faults"]) {
      words.faults.push_back(fault.is_string() ? fault.get<std::string>()
                                               : fault.dump());
    }
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
  if (json.contains("deliveries")) {
    read.streams = ReadDeliveries(json["deliveries"], read.job);
  } else if (const auto state = Word(json, "state");
             state && *state != "complete") {
    read.streams = ReadStreams(json, read.job, add);
  }
  if (!read.streams && json.contains("counts") &&
      json["counts"].contains("records")) {
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
         a.job.logs == b.job.logs && a.job.shard.count == b.job.shard.count &&
         AddedFaults(a.job) == AddedFaults(b.job);
}

// The manifest at `path`, as JSON; `add` notes why not.
template <class Add>
std::optional<Json> Load(const std::string& path, const Add& add) {
  std::string trouble;
  const std::optional<std::string> text =
      ReadWholeFile(path, kMaxManifestBytes, trouble);
  if (!text) {
    add("", trouble);
    return std::nullopt;
  }
  if (text->size() > kMaxManifestBytes) {
    add("", "is too large for a manifest: more than 64 MiB");
    return std::nullopt;
  }
  Json json = Json::parse(*text, nullptr, false);
  if (json.is_discarded()) {
    add("", "is not JSON");
    return std::nullopt;
  }
  return json;
}

// Whether the name is that of something in or below the manifest's directory.
bool StaysInside(const fs::path& name) {
  return !name.empty() && name.is_relative() &&
         std::find(name.begin(), name.end(), "..") == name.end();
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
    const std::optional<Json> json = Load(path, add);
    if (!json) continue;
    std::optional<Read> read;
    try {
      read = ReadJson(*json, add);
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
    sent.streams.push_back(read.streams);
  }
  return sent;
}

std::optional<FileList> ReadFileList(const std::string& given,
                                     std::vector<Problem>& problems) {
  FileList list;
  list.manifest = PathOf(given);
  const std::size_t problems_before = problems.size();
  const auto add = [&](const std::string& pointer, std::string message) {
    problems.push_back({list.manifest, 0, 0, pointer, std::move(message)});
  };
  const std::optional<Json> json = Load(list.manifest, add);
  if (!json) return std::nullopt;
  if (!json->is_object() || !json->contains("files") ||
      !(*json)["files"].is_array()) {
    add("", "is not a manifest of busyhour: it has no list of files");
    return std::nullopt;
  }
  list.complete = json->value("state", Json()) == "complete";
  std::size_t number = 0;
  for (const Json& entry : (*json)["files"]) {
    const std::string pointer = "/files/" + std::to_string(number++);
    Manifest::File file;
    try {
      file.name = entry.at("name").get<std::string>();
      file.category = entry.value("category", "");
      file.records = entry.at("records").get<std::uint64_t>();
      file.bytes = entry.at("bytes").get<std::uint64_t>();
      file.fingerprint = entry.at("xxh3_128").get<std::string>();
      file.is_part = !list.complete && entry.value("part", false);
    } catch (const Json::exception& exception) {
      add(pointer,
          std::string("is no file of a manifest: ") + exception.what());
      continue;
    }
    if (!StaysInside(file.name)) {
      add(pointer + "/name", Quoted(file.name) +
                                 " is not the name of a file in the "
                                 "manifest's directory");
      continue;
    }
    list.files.push_back(std::move(file));
  }
  if (problems.size() > problems_before) return std::nullopt;
  return list;
}

void CheckCounts(const SentJobs& sent, std::size_t job,
                 const std::array<std::uint64_t, kLogTypeCount>& records,
                 const std::vector<std::string>& paths,
                 std::vector<Problem>& problems) {
  if (sent.streams.size() > job && sent.streams[job]) {
    std::size_t number = 0;
    for (const StreamExtent& stream : *sent.streams[job]) {
      std::uint64_t made = 0;
      for (std::size_t log = 0; log < kLogTypeCount; ++log) {
        if (stream.logs[log]) made += records[log];
      }
      if (stream.records > made) {
        problems.push_back(
            {PathOf(paths[job]), 0, 0,
             "/resume/" + std::to_string(number) + "/records",
             FormatCount(stream.records) +
                 " records are more than the job "
                 "comes to, " +
                 FormatCount(made) +
                 ": the manifest has been edited, or was made by another "
                 "version"});
      }
      ++number;
    }
  }
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
