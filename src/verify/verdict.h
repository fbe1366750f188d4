#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "busyhour/error.h"
#include "logs/log.h"
#include "read/input_window.h"
#include "verify/latency.h"

namespace busyhour {

/// The results for the records of one log, or of all logs.
///
/// lost + (received - duplicated - foreign) == sent, always.
struct VerifyCounts {
  std::uint64_t sent = 0;        ///< due, or received before they were due
  std::uint64_t received = 0;    ///< all readable records
  std::uint64_t lost = 0;        ///< sent, but never received in any form
  std::uint64_t duplicated = 0;  ///< copies beyond the first
  std::uint64_t altered = 0;     ///< received, but different from what was sent
  std::uint64_t foreign = 0;     ///< received, but not sent by this job
  std::uint64_t undecodable = 0;  ///< not a record; not in `received`
  std::uint64_t out_of_order = 0;

  VerifyCounts& operator+=(const VerifyCounts& other) noexcept;
};

/// The names of the counts in options and reports.
struct VerifyCountInfo {
  std::string_view name;
  std::uint64_t VerifyCounts::*count;
  std::string_view meaning;
};
inline constexpr std::size_t kVerifyCountCount = 8;
const std::array<VerifyCountInfo, kVerifyCountCount>& VerifyCountInfos();

/// One example of a kind, for display.
struct VerifyExample {
  std::string_view kind;  ///< `lost`, `altered`, ...
  std::optional<LogType> log;
  std::string input;  ///< empty for lost records
  std::uint64_t line = 0;
  std::string id;      ///< the record's own id, if known
  std::string time;    ///< time of the record, if it is of this job
  std::string detail;  ///< `durationMs`, or the reason
  std::string sent;
  std::string received;
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

/// The allowed amount of each kind, read from `lost=0,duplicated=0.01%`.
class Allowance {
 public:
  /// The default: no records of any limited kind, in any order.
  Allowance();
  /// Adds errors in `words` to `problems`.
  void Read(const std::string& words, std::vector<Problem>& problems);
  /// The kinds that exceed their limit; empty if the verdict is good.
  std::vector<std::string_view> Exceeded(const Verdict& verdict) const;

 private:
  struct Limit {
    bool limited = false;
    bool is_share = false;   ///< share of the sent records
    std::uint64_t most = 0;  ///< a share is in units of 10^-decimals percent
    int decimals = 0;
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

/// The verdict as JSON.
std::string VerdictJson(const Verdict& verdict, const Allowance& allowance);

}  // namespace busyhour
