#include "cli/load_progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/units.h"

namespace busyhour::internal {
namespace {

constexpr double kPlainPeriodSeconds = 10.0;
// Width of a terminal that does not report its size.
constexpr std::size_t kUsualColumns = 80;

double Ms(Nanos time) { return static_cast<double>(time) / 1e6; }

std::string SecondsText(Nanos time) {
  return time < kNanosPerSecond
             ? "0 s"
             : FormatDuration(time / kNanosPerSecond * kMsPerSecond);
}

std::string CountText(std::uint64_t count) {
  return count < 1000 ? std::to_string(count)
                      : FormatAmount(static_cast<double>(count));
}

std::size_t TerminalColumns() {
  winsize size{};
  const bool known =
      ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : kUsualColumns;
}

// When the last record of the plan is due: at the plan's end, or at the extent
// if the extent and the pace have the same unit. `kNever` if unknown.
Nanos EndOf(const LoadPlan& plan) {
  const Extent& extent = plan.job.extent;
  const auto amount = static_cast<double>(extent.amount);
  Pace pace = plan.pace;
  Nanos end = kNever;
  if (!pace.paced() || plan.job.shard.count > 1) return plan.end;
  if (extent.kind == Extent::Kind::kRecords &&
      plan.unit == PaceUnit::kRecords) {
    end = pace.TimeOf(amount);
  } else if (extent.kind == Extent::Kind::kCalls &&
             plan.unit == PaceUnit::kCalls) {
    end = pace.TimeOf(amount);
  } else if (extent.kind == Extent::Kind::kBytes &&
             plan.unit == PaceUnit::kBytes) {
    end = pace.TimeOf(amount);
  } else if (extent.kind == Extent::Kind::kDuration &&
             plan.unit == PaceUnit::kSimulatedSeconds) {
    // The last calls end later, by an unknown time.
    end = pace.TimeOf(amount / static_cast<double>(kMsPerSecond));
  }
  return std::min(end, plan.end);
}

}  // namespace

LoadProgress::LoadProgress(bool quiet, const LoadPlan& plan)
    : on_terminal_(isatty(STDERR_FILENO) != 0),
      quiet_(quiet),
      end_(EndOf(plan)),
      next_plain_(kPlainPeriodSeconds) {}

void LoadProgress::Show(const Sender& sender, Nanos now) {
  const double seconds = static_cast<double>(now) / 1e9;
  if (quiet_ || now <= 0 || (!on_terminal_ && seconds < next_plain_)) return;
  next_plain_ = seconds + kPlainPeriodSeconds;
  const Account& account = sender.account();
  const auto acknowledged =
      static_cast<double>(account.count(Ending::kAcknowledged));
  const auto bytes = static_cast<double>(account.bytes());
  // Rates are averages over a second or more, so that they are readable.
  const double span = seconds - last_seconds_;
  if (span >= 1 || last_seconds_ == 0) {
    // Acknowledgements can be withdrawn.
    rate_ = std::max(0.0, acknowledged - last_acknowledged_) / span;
    byte_rate_ = (bytes - last_bytes_) / span;
  }
  if (span >= 1) {
    last_seconds_ = seconds;
    last_acknowledged_ = acknowledged;
    last_bytes_ = bytes;
  }
  if (on_terminal_) {
    // Writing to the last column can make a terminal begin a new line.
    fmt::print(stderr, "\r\033[K{}", Line(sender, now, TerminalColumns() - 1));
    shown_ = true;
  } else {
    fmt::print(stderr, "{}\n",
               Line(sender, now, std::numeric_limits<std::size_t>::max()));
  }
  std::fflush(stderr);
}

// The progress line. If it is too long for the columns, parts are left out,
// highest rank first.
std::string LoadProgress::Line(const Sender& sender, Nanos now,
                               std::size_t columns) const {
  const Account& account = sender.account();
  struct Part {
    int rank;
    std::string text;
  };
  std::vector<Part> parts = {
      {0, SecondsText(now)},
      {8, "planned " + CountText(account.planned())},
      {7, "sent " + CountText(account.sent())},
      {1, "acked " + CountText(static_cast<std::uint64_t>(rate_)) + "/s"},
      {5, FormatSize(byte_rate_) + "/s"},
      {9, "in flight " + CountText(sender.in_flight())},
      {6, "queued " + CountText(sender.queued())}};
  const Histogram& lateness = account.lateness_now();
  if (lateness.count() > 0) {
    parts.push_back({2, fmt::format("late p50 {:.1f} p99 {:.1f} ms",
                                    Ms(lateness.Quantile(0.5)),
                                    Ms(lateness.Quantile(0.99)))});
  } else if (sender.oldest_due() < now) {
    parts.push_back({2, "behind " + SecondsText(now - sender.oldest_due())});
  }
  std::uint64_t errors = 0;
  for (const auto& [error, entry] : account.errors()) errors += entry.batches;
  parts.push_back({10, "retries " + CountText(account.retries())});
  parts.push_back({4, "errors " + CountText(errors)});
  if (sender.interrupted()) {
    parts.push_back({3, "ending (Ctrl-C again: immediately)"});
  } else if (sender.is_paused()) {
    parts.push_back({3, "paused"});
  } else if (end_ != kNever) {
    const Nanos end =
        std::min(sender.plan_clock().RunTimeOf(end_), sender.plan_end());
    parts.push_back(
        {3, now < end ? SecondsText(end - now) + " left" : "plan has ended"});
  }
  constexpr std::string_view kBetween = "  ";
  std::size_t length = 0;
  for (const Part& part : parts) length += kBetween.size() + part.text.size();
  for (int rank = 10; rank > 0 && length - kBetween.size() > columns; --rank) {
    const auto at =
        std::find_if(parts.begin(), parts.end(),
                     [rank](const Part& part) { return part.rank == rank; });
    if (at == parts.end()) continue;
    length -= kBetween.size() + at->text.size();
    parts.erase(at);
  }
  std::string line;
  for (const Part& part : parts) {
    if (!line.empty()) line += kBetween;
    line += part.text;
  }
  return line.substr(0, columns);
}

void LoadProgress::End() {
  if (shown_) std::fputs("\r\033[K", stderr);
  shown_ = false;
}

}  // namespace busyhour::internal
