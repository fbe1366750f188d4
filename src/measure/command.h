#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace busyhour {

/// What running a command came to.
struct CommandRun {
  double wall_s = 0.0;  ///< from its start to its end
  /// Processor time of it and of what it waited for, user and system.
  double cpu_s = 0.0;
  /// The most memory that it, or a process it waited for, had resident. Never
  /// less than what this program had when its `Launcher` was made.
  std::uint64_t peak_bytes = 0;
  std::string output;  ///< standard output, up to `kMaxOutputBytes`
  /// What went wrong, in words for a person; empty when it ended with status 0
  /// and had read all there was.
  std::string failure;
};

/// Starts commands, feeds them and measures them. Not for use by two threads.
///
/// The system counts a process's memory from the moment it is forked off its
/// parent, corpus and all. So a small process is forked first, which starts
/// the commands later: make the launcher before anything large, and before any
/// thread.
class Launcher {
 public:
  /// The standard output of a command that is kept; the rest is read and thrown
  /// away.
  static constexpr std::size_t kMaxOutputBytes = 1 << 20;
  /// The longest command.
  static constexpr std::size_t kMaxCommandBytes = 64 << 10;

  Launcher();
  ~Launcher();
  Launcher(const Launcher&) = delete;
  Launcher& operator=(const Launcher&) = delete;

  /// Runs `command` by `/bin/sh -c`, with `input` on its standard input as fast
  /// as it takes it. It is ended when it takes longer than `limit`.
  CommandRun Run(const std::string& command, std::string_view input,
                 std::chrono::milliseconds limit);

 private:
  int socket_ = -1;
  int server_ = -1;  // process id
};

}  // namespace busyhour
