#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "base/units.h"
#include "verify/hint_list.h"

namespace busyhour::internal {
namespace {

class LossHints {
 public:
  explicit LossHints(HintList& list) : list_(list) {}

  void Write() {
    const std::size_t before = list_.hints.size();
    AddMissingLogs();
    AddMissingJobs();
    AddMissingResources();
    // All blobs of these are missing.
    const bool are_named = list_.hints.size() > before;
    if (are_named || !AddMissingBlobs()) AddWindow();
    AddLostValues();
  }

 private:
  void AddMissingLogs() {
    std::vector<std::string> names;
    std::uint64_t records = 0;
    for (const LogInfo& log : Logs()) {
      const VerifyCounts& counts = list_.verdict.logs[log.log];
      if (counts.sent == 0 || counts.lost < counts.sent) continue;
      names.emplace_back(log.name);
      records += counts.lost;
    }
    // Undecodable records may be those of the log.
    if (names.empty() || list_.verdict.total.undecodable >= records) return;
    list_.Add(
        "missing_log",
        "No record of " + Listed(names) + " arrived (" +
            RecordsInWords(records) +
            "). Check whether its file or stream is among the inputs; --logs "
            "judges only the logs that it names.");
  }

  static std::string NameOf(const VerifyJob& job) {
    return job.shard.empty() ? job.profile + " from " + FormatTime(job.start)
                             : "shard " + job.shard;
  }

  void AddMissingJobs() {
    std::vector<std::string> names;
    for (const VerifyJob& job : list_.verdict.jobs) {
      if (job.sent > 0 && job.arrived == 0) names.push_back(NameOf(job));
    }
    if (names.empty()) return;
    list_.Add("missing_job",
              "No record of " + Listed(names) +
                  " arrived. Check whether its output is among the "
                  "inputs.");
  }

  void AddMissingResources() {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < list_.sent.jobs.size(); ++i) {
      const ResourceRange& range = list_.sent.jobs[i].resources;
      const std::vector<Profile>& profiles = list_.sent.profiles[i].resources;
      for (std::size_t at = 0; at < profiles.size(); ++at) {
        const VerifyShare& share = list_.verdict.resources[range.first + at];
        if (share.sent == 0 || share.arrived > 0) continue;
        const std::string& name = profiles[at].resource.name;
        if (std::find(names.begin(), names.end(), name) == names.end()) {
          names.push_back(name);
        }
      }
    }
    if (names.empty()) return;
    list_.Add(
        "missing_resource",
        "No record of resource " + Listed(names) +
            " arrived. Check the diagnostic settings or the route of each "
            "resource.");
  }

  const std::string& NameOf(const LostPattern::Blob& blob) const {
    const Profile& profile = list_.sent.profiles[blob.job];
    if (profile.resources.empty()) return profile.resource.name;
    const ResourceRange& range = list_.sent.jobs[blob.job].resources;
    return profile.resources[blob.resource - range.first].resource.name;
  }

  // A few files of a storage account, each of one log, resource and hour.
  bool AddMissingBlobs() {
    const LostPattern& lost = list_.verdict.lost_pattern;
    const std::uint64_t blobs = lost.lost_blobs;
    // Of smaller ones, all records may be lost by chance.
    if (blobs == 0 || blobs > kMostLostBlobs ||
        lost.lost_in_blobs < blobs * kLeastInCommon ||
        !IsMost(lost.lost_in_blobs, list_.verdict.total.lost)) {
      return false;
    }
    std::vector<std::string> names;
    for (const LostPattern::Blob& blob : lost.blobs) {
      names.push_back(std::string(Info(blob.log).name) + " of resource " +
                      NameOf(blob) + " in the hour from " +
                      FormatTime(blob.hour));
    }
    list_.Add("missing_blob",
              "No record of " + Listed(names) + " arrived (" +
                  RecordsInWords(lost.lost_in_blobs) + "). Check whether " +
                  (blobs == 1 ? "this blob is" : "these blobs are") +
                  " among the inputs and readable; verify --files compares the "
                  "files with their manifest.");
    return true;
  }

