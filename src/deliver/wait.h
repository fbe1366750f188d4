#pragma once

#include <poll.h>

#include <chrono>
#include <span>

namespace busyhour {

/// A span of time as the system takes it.
timespec TimespecOf(std::chrono::nanoseconds time) noexcept;

/// The time of the system's steady clock.
std::chrono::nanoseconds SteadyNow() noexcept;

/// Whether `file` has any of `events`, or the errors among them, now.
bool Shows(int file, short events) noexcept;

/// Sleeps, on a timer finer than a millisecond.
void SleepFor(std::chrono::nanoseconds wait) noexcept;

/// Waits, on such a timer, until what is asked of any of `files` has come, and
/// `wait` at most. False when nothing has, or a signal came first.
bool WaitFor(std::span<pollfd> files, std::chrono::nanoseconds wait) noexcept;
inline bool WaitFor(pollfd& file, std::chrono::nanoseconds wait) noexcept {
  return WaitFor(std::span(&file, 1), wait);
}

}  // namespace busyhour
