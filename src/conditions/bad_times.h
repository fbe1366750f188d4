#pragma once

#include <cstdint>

#include "base/stream.h"
#include "base/time.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// How requests fare at a time. Factors are in 1/256.
struct ServiceState {
  std::uint64_t latency_256 = 256;
  std::uint64_t refusals_256 = 256;
  bool bad_minute = false;
  bool bad_server = false;
  std::int64_t until_ms = 0;  ///< since 1970; it does not change before
};

/// Minutes in which the service is in trouble, and times in which one server of
/// the application is. A function of the profile, the key, the server and the
/// time.
///
/// Constant after construction: any number of threads may share it.
class BadTimes {
 public:
  explicit BadTimes(const BadTimesSettings& settings);

  /// The key of the draws, from that of the run.
  static std::uint64_t KeyOf(std::uint64_t run_key) noexcept {
    return StreamKey(run_key, kSlotItself, kSlotItself);
  }
  /// The state at `at_ms` since 1970 for the requests of a server.
  ServiceState At(std::uint64_t key, std::uint8_t server,
                  std::int64_t at_ms) const noexcept;

 private:
  // Times of equal length that are bad with probability `share`, a fraction of
  // 2^32.
  struct Kind {
    std::uint64_t share = 0;
    std::int64_t length_ms = kMsPerMinute;
    std::uint64_t latency_256 = 256;
    std::uint64_t refusals_256 = 256;
  };
  static Kind Compiled(const BadTime& bad, std::int64_t length_ms);

  Kind minutes_;
  Kind servers_;
};

}  // namespace busyhour::internal