  // Lost records that are next to each other.
  void AddWindow() {
    const LostPattern& lost = list_.verdict.lost_pattern;
    if (list_.verdict.total.lost == 0) return;
    if (IsAtEdge(lost.at_end)) {
      std::optional<SimTime> last;
      for (const LogType log : kLogTypes) {
        if (lost.at_end[log] > 0)
          last = std::max(last, lost.last_received[log]);
      }
      list_.Add(
          "lost_at_end",
          "Nothing" + OfLogs(lost.at_end) +
              " arrived that was delivered after " + FormatTime(*last) +
              " in simulated time. The pipeline stopped, or had not flushed "
              "its buffers; --until judges only records before a time.");
    } else if (IsAtEdge(lost.at_begin)) {
      std::optional<SimTime> first;
      for (const LogType log : kLogTypes) {
        if (lost.at_begin[log] == 0) continue;
        first = std::min(first.value_or(*lost.first_received[log]),
                         *lost.first_received[log]);
      }
      list_.Add(
          "lost_at_start",
          "Nothing" + OfLogs(lost.at_begin) +
              " arrived that was delivered before " + FormatTime(*first) +
              " in simulated time. The pipeline started late, or began to read "
              "at the end of its input" +
              (OfLogs(lost.at_begin).empty()
                   ? "."
                   : ", or a file of that time is missing."));
    } else if (!AddRow()) {
      AddOwnTimes();
    }
  }

  // Whether most lost records are at this edge of the time.
  bool IsAtEdge(const PerLog<std::uint64_t>& lost) const {
    std::uint64_t all = 0;
    for (const std::uint64_t records : lost) all += records;
    return IsMost(all, list_.verdict.total.lost);
  }

  // ` of usage`, if other logs have records, too.
  std::string OfLogs(const PerLog<std::uint64_t>& records) const {
    std::vector<std::string> names;
    bool are_all = true;
    for (const LogInfo& log : Logs()) {
      if (records[log.log] > 0) names.emplace_back(log.name);
      are_all = are_all &&
                (records[log.log] > 0 || list_.verdict.logs[log.log].sent == 0);
    }
    return are_all ? "" : " of " + Listed(names);
  }

  // `of usage of voice-bot from 2026-03-02T08:00:00Z`.
  std::string OwnerOf(const VerifyRun& run, bool is_one_log) const {
    return (is_one_log ? "of " + std::string(Info(run.log).name) + ' ' : "") +
           "of " + NameOf(list_.verdict.jobs[run.job]);
  }

  // Lost records in a row, with received ones before and after them.
  bool AddRow() {
    const std::vector<VerifyRun> runs = list_.verdict.runs.Of("lost");
    if (runs.empty() || runs.front().records < kLeastInCommon) return false;
    SimTime from = runs.front().from;
    SimTime to = runs.front().to;
    std::uint64_t records = 0;
    bool is_one_log = true;
    bool is_one_job = true;
    for (const VerifyRun& run : runs) {
      // A log that is missing as a whole has a hint of its own.
      if (list_.ArrivedOf(run.log) == 0 || run.from > to || run.to < from)
        continue;
      from = std::min(from, run.from);
      to = std::max(to, run.to);
      records += run.records;
      is_one_log = is_one_log && run.log == runs.front().log;
      is_one_job = is_one_job && run.job == runs.front().job;
    }
    if (!IsMost(records, list_.verdict.total.lost)) return false;
    // Of several jobs, the others would have lost records of that time, too.
    const bool is_of_job = is_one_job && list_.verdict.jobs.size() > 1;
    const std::string of_job =
        is_of_job ? OwnerOf(runs.front(), is_one_log) + ", " : "";
    list_.Add(
        "lost_window",
        (records == list_.verdict.total.lost
             ? "All lost records (" + FormatCount(records) + ") are"
             : FormatCount(records) + " of the lost records are") +
            " in a row, " + of_job + "delivered from " + FormatTime(from) +
            " to " + FormatTime(to) + " in simulated time. Look for " +
            (is_of_job ? "a missing or unreadable file of this job."
                       : "a restart or an error of the pipeline, or a missing "
                         "file, of that time."));
    return true;
  }

  // Lost records with neighbouring times of their own, delivered among others.
  void AddOwnTimes() {
    const auto& found = list_.verdict.lost_pattern.own_times;
    if (!found || !IsMost(found->records, list_.verdict.total.lost)) return;
    list_.Add("lost_times",
              FormatCount(found->records) +
                  " of the lost records have own times from " +
                  FormatTime(found->from) + " to " + FormatTime(found->to) +
                  ", rounded to " + FormatDuration(found->period_ms) +
                  ". Look for a filter on the time, or a missing part of an "
                  "export.");
  }

  void AddLostValues() {
    for (const LogInfo& log : Logs()) {
      const auto& found = list_.verdict.lost_pattern.values[log.log];
      if (!found) continue;
      std::vector<std::string> values;
      for (const std::string& value : found->values) {
        values.push_back(Quoted(value));
      }
      list_.Add(
          "lost_values",
          "Of " + std::string(log.name) + ", all records with " + found->field +
              ' ' + Listed(values) + " are lost (" +
              FormatCount(found->records) +
              "), and no others. Look for a filter or a rule about this value "
              "in the pipeline.");
    }
  }

  HintList& list_;
};

}  // namespace

void AddLossHints(HintList& list) { LossHints(list).Write(); }

}  // namespace busyhour::internal
