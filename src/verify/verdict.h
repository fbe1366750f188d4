#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "busyhour/error.h"
#include "check/check.h"
#include "logs/log.h"
#include "read/input_window.h"
#include "verify/change.h"
#include "verify/latency.h"
#include "verify/lost_pattern.h"
#include "verify/series.h"

namespace busyhour::internal {

/// The results for the records of one log, or of all logs.
///
///     sent     = intact + altered - altered_copies + lost
///     received = intact + altered - altered_copies + duplicated + foreign
struct VerifyCounts {
  std::uint64_t sent = 0;        ///< due, or received before they were due
  std::uint64_t received = 0;    ///< all readable records
  std::uint64_t lost = 0;        ///< sent, but never received in any form
  std::uint64_t duplicated = 0;  ///< copies beyond the first
  std::uint64_t altered = 0;     ///< received, but different from what was sent
  std::uint64_t foreign = 0;     ///< received, but not sent by this job
  std::uint64_t undecodable = 0;  ///< not a record; not in `received`
  std::uint64_t out_of_order = 0;
  std::uint64_t intact = 0;  ///< received, and the first copy is as sent
  std::uint64_t altered_copies = 0;  ///< altered and duplicated

  VerifyCounts& operator+=(const VerifyCounts& other) noexcept;
};

/// The names of the counts in options and reports.
struct VerifyCountInfo {
  std::string_view name;
  std::uint64_t VerifyCounts::*count;
  std::string_view meaning;
};
inline constexpr std::size_t kVerifyCountCount = 10;
const std::array<VerifyCountInfo, kVerifyCountCount>& VerifyCountInfos();

/// One example of a kind, for display.
struct VerifyExample {
  std::string_view kind;  ///< `lost`, `altered`, ...
  std::optional<LogType> log = {};
  std::string input = {};  ///< empty for lost records
  std::uint64_t line = 0;
  std::string id = {};      ///< the record's own id, if known
  std::string time = {};    ///< time of the record, if it is of this job
  std::string detail = {};  ///< `durationMs`, or the reason
  std::string sent = {};
  std::string received = {};
};

/// The reasons why a record is foreign.
inline constexpr const char* kForeignOtherIds = "contains no id of this job";
inline constexpr const char* kForeignNoSuchRecord =
    "was not sent: the job has no such record";
inline constexpr const char* kForeignOtherProfile =
    "contains ids of this job, but is of another profile";
inline constexpr const char* kForeignNoLog =
    "does not have the field names of any log";
inline constexpr const char* kForeignDropped =
    "was not sent: a fault dropped it";

/// What is wrong with received records in the same way.
struct VerifyCause {
  std::string_view kind;  ///< `altered`, `foreign` or `undecodable`
  std::optional<LogType> log;
  std::uint64_t count = 0;  ///< values, records or undecodable parts
  std::string field = {};   ///< for altered ones
  ChangeKind change = ChangeKind::kReplaced;
  /// The amount of the change; none if the amounts differ.
  std::optional<std::int64_t> by = {};
  /// Path of a field that has the missing value in all these records, as --map
  /// takes it.
  std::string renamed_to = {};
  /// Name of the object that should have the missing value, if it is text.
  std::string in_text = {};
  std::string why = {};   ///< for the others: the reason
  std::size_t bytes = 0;  ///< of the first undecodable part
  /// An input that cannot be read, or not further than the example.
  bool is_of_input = false;
  /// All received values, or the sizes of all undecodable parts, are the same.
  bool is_same_value = true;
  std::size_t value_hash = 0;  ///< of the first received value
  VerifyExample example = {};  ///< the first one
};

/// Records in a row to which the same happened.
struct VerifyRun {
  /// `lost`, in the order of delivery of their log and job, or `duplicated` or
  /// `out_of_order`, in the order of the input.
  std::string_view kind;
  LogType log = LogType::kOperational;  ///< of the first record
  std::size_t job = 0;  ///< of lost ones: index in the list of jobs
  std::uint64_t records = 0;
  SimTime from;          ///< earliest delivery
  SimTime to;            ///< latest delivery
  std::string first_id;  ///< own id of the first record
  std::string input = {};
  std::uint64_t first_line = 0;
  std::uint64_t last_line = 0;
};

/// The longest runs of each kind.
class VerifyRuns {
 public:
  /// Keeps at most this many of each kind.
  explicit VerifyRuns(std::size_t most) : most_(most) {}

  /// Counts a run. Whether it is one of the longest so far, to be added.
  bool Count(std::string_view kind, std::uint64_t records);
  void Add(VerifyRun run);
  /// Number of all runs of a kind.
  std::uint64_t count(std::string_view kind) const;
  /// Of a kind, the longest ones first.
  std::vector<VerifyRun> Of(std::string_view kind) const;

