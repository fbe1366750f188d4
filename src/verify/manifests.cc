#include "verify/manifests.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <utility>

#include "base/units.h"
#include "engine/call_source.h"
#include "engine/job_calls.h"
#include "job/fault_rules.h"
#include "job/picks.h"
#include "profile/load.h"
#include "profile/resource_key.h"

namespace busyhour::internal {
namespace {

// The progress of file streams: one stream for each log, or one for all logs.
// The manifest of a run that had just begun contains none.
std::vector<StreamExtent> StreamsOf(const Manifest& manifest) {
  const Job& job = manifest.job;
  std::vector<StreamExtent> streams;
  for (const LogType log : job.logs) streams.emplace_back().logs = {log};
  if (manifest.streams.size() == 1) streams = {{job.logs, 0}};
  for (std::size_t i = 0; i < manifest.streams.size(); ++i) {
    streams[i].records = manifest.streams[i].records;
  }
  return streams;
}

// What was sent to a receiver, by log. Records of failed requests may have
// arrived, but are not required.
std::vector<StreamExtent> StreamsOf(const Deliveries& deliveries,
                                    const Job& job) {
  std::vector<StreamExtent> streams;
  for (const LogType log : job.logs) {
    StreamExtent& stream = streams.emplace_back();
    stream.logs = {log};
    stream.records = deliveries.planned[log];
    for (const Deliveries::Lists* lists :
         {&deliveries.failed, &deliveries.dropped, &deliveries.not_sent}) {
      stream.gaps.insert(stream.gaps.end(), (*lists)[log].begin(),
                         (*lists)[log].end());
    }
    std::sort(stream.gaps.begin(), stream.gaps.end(),
              [](const RecordRange& a, const RecordRange& b) {
                return a.first < b.first;
              });
  }
  return streams;
}

std::string WhereOf(const Job& job) {
  return job.filter == nullptr ? std::string() : job.filter->text();
}

// Whether the windows of two jobs select records by the same time.
bool HaveSamePlaces(const Job& one, const Job& other) {
  return Info(one.layout).by_own_time == Info(other.layout).by_own_time;
}

// Whether jobs with the same start and extent have the same records of calls.
bool HaveSameWindow(const Job& one, const Job& other) {
  return one.warm_up_ms == other.warm_up_ms && one.cuts_off == other.cuts_off &&
         ((one.warm_up_ms == 0 && !one.cuts_off) || HaveSamePlaces(one, other));
}

// Whether the window of one job ends before that of the other begins.
bool HaveDisjointWindows(const Job& one, const Job& other) {
  const JobWindow a = JobWindowOf(one);
  const JobWindow b = JobWindowOf(other);
  return HaveSamePlaces(one, other) && (a.to <= b.from || b.to <= a.from);
}

// Whether two jobs have the same calls, and differ at most in their logs.
bool SameCalls(const SavedManifest& a, const SavedManifest& b) {
  const Job& one = a.manifest.job;
  const Job& other = b.manifest.job;
  // Jobs that ended by the clock may differ in length.
  const auto ends_by_clock = [](const SavedManifest& saved) {
    return saved.manifest.was_sent() &&
           saved.manifest.deliveries.front().by_clock;
  };
  const bool by_clock = ends_by_clock(a) && ends_by_clock(b);
  return a.profile.text == b.profile.text && one.seed == other.seed &&
         one.start == other.start && one.extent.kind == other.extent.kind &&
         (by_clock || one.extent.amount == other.extent.amount) &&
         one.shard.count == other.shard.count && HaveSameWindow(one, other) &&
         WhereOf(one) == WhereOf(other) && one.picked == other.picked &&
         AddedFaults(one) == AddedFaults(other);
}

bool SameJob(const SavedManifest& a, const SavedManifest& b) {
  return a.manifest.job.logs == b.manifest.job.logs && SameCalls(a, b);
}

// If two complete jobs write different logs of the same calls, makes `a` the
// job that writes all of these.
bool AddLogs(SavedManifest& a, const SavedManifest& b) {
  Manifest& to = a.manifest;
  const Manifest& from = b.manifest;
  const bool counts_calls = to.job.extent.kind == Extent::Kind::kDuration ||
                            to.job.extent.kind == Extent::Kind::kCalls;
  const bool have_log_in_common =
      std::any_of(kLogTypes.begin(), kLogTypes.end(), [&](LogType log) {
        return to.job.logs.Has(log) && from.job.logs.Has(log);
      });
  if (have_log_in_common || !counts_calls || !to.complete || !from.complete ||
      to.was_sent() || from.was_sent() ||
      to.job.shard.index != from.job.shard.index ||
      to.job.shape != from.job.shape || !SameCalls(a, b)) {
    return false;
  }
  for (const LogType log : from.job.logs) {
    to.job.logs.Add(log);
    to.tally.records[log] = from.tally.records[log];
  }
  return true;
}

// The ids of a job's resources, as keys.
std::set<std::uint64_t> KeysOf(const SavedManifest& saved) {
  const std::uint64_t seed = saved.manifest.job.seed;
  if (saved.profile.resources.empty()) {
    return {ResourceKey(seed, saved.profile.resource)};
  }
  std::set<std::uint64_t> keys;
  for (const Profile& each : saved.profile.resources) {
    keys.insert(ResourceKey(seed, each.resource));
  }
  return keys;
}

// The end of the time in which the calls of a job begin. Calls of an extent
// that is no time are simulated.
std::int64_t EndOfCallsMs(const SavedManifest& saved) {
  Job job = saved.manifest.job;
  if (job.extent.kind == Extent::Kind::kDuration) return EndMsOf(job);
  job.shard = {};
  const Worlds worlds(saved.profile, job.seed, job.start);
  std::uint64_t end_slot = 0;
  JobCalls calls(worlds, job, 1);
  while (calls.Next([&](std::span<const Record> records) {
    if (records.empty()) return;
    end_slot = std::max(end_slot, records.front().call().slot + 1);
  })) {
  }
  return static_cast<std::int64_t>(end_slot) * kMsPerSecond;
}

// A manifest, with what comparing it with others has found out: each is
// compared with many.
struct ComparedManifest : SavedManifest {
  std::optional<std::set<std::uint64_t>> keys;
  std::optional<std::int64_t> end_of_calls_ms;

