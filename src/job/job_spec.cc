#include "job/job_spec.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "encode/shape.h"
#include "job/fault_rules.h"
#include "job/job_options.h"
#include "job/picks.h"
#include "profile/load.h"

namespace busyhour::internal {
namespace {

// Takes what is wrong with an option; an empty text is nothing.
using Refuse = std::function<void(const char* option, std::string message)>;

// Options that columns and rows of text do not share.
void CheckColumns(const JobSpec& spec, const Job& job, const Refuse& refuse) {
  const FrameInfo& frame = Info(job.frame);
  const std::string name(frame.name);
  if (spec.guids && !frame.is_columnar) {
    refuse("--ids",
           "requires --frame parquet: the text of records has ids as "
           "text");
  }
  if (frame.is_columnar && job.extent.kind == Extent::Kind::kBytes) {
    refuse("--bytes", "counts the text of records, which frame " + name +
                          " does not have; use --records");
  }
}

void CheckFiles(const Job& job, const Refuse& refuse) {
  const std::string layout(Info(job.layout).name);
  if (job.layout != Layout::kFlat && job.frame != Frame::kJsonl) {
    refuse("--layout", layout + " requires --frame jsonl, as in Azure");
  }
  if (job.layout == Layout::kDataExport && job.shape != Shape::kDataExport) {
    refuse("--layout", layout + " requires --shape data-export, not " +
                           std::string(Info(job.shape).name));
  }
  if (job.rotate_bytes == 0) return;
  if (job.layout == Layout::kStorage) {
    refuse("--rotate",
           "cannot be combined with --layout storage, which writes one file "
           "per hour");
  }
  if (job.compression == Compression::kLz4 && !RowsOf(job).before.empty()) {
    refuse("--rotate", "cannot be combined with --compress lz4 and frame " +
                           std::string(Info(job.frame).name) +
                           "; use gzip or zstd");
  }
}

// Why the level cannot be used; empty if it can.
std::string ReasonAgainstLevel(const Job& job) {
  if (job.level == 0) return {};
  if (job.compression != Compression::kGzip &&
      job.compression != Compression::kZstd) {
    return "requires --compress gzip or zstd";
  }
  constexpr int kMostOfGzip = 9;
  if (job.compression == Compression::kZstd || job.level <= kMostOfGzip) {
    return {};
  }
  return std::to_string(job.level) + " is above 9, the highest level of gzip";
}

void ResolvePicks(const JobSpec& spec, const Profile& profile, Job& job,
                  std::vector<Problem>& problems) {
  std::uint64_t calls = 0;
  for (const std::string& text : spec.picks) {
    // A place in one of several is of no use without its text.
    const std::string source =
        spec.picks.size() > 1 ? "--pick " + Quoted(text) : "--pick";
    job.picks.push_back(ReadPick(text, profile, source, problems));
    calls += job.picks.back().calls;
  }
  if (calls > kMostPicked) {
    problems.push_back(
        {"--pick", 0, 0, "", "picks more than 100,000 calls in all"});
  }
  for (std::size_t i = 1; i < job.picks.size(); ++i) {
    const auto end = job.picks.begin() + static_cast<std::ptrdiff_t>(i);
    const auto same =
        std::find_if(job.picks.begin(), end, [&](const CallPick& other) {
          return !other.expression.empty() &&
                 other.expression == end->expression;
        });
    if (same == end) continue;
    problems.push_back({"--pick", 0, 0, "",
                        "\"" + end->text + "\" has the expression of \"" +
                            same->text + "\": no number of calls is both"});
  }
  const bool is_window = spec.warm_up_ms > 0 || spec.cuts_off;
  if (!spec.picks.empty() && is_window) {
    problems.push_back(
        {"--pick", 0, 0, "",
         "determines the calls, and the job has all their "
         "records; it cannot be combined with --" +
             std::string(spec.cuts_off ? "cut-off" : "warm-up")});
  }
  job.picked = spec.picked;
  if (!spec.picked.empty()) {
    job.filter = FilterOf(spec.picked);
  } else if (!spec.picks.empty() && (spec.extent || !spec.where.empty())) {
    problems.push_back(
        {"--pick", 0, 0, "",
         "determines the calls; it cannot be combined with --" +
             (spec.where.empty() ? std::string(ExtentOptionOf(spec))
                                 : std::string("where"))});
  }
}

// The time and the extent.
void ResolveWindow(const JobSpec& spec, const Profile& profile, Job& job,
                   const Refuse& refuse) {
  job.start = spec.start.value_or(profile.traffic.start);
  job.extent = spec.extent.value_or(kDefaultExtent);
  if (spec.until && *spec.until > job.start) {
    job.extent.amount =
        static_cast<std::uint64_t>(spec.until->ms - job.start.ms);
  } else if (spec.until) {
    refuse("--until", FormatTime(*spec.until) + " is not after the start, " +
                          FormatTime(job.start));
  }
  job.warm_up_ms = spec.warm_up_ms;
  if (FirstAttemptOf(job).ms < 0) {
    refuse("--warm-up",
           "begins before 1970, at the start " + FormatTime(job.start));
  }
  job.cuts_off = spec.cuts_off;
  if (spec.cuts_off && job.extent.kind != Extent::Kind::kDuration) {
    refuse("--cut-off",
           "requires an end in time, --duration or --until: with "
           "--" +
               std::string(ExtentOptionOf(spec)) +
               ", the job ends with a call");
  }
  if (job.extent.kind == Extent::Kind::kDuration &&
      job.extent.amount >
          static_cast<std::uint64_t>(kLatestTime.ms - job.start.ms)) {
    refuse("--duration", "exceeds the year 2499 from " + FormatTime(job.start));
  }
}

// The form of the records and of the files.
void ResolveForm(const JobSpec& spec, Job& job) {
  job.frame = spec.frame.value_or(Frame::kJsonl);
  job.shape = spec.shape.value_or(spec.layout == Layout::kDataExport
                                      ? Shape::kDataExport
                                      : Info(job.frame).default_shape);
  job.to_receiver = spec.to_receiver;
  job.message_bytes = spec.message_bytes.value_or(job.message_bytes);
  job.compression =
      spec.compression.value_or(Info(job.frame).default_compression);
  job.level = spec.level;
  job.guids = spec.guids.value_or(job.guids);
  job.layout = spec.layout;
  job.rotate_bytes = spec.rotate_bytes;
}

// Whether its parts go together.
void CheckForm(const JobSpec& spec, const Profile& profile, const Job& job,
               const Refuse& refuse) {
  const auto has_messages = [](const FrameInfo& info) {
    return info.has_messages;
  };
  if (spec.message_bytes && !has_messages(Info(job.frame))) {
    refuse("--batch-bytes", "requires --frame " + FrameNames(has_messages));
  }
  refuse("--compress", ReasonAgainst(job.frame, job.compression));
  refuse("--level", ReasonAgainstLevel(job));
  CheckColumns(spec, job, refuse);
  CheckFiles(job, refuse);
  if (!profile.resources.empty() && job.layout != Layout::kFlat &&
      job.compression == Compression::kLz4) {
    refuse("--compress", "lz4 cannot be combined with --layout " +
                             std::string(Info(job.layout).name) +
                             " and several resources; use gzip or zstd");
  }
}

// Those of the profile, of its incidents and of the options.
void ResolveFaults(const JobSpec& spec, const Profile& profile, Job& job) {
  job.faults = profile.faults;
  const std::vector<FaultRule> of_incidents = FaultsOf(profile.incidents);
  job.faults.insert(job.faults.end(), of_incidents.begin(), of_incidents.end());
  if (std::all_of(job.faults.begin(), job.faults.end(),
                  [](const FaultRule& rule) {
                    return !rule.incident.empty() && rule.rate <= 0;
                  })) {
    job.faults.clear();
  }
  job.faults.insert(job.faults.end(), spec.faults.begin(), spec.faults.end());
  job.added_faults = spec.faults.size();
}

}  // namespace

Profile ProfileOf(const JobSpec& spec) {
  return LoadProfile(spec.profile, {spec.profile_changes, spec.without});
}

Job ResolveJob(const JobSpec& spec, const Profile& profile,
               std::vector<Problem>& problems) {
  const Refuse refuse = [&problems](const char* option, std::string message) {
    if (message.empty()) return;
    problems.push_back({option, 0, 0, "", std::move(message)});
  };
  Job job;
  job.seed = spec.seed;
  ResolveWindow(spec, profile, job, refuse);
  if (!spec.where.empty()) {
    job.filter =
        CallFilter::Read(spec.where, profile, spec.where_source, problems);
  }
  ResolvePicks(spec, profile, job, problems);
  job.shard = spec.shard;
  job.logs = spec.logs.value_or(profile.logs);
  ResolveForm(spec, job);
  ResolveFaults(spec, profile, job);
  CheckForm(spec, profile, job, refuse);
  CheckFaults(job, profile.name, problems);
  return job;
}

void CheckFrame(const Job& job, std::size_t logs,
                std::vector<Problem>& problems) {
  std::string reason = ReasonAgainstFile(job.frame, job.shape, logs);
  if (reason.empty()) return;
  problems.push_back({"--frame", 0, 0, "", std::move(reason)});
}

}  // namespace busyhour::internal
