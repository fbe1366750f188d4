#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace busyhour::internal {

/// When a diagnostic setting exports the metrics of the minutes.
///
/// It exports every three minutes. If the resource is inactive for an hour, the
/// interval becomes 15 minutes, and after seven days two hours; with the first
/// value above zero it becomes three minutes again (azure-monitor-docs,
/// diagnostic-settings.md). The page mentions more steps between the last two
/// but gives none of them. While the interval is longer, an export contains the
/// minutes from the first value above zero on, or only the newest minute if
/// there is none (our assumption: the page says that this avoids the cost of
/// zero values).
///
/// `Minute` has the member `is_idle`.
template <class Minute>
class ExportSchedule {
 public:
  using Take = std::function<void(const std::vector<Minute>&)>;

  /// Adds the next minute; calls `take` with the minutes of an export that is
  /// now due.
  void Add(Minute minute, const Take& take) {
    idle_minutes_ = minute.is_idle ? idle_minutes_ + 1 : 0;
    if (!minute.is_idle) has_value_ = true;
    pending_.push_back(std::move(minute));
    if (pending_.size() >= interval_) Export(take);
  }
  /// Exports the rest, after the last minute.
  void Finish(const Take& take) {
    if (!pending_.empty()) Export(take);
  }

 private:
  static constexpr std::uint64_t kUsualMinutes = 3;
  static constexpr std::uint64_t kIdleMinutes = 15;
  static constexpr std::uint64_t kLongestMinutes = 120;
  static constexpr std::uint64_t kIdleAfter = 60;
  static constexpr std::uint64_t kLongestAfter = 7 * 24 * 60;

  void Export(const Take& take) {
    if (interval_ > kUsualMinutes) {
      std::size_t first = pending_.size() - 1;
      for (std::size_t i = 0; has_value_ && i < pending_.size(); ++i) {
        if (pending_[i].is_idle) continue;
        first = i;
        break;
      }
      pending_.erase(pending_.begin(),
                     pending_.begin() + static_cast<std::ptrdiff_t>(first));
    }
    take(pending_);
    pending_.clear();
    has_value_ = false;
    interval_ = idle_minutes_ >= kLongestAfter ? kLongestMinutes
                : idle_minutes_ >= kIdleAfter  ? kIdleMinutes
                                               : kUsualMinutes;
  }

  std::vector<Minute> pending_;
  std::uint64_t interval_ = kUsualMinutes;
  std::uint64_t idle_minutes_ = 0;
  bool has_value_ = false;
};

}  // namespace busyhour::internal
