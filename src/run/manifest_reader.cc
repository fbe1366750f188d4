#include "run/manifest_reader.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "busyhour/version.h"
#include "profile/load.h"
#include "profile/problems.h"
#include "run/fault_words.h"
#include "run/job_words.h"
#include "run/manifest_check.h"
#include "run/manifest_json.h"
#include "run/manifest_members.h"

namespace busyhour {
namespace {

using Json = nlohmann::json;

// A number as the text of an option; nothing when it is none.
std::optional<std::string> NumberWord(const JsonMembers& members,
                                      const char* name) {
  if (!members.Has(name)) return std::nullopt;
  return std::to_string(
      members.Count(name, std::numeric_limits<std::uint64_t>::max()));
}

std::optional<std::string> TextWord(const JsonMembers& members,
                                    const char* name) {
  if (!members.Has(name)) return std::nullopt;
  return members.Text(name);
}

// Texts of an array, such as the names of logs.
std::vector<std::string> Texts(const JsonMembers& members, const char* name) {
  std::vector<std::string> texts;
  for (const Json& each : members.Array(name)) {
    if (each.is_string()) {
      texts.push_back(each.get<std::string>());
    } else {
      members.Refuse(name, each.dump() + " is not text");
    }
  }
  return texts;
}

void ReadExtentWords(const Json& json, const AddProblem& add, JobWords& words) {
  const JsonMembers extent(json, "/extent", add);
  if (json.size() != 1) {
    add("/extent", "is not one of duration_ms, calls, records and bytes");
    return;
  }
  words.duration = NumberWord(extent, "duration_ms");
  if (words.duration) *words.duration += "ms";
  words.calls = NumberWord(extent, "calls");
  words.records = NumberWord(extent, "records");
  // A bare number is a size in bytes.
  words.bytes = NumberWord(extent, "bytes");
}

// The job, by way of the words that a person would give for it.
Job ReadJobOf(const JsonMembers& all, const Profile& profile,
              const AddProblem& add) {
  JobWords words;
  words.seed = std::to_string(
      all.Count("seed", std::numeric_limits<std::uint64_t>::max()));
  words.start = all.Text("start");
  ReadExtentWords(all.Object("extent"), add, words);
  const JsonMembers shard(all.Object("shard"), "/shard", add);
  words.shard = std::to_string(shard.Count("index")) + '/' +
                std::to_string(shard.Count("count"));
  std::string logs;
  std::vector<std::string> names = Texts(all, "logs");
  for (const std::string& name : names) {
    logs += (logs.empty() ? "" : ",") + name;
  }
  std::sort(names.begin(), names.end());
  if (std::adjacent_find(names.begin(), names.end()) != names.end()) {
    all.Refuse("logs", "name one of them twice");
  }
  words.logs = logs;
  words.shape = all.Text("shape");
  words.frame = all.Text("frame");
  words.batch_bytes = NumberWord(all, "batch_bytes");
  words.compress = TextWord(all, "compress");
  words.layout = TextWord(all, "layout");
  words.rotate = NumberWord(all, "rotate_bytes");
  if (all.Has("faults")) words.faults = Texts(all, "faults");
  std::vector<Problem> problems;
  Job job = ReadJob(words, profile, problems);
  for (const Problem& problem : problems) {
    add("/" + problem.source.substr(problem.source.find_first_not_of('-')),
        problem.message);
  }
  return job;
}

void ReadCounts(const Json& json, const AddProblem& add, Tally& tally) {
  const JsonMembers counts(json, "/counts", add);
  tally.calls = counts.Count("calls");
  const JsonMembers records(counts.Object("records"), "/counts/records", add);
  for (const LogInfo& log : Logs()) {
    tally.records[log.log] = records.Count(std::string(log.name).c_str());
  }
  for (const LogType log : kLogTypes) {
    const CountedEndings& endings = DescriptorOf(log).endings;
    const auto read = [&counts](std::string_view key, std::uint64_t& count) {
      if (!key.empty()) count = counts.Count(std::string(key).c_str());
    };
    read(endings.failed_key, tally.failed[log]);
    read(endings.canceled_key, tally.canceled[log]);
  }
}

// Whether the name is that of something in or below the manifest's directory.
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
      members.Refuse("part", "is of no data set that is complete");
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

StreamPoint ReadPoint(const JsonMembers& members) {
  StreamPoint point;
  point.file.number = members.Count("file");
  point.file.hour = members.Hour("hour");
  point.open = members.Flag("open");
  point.records = members.Count("records");
  const Json& bytes = members.Array("bytes");
  if (bytes.size() != point.bytes.size()) {
    members.Refuse("bytes", "has not a number for each log");
  } else {
    for (std::size_t i = 0; i < point.bytes.size(); ++i) {
      if (bytes[i].is_number_unsigned() &&
          bytes[i].get<std::uint64_t>() <= JsonMembers::kMostCount) {
        point.bytes[kLogTypes[i]] = bytes[i].get<std::uint64_t>();
      } else {
        members.Refuse("bytes", bytes[i].dump() + " is no number of bytes");
      }
    }
  }
  point.file_records = members.Count("file_records");
  point.file_bytes = members.Count("file_bytes");
  point.file_text = members.Count("file_text");
  point.written_text = members.Count("written_text");
  point.framing.begun = members.Flag("begun");
  point.framing.message_bytes = members.Count("message_bytes");
  return point;
}

// How far the streams had got: one for each log, or one for all of them; none
// when the run had hardly begun.
void ReadPoints(const JsonMembers& all, const AddProblem& add,
                Manifest& manifest) {
  const Job& job = manifest.job;
  if (!all.Has("resume")) return;
  const Json& points = all.Array("resume");
  if (points.size() != 1 && points.size() != job.logs.size()) {
    add("/resume", "is not one place for each log, or one for all");
    return;
  }
  auto log = job.logs.begin();
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::string pointer = "/resume/" + std::to_string(i);
    const JsonMembers members(points[i], pointer, add);
    const StreamPoint& point =
        manifest.streams.emplace_back(ReadPoint(members));
    LogSet of_stream = job.logs;
    std::string category;
    // A file of its own is called by its log.
    const bool is_one_file =
        !manifest.files.empty() && manifest.files.front().category.empty();
    if (!is_one_file) {
      if (log == job.logs.end()) return;
      of_stream = {*log};
      category = Info(*log).category;
      ++log;
    }
    std::vector<const Manifest::File*> files;
    for (const Manifest::File& file : manifest.files) {
      if (file.category == category) files.push_back(&file);
    }
    CheckPoint(job, of_stream, point, files, members);
  }
}

// What a receiver was sent, log by log.
Deliveries ReadDeliveries(const Json& json, const Job& job,
                          const AddProblem& add) {
  Deliveries deliveries;
  const JsonMembers members(json, "/deliveries", add);
  deliveries.target = members.Text("to");
  deliveries.by_clock = members.Has("by_clock") && members.Flag("by_clock");
  const JsonMembers logs(members.Object("logs"), "/deliveries/logs", add);
  for (const LogType log : job.logs) {
    const std::string name(Info(log).name);
    const JsonMembers entry(logs.Object(name.c_str()),
                            "/deliveries/logs/" + name, add);
    const std::uint64_t planned = deliveries.planned[log] =
        entry.Count("planned");
    const auto read = [&](const char* list, Deliveries::Lists& lists) {
      std::uint64_t end = 0;
      for (const Json& range : entry.Array(list)) {
        const bool is_range = range.is_array() && range.size() == 2 &&
                              range[0].is_number_unsigned() &&
                              range[1].is_number_unsigned() &&
                              range[0].get<std::uint64_t>() >= end &&
                              range[0].get<std::uint64_t>() <= planned &&
                              range[1].get<std::uint64_t>() <=
                                  planned - range[0].get<std::uint64_t>();
        if (!is_range) {
          entry.Refuse(list, range.dump() +
                                 " is not a range of the planned records, "
                                 "behind those before it");
          return;
        }
        lists[log].push_back(
            {range[0].get<std::uint64_t>(), range[1].get<std::uint64_t>()});
        end = lists[log].back().first + lists[log].back().count;
      }
    };
    read("failed", deliveries.failed);
    read("dropped", deliveries.dropped);
    read("not_sent", deliveries.not_sent);
  }
  return deliveries;
}

// Whether its format is this version's.
bool HasOwnFormat(const Json& json, const AddProblem& add) {
  const auto format = json.find("format");
  if (format == json.end() || *format == kFormat) return true;
  add("/format", format->dump() + " is another format than this version's, " +
                     std::to_string(kFormat) +
                     ": verify with the version that made it, " +
                     json.value("busyhour", Json()).dump());
  return false;
}

// A JSON that is this version's, and as it was written.
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

std::optional<SavedManifest> ReadSigned(const Json& json,
                                        const AddProblem& add) {
  const JsonMembers all(json, "", add);
  SavedManifest saved;
  Manifest& manifest = saved.manifest;
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
  manifest.job = ReadJobOf(all, saved.profile, add);
  ReadCounts(all.Object("counts"), add, manifest.tally);
  manifest.files = ReadFiles(all, manifest.complete, add);
  if (all.Has("resume") && manifest.complete) {
    all.Refuse("resume", "is of no job that is complete");
  }
  if (all.Has("deliveries")) {
    if (all.Has("resume") || !manifest.files.empty()) {
      all.Refuse("deliveries", "do not go with files");
    }
    manifest.job.to_receiver = true;
    manifest.deliveries =
        ReadDeliveries(all.Object("deliveries"), manifest.job, add);
  } else {
    if (manifest.complete && manifest.files.empty() &&
        manifest.job.layout != Layout::kStorage) {
      all.Refuse("files", "are none, and the job is complete");
    }
    ReadPoints(all, add, manifest);
  }
  if (manifest.complete) CheckComplete(manifest, add);
  return saved;
}

// All that decides which bytes come out.
constexpr std::array<const char*, 13> kJobKeys = {
    "format", "seed",         "start", "extent",      "shard",
    "logs",   "shape",        "frame", "batch_bytes", "compress",
    "layout", "rotate_bytes", "faults"};

// How a key of another job is spoken of.
std::string ValueText(const Json& json, const char* key) {
  return json.contains(key) ? std::string(key) + ' ' + json[key].dump()
                            : "no " + std::string(key);
}

}  // namespace

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
  const std::size_t before = problems.size();
  const std::optional<Json> json = LoadManifestJson(path, problems);
  if (!json) return std::nullopt;
  const AddProblem add = [&](const std::string& pointer, std::string message) {
    problems.push_back({path, 0, 0, pointer, std::move(message)});
  };
  if (std::string why = TamperedWith(*json); !why.empty()) {
    add("", std::move(why));
    return std::nullopt;
  }
  const JsonMembers all(*json, "", add);
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
  const Json here = Json::parse(wanted.Text());
  for (const char* key : kJobKeys) {
    if (there->value(key, Json()) == here.value(key, Json())) continue;
    refuse(path + " is of another job: it has " + ValueText(*there, key) +
           ", and this one " + ValueText(here, key));
  }
  if (there->value("profile_text", Json()) != here["profile_text"]) {
    refuse(path + " is of another job: its profile, " +
           there->value("profile", Json()).dump() + ", has another text");
  }
  if (there->contains("deliveries")) {
    refuse(path + " is of records that were sent, and of no files");
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

}  // namespace busyhour