  const std::set<std::uint64_t>& Keys() {
    if (!keys) keys = KeysOf(*this);
    return *keys;
  }
  std::int64_t EndMs() {
    if (!end_of_calls_ms) end_of_calls_ms = EndOfCallsMs(*this);
    return *end_of_calls_ms;
  }
};

// Whether two jobs may have the same records of calls: of the same resource, at
// the same times.
bool MayOverlap(ComparedManifest& a, ComparedManifest& b) {
  if (HaveDisjointWindows(a.manifest.job, b.manifest.job)) return false;
  const std::set<std::uint64_t>& keys = a.Keys();
  const std::set<std::uint64_t>& others = b.Keys();
  if (std::none_of(keys.begin(), keys.end(),
                   [&](std::uint64_t key) { return others.contains(key); })) {
    return false;
  }
  const SimTime first = FirstAttemptOf(a.manifest.job);
  const SimTime other = FirstAttemptOf(b.manifest.job);
  return first <= other ? other.ms < a.EndMs() : first.ms < b.EndMs();
}

bool HaveSameFiles(const Manifest& a, const Manifest& b) {
  return !a.files.empty() &&
         std::equal(a.files.begin(), a.files.end(), b.files.begin(),
                    b.files.end(),
                    [](const Manifest::File& one, const Manifest::File& other) {
                      return one.name == other.name &&
                             one.fingerprint == other.fingerprint;
                    });
}

// Why two manifests cannot be verified together; empty if they can.
std::string ObjectionToBoth(ComparedManifest& a, ComparedManifest& b,
                            const std::string& path_of_a) {
  if (SameJob(a, b)) {
    const Shard& shard = a.manifest.job.shard;
    if (shard.index != b.manifest.job.shard.index) return "";
    if (HaveSameFiles(a.manifest, b.manifest))
      return "is a copy of " + path_of_a;
    return (shard.count > 1 ? "is the same shard as " : "is the same job as ") +
           path_of_a;
  }
  return MayOverlap(a, b) ? "may have the same calls as " + path_of_a +
                                ": jobs of one resource and seed must follow "
                                "each other in time (--cut-off before a job "
                                "with --warm-up), or differ only in their logs"
                          : "";
}

// Makes the resources of a job, which were counted from 0, these.
void SetResources(ResourceRange resources, Job& job) {
  job.resources = resources;
  if (job.picked.empty()) return;
  for (CallKey& call : job.picked) call.resource += resources.first;
  job.filter = FilterOf(job.picked);
}

// Those of the shards that sent the records of a merged manifest.
std::vector<ComparedManifest> ShardsOf(ComparedManifest saved) {
  std::vector<ComparedManifest> shards;
  const std::size_t count = saved.manifest.deliveries.size();
  if (count < 2) {
    shards.push_back(std::move(saved));
    return shards;
  }
  for (std::size_t i = 0; i < count; ++i) {
    ComparedManifest& shard = shards.emplace_back(saved);
    shard.manifest.deliveries = {saved.manifest.deliveries[i]};
    shard.manifest.job.shard = {static_cast<std::uint32_t>(i),
                                static_cast<std::uint32_t>(count)};
  }
  return shards;
}

}  // namespace

SentJobs ReadManifests(const std::vector<std::string>& paths) {
  std::vector<Problem> problems;
  std::vector<ComparedManifest> reads;
  std::vector<std::string> read_paths;
  std::vector<std::string> all;
  for (const std::string& given : paths) {
    for (std::string& path : ManifestPathsOf(given)) {
      all.push_back(std::move(path));
    }
  }
  for (const std::string& path : all) {
    std::optional<SavedManifest> saved = ReadManifest(path, problems);
    if (!saved) continue;
    ComparedManifest read{std::move(*saved), {}, {}};
    const auto same_calls = std::find_if(
        reads.begin(), reads.end(),
        [&](SavedManifest& other) { return AddLogs(other, read); });
    if (same_calls != reads.end()) {
      same_calls->end_of_calls_ms.reset();  // it has calls of more logs
      read_paths[static_cast<std::size_t>(same_calls - reads.begin())] +=
          ", " + path;
      continue;
    }
    for (std::size_t i = 0; i < reads.size(); ++i) {
      std::string why = ObjectionToBoth(reads[i], read, read_paths[i]);
      if (why.empty()) continue;
      if (path == read_paths[i]) why = "is named twice";
      problems.push_back({path, 0, 0, "", std::move(why)});
    }
    for (ComparedManifest& shard : ShardsOf(std::move(read))) {
      reads.push_back(std::move(shard));
      read_paths.push_back(path);
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  SentJobs sent;
  for (const SavedManifest& read : reads) {
    const Manifest& manifest = read.manifest;
    sent.jobs.push_back(manifest.job);
    auto& counts = sent.counts.emplace_back();
    auto& streams = sent.streams.emplace_back();
    if (manifest.was_sent()) {
      streams = StreamsOf(manifest.deliveries.front(), manifest.job);
    } else if (!manifest.complete) {
      const Layout layout = manifest.job.layout;
      // A record's number in its stream says nothing about its delivery, or
      // there are streams for each resource.
      if (Info(layout).by_own_time ||
          (layout != Layout::kFlat && !read.profile.resources.empty())) {
        problems.push_back(
            {read_paths[sent.jobs.size() - 1], 0, 0, "/state",
             "is interrupted: with layout " + std::string(Info(layout).name) +
                 (read.profile.resources.empty() ? ""
                                                 : " and several resources") +
                 ", only a complete job can be verified; generate --resume "
                 "completes it"});
        continue;
      }
      streams = StreamsOf(manifest);
    } else {
      counts = manifest.tally.records;
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  for (SavedManifest& read : reads) {
    sent.profiles.push_back(std::move(read.profile));
  }
  sent.paths = std::move(read_paths);
  return sent;
}

void AddWorlds(SentJobs& sent, Worlds& worlds) {
  for (std::size_t i = 0; i < sent.jobs.size(); ++i) {
    Job& job = sent.jobs[i];
    const Profile& profile = sent.profiles[i];
    // Shards of one job have the same worlds.
    const auto same = std::find_if(
        sent.jobs.begin(), sent.jobs.begin() + static_cast<std::ptrdiff_t>(i),
        [&](const Job& other) {
          return other.seed == job.seed && other.start == job.start &&
                 sent.profiles[static_cast<std::size_t>(&other -
                                                        sent.jobs.data())]
                         .text == profile.text;
        });
    if (same != sent.jobs.begin() + static_cast<std::ptrdiff_t>(i)) {
      SetResources(same->resources, job);
      continue;
    }
    const auto count = static_cast<std::uint32_t>(
        std::max<std::size_t>(profile.resources.size(), 1));
    if (worlds.size() + count > kMostResources) {
      throw InputError("--manifest", "the jobs have more than " +
                                         FormatCount(kMostResources) +
                                         " resources together");
    }
    SetResources({worlds.size(), count}, job);
    worlds.Add(profile, job.seed, job.start);
  }
}

void CheckCounts(const SentJobs& sent, std::size_t job,
                 const PerLog<std::uint64_t>& records,
                 std::vector<Problem>& problems) {
  if (sent.streams.size() > job && sent.streams[job]) {
    std::size_t number = 0;
    for (const StreamExtent& stream : *sent.streams[job]) {
      std::uint64_t made = 0;
      for (const LogType log : stream.logs) made += records[log];
      if (stream.records > made) {
        problems.push_back({sent.paths[job], 0, 0,
                            "/resume/" + std::to_string(number) + "/records",
                            FormatCount(stream.records) +
                                " records are more than the job has, " +
                                FormatCount(made) +
                                ": the manifest was made by another version"});
      }
      ++number;
    }
  }
  if (!sent.counts[job]) return;
  for (const LogType log : sent.jobs[job].logs) {
    const std::uint64_t told = (*sent.counts[job])[log];
    if (told == records[log]) continue;
    problems.push_back(
        {sent.paths[job], 0, 0,
         "/counts/records/" + std::string(Info(log).name),
         FormatCount(told) + " records are not what the job has, " +
             FormatCount(records[log]) +
             ": the manifest has been edited, or was made by another version"});
  }
}

}  // namespace busyhour::internal
