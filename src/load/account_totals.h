#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/histogram.h"
#include "load/body_limit.h"
#include "load/load_batch.h"

namespace busyhour::internal {

/// How a planned record ended.
enum class Ending : std::uint8_t {
  kAcknowledged,  ///< the receiver has it, as far as its protocol can tell
  kFailed,        ///< it was sent, and refused or not answered
  kDropped,       ///< not sent, because the queue was full
  kNotSent,       ///< the run ended before it was sent
};
inline constexpr std::size_t kEndingCount = 4;
std::string_view NameOf(Ending ending);
/// `buffered`
std::string_view NameOf(Certainty certainty);
/// What it means for acknowledged records, in words.
std::string_view WordsOf(Certainty certainty);

/// One second of a run, on the sender's clock.
struct LoadSecond {
  std::uint64_t planned = 0;  ///< records that became due
  std::uint64_t sent = 0;     ///< records sent, counting each attempt
  std::array<std::uint64_t, kEndingCount> endings{};
  std::uint64_t bytes = 0;  ///< bytes sent
  std::uint64_t retries = 0;
  std::uint64_t queued =
      0;  ///< records due and not sent, at the end of the second
  std::uint64_t in_flight =
      0;              ///< records without a receipt, at the end of the second
  Nanos backlog = 0;  ///< age of the oldest queued record, at the end
  Nanos lateness_p50 = 0;
  Nanos lateness_p99 = 0;
  Nanos lateness_max = 0;
  Nanos latency_p50 = 0;  ///< from the intended time to the acknowledgement
  Nanos latency_p99 = 0;
  Nanos latency_max = 0;
};

/// The occurrences of one error.
struct LoadError {
  std::uint64_t batches = 0;
  std::uint64_t records = 0;
  std::string answer;  ///< the receiver's message the first time
};

/// The times of a run from a second on, in nanoseconds.
struct LoadWindow {
  std::size_t from = 0;  ///< a second of the run
  /// Actual minus planned send time of its batch, one value per record.
  Histogram lateness;
  /// Time to the acknowledgement, from when a record was due, and from when it
  /// was sent.
  Histogram latency;
  Histogram service_time;
};

/// What an account says of a run.
struct AccountTotals {
  using Endings = std::array<std::uint64_t, kEndingCount>;

  std::uint64_t planned = 0;
  PerLog<std::uint64_t> planned_of{};
  std::uint64_t sent = 0;
  Endings endings{};
  /// Of each log, once the run has ended.
  PerLog<Endings> endings_of{};
  std::uint64_t batches = 0;
  std::uint64_t bytes = 0;
  std::uint64_t retries = 0;
  std::uint64_t duplicates_possible = 0;
  std::array<std::uint64_t, kCertaintyCount> certainties{};
  std::uint64_t taken_back = 0;
  std::uint64_t lost_connections = 0;
  std::uint64_t lost_records = 0;
  std::map<std::string, LoadError> errors;
  std::map<std::string, LoadError> remarks;
  std::string refusal;
  BodyLimit body_limit;
  std::uint64_t splits = 0;
  Nanos last_due = 0;
  /// The first one is the whole run.
  std::vector<LoadWindow> windows = std::vector<LoadWindow>(1);
  std::vector<LoadSecond> seconds;
  Nanos end = 0;
};

}  // namespace busyhour::internal
