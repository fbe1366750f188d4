#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace busyhour::internal {

/// The result of running a command.
struct CommandRun {
  double wall_s = 0.0;  ///< from start to end
  /// Processor time of the command and of the processes that it waited for,
  /// user and system.
  double cpu_s = 0.0;
  /// Peak resident memory of the command or of any process that it waited for.
  /// It is never below the memory of this program when its `Launcher` was made.
  std::uint64_t peak_bytes = 0;
  std::string output;  ///< standard output, up to `kMaxOutputBytes`
  /// The error in words for a person; empty if the command ended with status 0
  /// and read all of its input.
  std::string failure;
};

/// Starts commands, writes their input and measures them. For one thread.
///
/// The system counts a process's memory from the time it is forked, which
/// includes the memory of its parent and thus the corpus. Therefore a small
/// process is forked first, which starts the commands later. Make the launcher
/// before any large allocation and before any thread.
class Launcher {
 public:
  /// The maximum standard output of a command that is kept; the rest is read
  /// and discarded.
  static constexpr std::size_t kMaxOutputBytes = 1 << 20;
  /// Maximum length of a command.
  static constexpr std::size_t kMaxCommandBytes = 64 << 10;

  Launcher();
  ~Launcher();
  Launcher(const Launcher&) = delete;
  Launcher& operator=(const Launcher&) = delete;

  /// Runs `command` with `/bin/sh -c` and writes `input` to its standard input
  /// as fast as it reads. The command is killed if it takes longer than
  /// `limit`.
  CommandRun Run(const std::string& command, std::string_view input,
                 std::chrono::milliseconds limit);

 private:
  int socket_ = -1;
  int server_ = -1;  // process id
};

}  // namespace busyhour::internal
