#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "busyhour/error.h"
#include "job/job.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// A job as given by a command line, a manifest or a program. `JobOptions`
/// reads each part; `ResolveJob` applies the defaults.
struct JobSpec {
  /// A shipped profile's name, or a file's path.
  std::string profile = "quickstart";
  /// Changes of the profile's values, see `ChangedProfile`.
  std::vector<std::string> profile_changes;
  /// The names of incidents that do not happen, or `all`.
  std::vector<std::string> without;
  std::uint64_t seed = 1;
  std::optional<SimTime> start;  ///< default: the profile's
  std::optional<Extent> extent;  ///< default: `kDefaultExtent`
  std::int64_t warm_up_ms = 0;   ///< as `Job::warm_up_ms`
  bool cuts_off = false;         ///< as `Job::cuts_off`
  /// The end of the calls' attempts, if the extent is given in this way: the
  /// extent is then the duration from the start.
  std::optional<SimTime> until;
  /// Selects calls by what happened in them, see `CallFilter`; empty for all.
  std::string where;
  std::string where_source = "--where";  ///< in messages
  /// Numbers of calls by expression, see `ReadPick`, and the calls that were
  /// picked, if a manifest has them.
  std::vector<std::string> picks;
  std::vector<CallKey> picked;
  Shard shard;
  std::optional<LogSet> logs;  ///< default: the profile's
  std::optional<Shape> shape;  ///< default: that of the frame
  std::optional<Frame> frame;  ///< default: jsonl
  /// Only for frames that have messages. Default: `Job::message_bytes`.
  std::optional<std::uint64_t> message_bytes;
  std::optional<Compression> compression;  ///< default: that of the frame
  int level = 0;                           ///< as `Job::level`
  std::optional<GuidForm> guids;  ///< default: `uuid`, for columnar frames
  Layout layout = Layout::kFlat;
  std::uint64_t rotate_bytes = 0;  ///< 0 for never
  /// Whether records go to a receiver, see `Job`.
  bool to_receiver = false;
  /// Rules that are added to those of the profile.
  std::vector<FaultRule> faults;
};

inline constexpr Extent kDefaultExtent = {Extent::Kind::kDuration,
                                          10 * kMsPerMinute};

/// The profile of `spec`, with its changes and without its left-out incidents.
/// Throws `InputError`.
Profile ProfileOf(const JobSpec& spec);

/// The job of `spec` with `profile`. Invalid combinations are added to
/// `problems`, each under its option's name (`--layout`); the job must not be
/// used then.
Job ResolveJob(const JobSpec& spec, const Profile& profile,
               std::vector<Problem>& problems);

/// Adds a problem if a file of the job's frame cannot contain the job's shape,
/// or `logs` logs.
void CheckFrame(const Job& job, std::size_t logs,
                std::vector<Problem>& problems);

}  // namespace busyhour::internal
