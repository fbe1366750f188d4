#pragma once

namespace busyhour::internal {

/// Runs a program: prepares the process, calls `run` with the arguments of
/// `main`, and tells errors on standard error. Returns the exit status.
int RunProgram(int (*run)(int argc, const char* const* argv), int argc,
               const char* const* argv);

}  // namespace busyhour::internal