 private:
  struct Kind {
    std::uint64_t count = 0;
    std::vector<VerifyRun> longest;  // a heap, the shortest one first
  };
  std::size_t most_;
  std::map<std::string_view, Kind> kinds_;
};

/// What the counts and causes suggest, and what to do.
struct VerifyHint {
  std::string_view about;  ///< a word for programs, such as `time_zone`
  std::string text;
};

/// The records of one resource.
struct VerifyShare {
  std::uint64_t sent = 0;
  std::uint64_t arrived = 0;  ///< in any form
};

/// The records and calls of one job, or of a shard of one.
struct VerifyJob {
  std::uint64_t calls = 0;
  std::uint64_t sent = 0;
  std::uint64_t arrived = 0;  ///< in any form
  std::string profile = {};
  std::uint64_t seed = 0;
  SimTime start = {};
  std::string shard = {};  ///< `0/3`; empty for a whole job
};

/// Inputs with dates such as 02/03/2026 that equal the sent times only if the
/// day is first.
struct VerifyDayFirst {
  std::uint64_t inputs = 0;
  std::string input;   ///< the first one
  std::string reason;  ///< its first such date, and the time that was sent
};

struct Verdict {
  PerLog<VerifyCounts> logs;
  /// Includes what belongs to no particular log.
  VerifyCounts total;
  /// Maximum lateness of a record that was received after one that was sent
  /// later.
  std::int64_t out_of_order_ms = 0;
  /// How often each field was altered, by log and name.
  PerLog<std::map<std::string, std::uint64_t>> altered_fields;
  std::vector<VerifyExample> examples;
  std::vector<VerifyCause> causes;
  VerifyRuns runs{0};
  VerifySeries series;
  std::vector<VerifyJob> jobs;         ///< by index in the list of jobs
  std::vector<VerifyShare> resources;  ///< by `CallKey::resource`
  LostPattern lost_pattern;
  std::vector<VerifyHint> hints;
  VerifyDayFirst day_first;
  /// What was required of it, judged: the allowance and the thresholds.
  std::vector<Check> checks;
  /// Records of logs that are not judged.
  std::uint64_t not_judged = 0;
  /// Records received before they were due; part of `sent`.
  std::uint64_t early = 0;
  /// Why no record was required of the input; empty if any was. A verdict that
  /// requires nothing does not pass.
  std::string nothing_asked;
  /// Set if arrival times were read.
  std::optional<Latency> latency;
  std::uint64_t calls = 0;
  std::uint64_t bytes = 0;   ///< bytes that were read, after decompression
  ByteCounts byte_counts{};  ///< these bytes by class
};

/// The counts that an `Allowance` can limit.
std::vector<std::string_view> LimitableCounts();

/// The allowed amount of each kind, read from `lost=0,duplicated=0.01%`.
class Allowance {
 public:
  /// The default: no records of any limited kind, in any order.
  Allowance();
  /// Adds errors in `words` to `problems`.
  void Read(const std::string& words, std::vector<Problem>& problems);
  /// Removes the default limit of a kind, if there is a threshold on it.
  void LeaveToThreshold(std::string_view kind);
  /// The kinds that exceed their limit; empty if the verdict is good.
  std::vector<std::string_view> Exceeded(const Verdict& verdict) const;
  /// A check for each limit.
  std::vector<Check> Judge(const Verdict& verdict) const;

 private:
  struct Limit {
    bool limited = false;
    bool is_share = false;   ///< share of the sent records
    std::uint64_t most = 0;  ///< a share is in units of 10^-decimals percent
    int decimals = 0;
    std::string text = {};  ///< as it was given; empty for a default
  };
  static bool IsExceeded(const Limit& limit, std::uint64_t count,
                         std::uint64_t sent);
  std::array<Limit, kVerifyCountCount> limits_;
};

/// A quantile of latencies that reports show.
struct LatencyShare {
  std::string_view name;
  double share;
};
inline constexpr std::array<LatencyShare, 4> kLatencyShares = {
    {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99_9", 0.999}}};
/// The quantile in nanoseconds, limited to the exact minimum and maximum.
std::int64_t QuantileOf(const Latency& latency, double share);

/// Whether anything was required, and all of it is met.
bool HasPassed(const Verdict& verdict, const Allowance& allowance);
/// The verdict in a line: whether it passed, and the counts that matter, with
/// their shares of the sent records.
std::string Headline(const Verdict& verdict, const Allowance& allowance);
/// `0.68 %`: `part` of `whole`, which is not 0, rounded; only all are 100 %,
/// and only none are 0 %.
std::string ShareWords(std::uint64_t part, std::uint64_t whole);

}  // namespace busyhour::internal
