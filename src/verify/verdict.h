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

/// What became of the records of one log, or of all.
///
/// lost + (received - duplicated - foreign) == sent, always.
struct VerifyCounts {
  std::uint64_t sent = 0;         ///< that are due, or came before they were
  std::uint64_t received = 0;     ///< every record that could be read
  std::uint64_t lost = 0;         ///< sent, and never received in any form
  std::uint64_t duplicated = 0;   ///< copies beyond the first
  std::uint64_t altered = 0;      ///< received otherwise than sent
  std::uint64_t foreign = 0;      ///< received, and not sent by this job
  std::uint64_t undecodable = 0;  ///< no record at all; not in `received`
  std::uint64_t out_of_order = 0;

  VerifyCounts& operator+=(const VerifyCounts& other) noexcept;
};

/// The names of the counts, as options and reports have them.
struct VerifyCountInfo {
  std::string_view name;
  std::uint64_t VerifyCounts::*count;
  std::string_view meaning;
};
inline constexpr std::size_t kVerifyCountCount = 8;
const std::array<VerifyCountInfo, kVerifyCountCount>& VerifyCountInfos();

/// One case of a kind, to be shown to a person.
struct VerifyExample {
  std::string_view kind;  ///< `lost`, `altered`, ...
  std::optional<LogType> log;
  std::string input;  ///< empty for what was lost
  std::uint64_t line = 0;
  std::string id;      ///< the record's own id, where it is known
  std::string time;    ///< when it happened, of a record of ours
  std::string detail;  ///< `durationMs`, or why
  std::string sent;
  std::string received;
};

struct Verdict {
  PerLog<VerifyCounts> logs;
  /// With what belongs to no log in particular.
  VerifyCounts total;
  /// The most that a record came later than one that was sent after it.
  std::int64_t out_of_order_ms = 0;
  /// How often each field was altered, by log and name.
  PerLog<std::map<std::string, std::uint64_t>> altered_fields;
  std::vector<VerifyExample> examples;
  /// Records that came although they were not yet due; part of `sent`.
  std::uint64_t early = 0;
  /// Why nothing was asked of what came; empty when something was. A verdict
  /// that asks for nothing passes nothing.
  std::string nothing_asked;
  /// Where arrivals were read.
  std::optional<Latency> latency;
  std::uint64_t calls = 0;
  std::uint64_t bytes = 0;   ///< that were read, after inflation
  ByteCounts byte_counts{};  ///< what they were
};

/// How much of each kind is still good, read from `lost=0,duplicated=0.01%`.
class Allowance {
 public:
  /// Nothing of what counts, and any order.
  Allowance();
  /// Adds what is wrong with the words to `problems`.
  void Read(const std::string& words, std::vector<Problem>& problems);
  /// Whether the verdict is good; else the kinds that are not.
  std::vector<std::string_view> Exceeded(const Verdict& verdict) const;

 private:
  struct Limit {
    bool limited = false;
    bool is_share = false;   ///< of what was sent
    std::uint64_t most = 0;  ///< of a share, in units of percent / 10^decimals
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
/// That quantile, in nanoseconds: exactly where it is the least or greatest.
std::int64_t QuantileOf(const Latency& latency, double share);

/// The verdict as JSON.
std::string VerdictJson(const Verdict& verdict, const Allowance& allowance);

}  // namespace busyhour
