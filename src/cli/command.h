#pragma once

#include <span>
#include <string_view>

#include "base/exit_code.h"

namespace busyhour::internal {

/// What an exit status means, for the help.
struct ExitMeaning {
  int code;
  std::string_view meaning;
};

/// Those of every command, unless its page says more.
inline constexpr ExitMeaning kExits[] = {
    {kDone, "done"},
    {kJobFailed, "the job failed"},
    {kBadInput, "bad input and nothing written"},
    {kInterrupted, "interrupted"},
};

/// Prints the error to standard error, and returns `kJobFailed`.
int EndWithFailure(std::string_view message);

/// Prints the name of the program and its version.
void PrintVersion();

/// One subcommand: a row in the table of main.cc.
struct Command {
  std::string_view name;
  std::string_view summary;
  /// Runs the command; the arguments begin with its name. Throws `InputError`
  /// for bad input.
  int (*run)(int argc, const char* const* argv);
};

/// Becomes the program of `load`; throws if that cannot be started.
int StartLoad(int argc, const char* const* argv);

int RunGenerate(int argc, const char* const* argv);
int RunLoadCommand(int argc, const char* const* argv);
int RunControlCommand(int argc, const char* const* argv);
int RunDescribe(int argc, const char* const* argv);
int RunProfiles(int argc, const char* const* argv);
int RunSchema(int argc, const char* const* argv);
int RunTruth(int argc, const char* const* argv);
int RunExplain(int argc, const char* const* argv);
int RunFind(int argc, const char* const* argv);
int RunEvents(int argc, const char* const* argv);
int RunMetrics(int argc, const char* const* argv);
int RunMerge(int argc, const char* const* argv);
int RunReportCommand(int argc, const char* const* argv);
int RunScore(int argc, const char* const* argv);
int RunVerify(int argc, const char* const* argv);
int RunCompletion(int argc, const char* const* argv);
int RunBench(int argc, const char* const* argv);

}  // namespace busyhour::internal
