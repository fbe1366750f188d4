#pragma once

#include <span>
#include <string_view>

namespace busyhour {

/// How a program ends, as its exit status.
enum ExitCode : int {
  kDone = 0,
  kJobFailed = 1,
  kBadInput = 2,
  kInterrupted = 130,  ///< 128 + SIGINT, as shells have it
};

/// Says on standard error what went wrong, and returns `kJobFailed`.
int EndWithFailure(std::string_view message);

/// One subcommand: a row in the table of main.cc.
struct Command {
  std::string_view name;
  std::string_view summary;
  /// Runs with the arguments from the command's own name on. Throws
  /// `InputError` for bad input.
  int (*run)(int argc, const char* const* argv);
};

int RunGenerate(int argc, const char* const* argv);
int RunLoadCommand(int argc, const char* const* argv);
int RunDescribe(int argc, const char* const* argv);
int RunProfiles(int argc, const char* const* argv);
int RunSchema(int argc, const char* const* argv);
int RunExplain(int argc, const char* const* argv);
int RunVerify(int argc, const char* const* argv);
int RunBench(int argc, const char* const* argv);

}  // namespace busyhour
