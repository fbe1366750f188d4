#include "deliver/wait.h"

#include "base/system.h"

namespace busyhour::internal {

std::chrono::nanoseconds SteadyNow() noexcept {
  return std::chrono::steady_clock::now().time_since_epoch();
}

bool Shows(int file, short events) noexcept {
  pollfd one{file, events, 0};
  return ::poll(&one, 1, 0) > 0 && (one.revents & events) != 0;
}

void SleepFor(std::chrono::nanoseconds wait) noexcept { WaitFor({}, wait); }

bool WaitFor(std::span<pollfd> files, std::chrono::nanoseconds wait) noexcept {
  return PollFor(files, wait) > 0;
}

}  // namespace busyhour::internal
