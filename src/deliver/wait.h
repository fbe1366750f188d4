#pragma once

#include <poll.h>

#include <chrono>
#include <span>

namespace busyhour::internal {

/// The time of the system's steady clock.
std::chrono::nanoseconds SteadyNow() noexcept;

/// Whether `file` has any of `events` now. Errors must be requested (POLLERR).
bool Shows(int file, short events) noexcept;

/// Sleeps, with a resolution finer than a millisecond.
void SleepFor(std::chrono::nanoseconds wait) noexcept;

/// Waits, with the same resolution, until one of `files` has a requested event,
/// for at most `wait`. False if none has, or if a signal arrived first.
bool WaitFor(std::span<pollfd> files, std::chrono::nanoseconds wait) noexcept;
inline bool WaitFor(pollfd& file, std::chrono::nanoseconds wait) noexcept {
  return WaitFor(std::span(&file, 1), wait);
}

}  // namespace busyhour::internal
