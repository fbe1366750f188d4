#include "cli/program.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <string_view>

#include "base/system.h"
#include "busyhour/error.h"
#include "cli/command.h"
#include "cli/end_signals.h"

namespace busyhour::internal {
namespace {

// Generating and encoding are noexcept, so a failed allocation ends the program
// at once. The manifest still describes the output that was written before.
[[noreturn]] void EndWithoutMemory() {
  constexpr std::string_view kWords = "busyhour: out of memory\n";
  [[maybe_unused]] const auto written =
      ::write(STDERR_FILENO, kWords.data(), kWords.size());
  ::_exit(kJobFailed);
}

// Before the objects of libraries that are initialized before `main`: they
// allocate memory too.
[[gnu::constructor(101)]] void EndWhenMemoryRunsOut() {
  std::set_new_handler(EndWithoutMemory);
}

// Whether standard output is a pipe whose reader needs no more output. The
// write that failed may have been an earlier one than that of `error`.
bool HasReaderGone(int error) {
  pollfd out{STDOUT_FILENO, POLLOUT, 0};
  return error == EPIPE ||
         (::poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP)) != 0);
}

}  // namespace

int RunProgram(int (*run)(int argc, const char* const* argv), int argc,
               const char* const* argv) {
  NoteProgram(argv[0]);
  // A write beyond the limit on file size then fails with an error, as on a
  // full disk.
  std::signal(SIGXFSZ, SIG_IGN);
  // So does a write to a pipe whose reader has gone.
  std::signal(SIGPIPE, SIG_IGN);
  DiscardOnSignals();
  try {
    const int exit_code = run(argc, argv);
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
      if (HasReaderGone(errno)) return exit_code;
      std::fprintf(stderr, "busyhour: cannot write to standard output: %s\n",
                   std::strerror(errno));
      return kJobFailed;
    }
    return exit_code;
  } catch (const InputError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return kBadInput;
  } catch (const std::bad_alloc&) {
    std::fputs("busyhour: out of memory\n", stderr);
    return kJobFailed;
  } catch (const std::exception& error) {
    return EndWithFailure(error.what());
  }
}

}  // namespace busyhour::internal
