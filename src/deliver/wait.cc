#include "deliver/wait.h"

namespace busyhour::internal {

timespec TimespecOf(std::chrono::nanoseconds time) noexcept {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return {seconds.count(), (time - seconds).count()};
}

std::chrono::nanoseconds SteadyNow() noexcept {
  return std::chrono::steady_clock::now().time_since_epoch();
}

bool Shows(int file, short events) noexcept {
  pollfd one{file, events, 0};
  return ::poll(&one, 1, 0) > 0 && (one.revents & events) != 0;
}

void SleepFor(std::chrono::nanoseconds wait) noexcept { WaitFor({}, wait); }

bool WaitFor(std::span<pollfd> files, std::chrono::nanoseconds wait) noexcept {
  const timespec time = TimespecOf(wait);
  return ::ppoll(files.data(), files.size(), &time, nullptr) > 0;
}

}  // namespace busyhour::internal
