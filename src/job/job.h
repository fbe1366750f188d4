#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>
#include <vector>

#include "base/call_key.h"
#include "base/time.h"
#include "encode/guid_form.h"
#include "encode/row.h"
#include "filter/call_filter.h"
#include "framing/frame.h"
#include "job/picks.h"
#include "job/shard.h"
#include "logs/log.h"
#include "logs/record.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// The calls of a run. An extent selects calls by their attempts; all records
/// of a call belong to the run, however late, unless the job is cut off.
struct Extent {
  enum class Kind : std::uint8_t {
    kDuration,  ///< calls attempted within `amount` ms of the start
    kCalls,     ///< the first `amount` attempts, and all that follow from them
    kRecords,   ///< up to the call with which the records reach `amount`
    kBytes,     ///< the same for the bytes of the records, with line ends
  };
  Kind kind = Kind::kDuration;
  std::uint64_t amount = 0;
};

/// The layout of a data set's files in its directory.
enum class Layout : std::uint8_t {
  kFlat,  ///< one file for each log
  /// As a diagnostic setting writes to a storage account: one file for each
  /// log and hour of delivery.
  kStorage,
  /// As the data export of a Log Analytics workspace writes there: one file for
  /// each table and five minutes of the records' own times.
  kDataExport,
};

struct LayoutInfo {
  Layout layout;
  /// Its name in options.
  std::string_view name;
  /// A file holds the records of a period of this length; 0 for all records.
  std::int64_t period_ms = 0;
  /// Whether a record's own time selects its period, not that of its delivery.
  bool by_own_time = false;
  /// The member of a manifest that has the number of a period.
  const char* period_member = "hour";
};
inline constexpr std::array<LayoutInfo, 3> kLayouts = {
    {{Layout::kFlat, "flat"},
     {Layout::kStorage, "storage", kMsPerHour},
     {Layout::kDataExport, "data-export", 5 * kMsPerMinute, true,
      "five_minutes"}}};
inline constexpr const LayoutInfo& Info(Layout layout) {
  return kLayouts[static_cast<std::size_t>(layout)];
}
/// The time that selects a record's file, and by which a job has the records of
/// a limited time.
inline SimTime FilingTimeOf(const LayoutInfo& layout, const Record& record) {
  return layout.by_own_time ? record.time() : record.delivery();
}
/// The number since 1970 of the period to which a record belongs; -1 for a
/// layout without periods.
inline std::int64_t PeriodOf(Layout layout, const Record& record) {
  const LayoutInfo& info = Info(layout);
  if (info.period_ms == 0) return -1;
  return FilingTimeOf(info, record).ms / info.period_ms;
}

/// Consecutive resources, by `CallKey::resource`.
struct ResourceRange {
  std::uint32_t first = 0;
  std::uint32_t count = kMostResources;

  bool Has(std::uint32_t resource) const noexcept {
    return resource - first < count;
  }
};

/// Everything besides the profile that determines the output.
struct Job {
  std::uint64_t seed = 1;
  SimTime start;  ///< a whole second
  Extent extent;
  /// First attempts within this time before the start are simulated, too. Of
  /// their records, and those of the calls that follow from them, the job has
  /// those of its window. They do not count in the extent. Whole seconds; the
  /// first attempts are not before 1970.
  std::int64_t warm_up_ms = 0;
  /// Whether the records after the end of the extent, which is a time, are left
  /// out.
  bool cuts_off = false;
  /// Of these calls, only those that it selects belong to the job; an extent of
  /// calls counts them alone. Null for all calls.
  std::shared_ptr<const CallFilter> filter;
  /// If not empty, `picked` are its calls, as these expressions require. They
  /// are found by `PickCalls`; before that, there are none.
  std::vector<CallPick> picks;
  std::vector<CallKey> picked;  ///< sorted; of `resources`
  Shard shard;
  Shape shape = Shape::kResourceLog;
  Frame frame = Frame::kJsonl;
  /// Whether records go to a receiver, in messages of the frame, and not into
  /// files.
  bool to_receiver = false;
  /// Maximum size of a message in a file.
  std::uint64_t message_bytes = 256 * 1024;
  LogSet logs = LogSet::Default();
  Compression compression = Compression::kNone;
  /// Of gzip and zstd; 0 for the fastest way, which does not search for
  /// matches.
  int level = 0;
  /// How columns store GUIDs. Has no effect in frames of text.
  GuidForm guids = GuidForm::kUuid;
  Layout layout = Layout::kFlat;
  /// Maximum size of a file: the record whose text reaches it is the last one.
  /// Counts the text of records without the frame, before compression; 0 for no
  /// limit. Of a columnar frame, counts the pages, and the row group that
  /// reaches it is the last one.
  std::uint64_t rotate_bytes = 0;
  /// The rules of the profile, followed by the added ones.
  std::vector<FaultRule> faults;
  std::size_t added_faults = 0;
  /// Its resources, if there are those of several jobs.
  ResourceRange resources;
};

/// Calls attempted before this time leave no records in the job.
inline SimTime FirstAttemptOf(const Job& job) {
  return {job.start.ms - job.warm_up_ms};
}
/// The slots of that time and of the start.
inline std::uint64_t FirstSlotOf(const Job& job) {
  return static_cast<std::uint64_t>(FirstAttemptOf(job).ms / kMsPerSecond);
}
inline std::uint64_t StartSlotOf(const Job& job) {
  return static_cast<std::uint64_t>(job.start.ms / kMsPerSecond);
}

/// The end of the job's extent, if it is a time; otherwise the end of time.
/// Calls attempted from then on do not belong to the job, not even those of
/// callers who call again.
inline std::int64_t EndMsOf(const Job& job) {
  if (job.extent.kind != Extent::Kind::kDuration) return kLatestTime.ms;
  return std::min(kLatestTime.ms,
                  job.start.ms + static_cast<std::int64_t>(job.extent.amount));
}

/// The time in which a job has records, by `FilingTimeOf` and before faults.
/// Only those of calls of the warm-up can be before it.
struct JobWindow {
  SimTime from;
  SimTime to;

  bool Has(SimTime time) const noexcept { return from <= time && time < to; }
};
inline JobWindow JobWindowOf(const Job& job) {
  constexpr SimTime kNoEnd{std::numeric_limits<std::int64_t>::max()};
  return {job.start, job.cuts_off ? SimTime{EndMsOf(job)} : kNoEnd};
}

/// How the job's records are encoded.
inline RowFormat RowsOf(const Job& job) {
  return job.to_receiver ? RowsOfMessage(job.frame)
                         : RowsOfFile(job.frame, job.shape);
}
/// Whether the text is compressed from the encoder's hints.
inline bool NeedsHints(const Job& job) {
  return job.level == 0 && (job.compression == Compression::kGzip ||
                            job.compression == Compression::kZstd);
}
/// Whether the frame of the job's files wraps each encoded record in more text.
inline bool WrapsRows(const Job& job) {
  return !job.to_receiver && Info(job.frame).wrap != nullptr;
}

}  // namespace busyhour::internal
