#include "verify/manifests.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/units.h"
#include "job/fault_rules.h"
#include "profile/load.h"

namespace busyhour {
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

bool SameJob(const SavedManifest& a, const SavedManifest& b) {
  const Job& one = a.manifest.job;
  const Job& other = b.manifest.job;
  // Jobs that ended by the clock may differ in length.
  const bool by_clock =
      a.manifest.deliveries && a.manifest.deliveries->by_clock &&
      b.manifest.deliveries && b.manifest.deliveries->by_clock;
  return a.profile.text == b.profile.text && one.seed == other.seed &&
         one.start == other.start && one.extent.kind == other.extent.kind &&
         (by_clock || one.extent.amount == other.extent.amount) &&
         one.logs == other.logs && one.shard.count == other.shard.count &&
         AddedFaults(one) == AddedFaults(other);
}

}  // namespace

SentJobs ReadManifests(const std::vector<std::string>& paths) {
  std::vector<Problem> problems;
  std::vector<SavedManifest> reads;
  std::vector<std::string> read_paths;
  for (const std::string& given : paths) {
    const std::string path = ManifestPathOf(given);
    std::optional<SavedManifest> read = ReadManifest(path, problems);
    if (!read) continue;
    const auto add = [&](const char* pointer, std::string message) {
      problems.push_back({path, 0, 0, pointer, std::move(message)});
    };
    if (!reads.empty() && !SameJob(reads.front(), *read)) {
      add("", "belongs to another job than " + read_paths.front() +
                  ": several manifests must be shards of one job");
      continue;
    }
    for (std::size_t i = 0; i < reads.size(); ++i) {
      if (reads[i].manifest.job.shard.index == read->manifest.job.shard.index) {
        add("/shard", "is the same shard as " + read_paths[i]);
      }
    }
    reads.push_back(std::move(*read));
    read_paths.push_back(path);
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  SentJobs sent;
  for (const SavedManifest& read : reads) {
    const Manifest& manifest = read.manifest;
    sent.jobs.push_back(manifest.job);
    auto& counts = sent.counts.emplace_back();
    auto& streams = sent.streams.emplace_back();
    if (manifest.deliveries) {
      streams = StreamsOf(*manifest.deliveries, manifest.job);
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
      }
      streams = StreamsOf(manifest);
    } else {
      counts = manifest.tally.records;
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  sent.profile = std::move(reads.front().profile);
  return sent;
}

void CheckCounts(const SentJobs& sent, std::size_t job,
                 const PerLog<std::uint64_t>& records,
                 const std::vector<std::string>& paths,
                 std::vector<Problem>& problems) {
  if (sent.streams.size() > job && sent.streams[job]) {
    std::size_t number = 0;
    for (const StreamExtent& stream : *sent.streams[job]) {
      std::uint64_t made = 0;
      for (const LogType log : stream.logs) made += records[log];
      if (stream.records > made) {
        problems.push_back({ManifestPathOf(paths[job]), 0, 0,
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
        {ManifestPathOf(paths[job]), 0, 0,
         "/counts/records/" + std::string(Info(log).name),
         FormatCount(told) + " records are not what the job has, " +
             FormatCount(records[log]) +
             ": the manifest has been edited, or was made by another version"});
  }
}

}  // namespace busyhour
