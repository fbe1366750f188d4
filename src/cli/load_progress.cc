#include "cli/load_progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "base/units.h"

namespace busyhour {
namespace {

constexpr double kPlainPeriodSeconds = 10.0;

double Ms(Nanos time) { return static_cast<double>(time) / 1e6; }

}  // namespace

LoadProgress::LoadProgress(bool quiet, Nanos end)
    : on_terminal_(isatty(STDERR_FILENO) != 0),
      quiet_(quiet),
      end_(end),
      next_plain_(kPlainPeriodSeconds) {}

void LoadProgress::Show(const Sender& sender, Nanos now) {
  const double seconds = static_cast<double>(now) / 1e9;
  if (quiet_ || now <= 0 || (!on_terminal_ && seconds < next_plain_)) return;
  next_plain_ = seconds + kPlainPeriodSeconds;
  const Account& account = sender.account();
  const auto acknowledged =
      static_cast<double>(account.count(Ending::kAcknowledged));
  // Rates over a second or more, so that they can be read.
  if (const double span = seconds - last_seconds_; span >= 1) {
    rate_ = (acknowledged - last_acknowledged_) / span;
    byte_rate_ = (static_cast<double>(account.bytes()) - last_bytes_) / span;
    last_seconds_ = seconds;
    last_acknowledged_ = acknowledged;
    last_bytes_ = static_cast<double>(account.bytes());
  }
  std::uint64_t errors = 0;
  for (const auto& [error, entry] : account.errors()) errors += entry.batches;
  const Histogram& lateness = account.lateness_now();
  std::string line = fmt::format(
      "{}  planned {}  sent {}  acked {}/s  {}/s  in flight {}  queued {}  "
      "late p50 {:.1f} p99 {:.1f} ms  retries {}  errors {}",
      FormatDuration(static_cast<std::int64_t>(seconds) * 1000),
      FormatAmount(static_cast<double>(account.planned())),
      FormatAmount(static_cast<double>(account.sent())), FormatAmount(rate_),
      FormatSize(byte_rate_),
      FormatAmount(static_cast<double>(sender.in_flight())),
      FormatAmount(static_cast<double>(sender.queued())),
      Ms(lateness.Quantile(0.5)), Ms(lateness.Quantile(0.99)),
      account.retries(), errors);
  if (end_ != kNever) {
    const std::int64_t left_s =
        std::max<Nanos>(0, end_ - now) / kNanosPerSecond;
    line += "  " + FormatDuration(left_s * 1000) + " left";
  }
  if (on_terminal_) {
    fmt::print(stderr, "\r\033[K{}", line);
    shown_ = true;
  } else {
    fmt::print(stderr, "{}\n", line);
  }
  std::fflush(stderr);
}

void LoadProgress::End() {
  if (shown_) std::fputs("\r\033[K", stderr);
  shown_ = false;
}

}  // namespace busyhour
