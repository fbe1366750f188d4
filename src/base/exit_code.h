#pragma once

namespace busyhour::internal {

/// The exit status of the program.
enum ExitCode : int {
  kDone = 0,
  kJobFailed = 1,
  kBadInput = 2,
  kInterrupted = 130,  ///< 128 + SIGINT, as in shells
};

}  // namespace busyhour::internal
