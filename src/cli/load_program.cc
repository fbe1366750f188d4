// The program of `busyhour load`, which starts it with its own arguments.

#include <string_view>

#include "busyhour/error.h"
#include "cli/command.h"
#include "cli/program.h"

namespace busyhour::internal {
namespace {

int RunLoadProgram(int argc, const char* const* argv) {
  if (argc < 2 || argv[1] != std::string_view("load")) {
    throw InputError("busyhour-load", "use busyhour load");
  }
  return RunLoadCommand(argc - 1, argv + 1);
}

}  // namespace
}  // namespace busyhour::internal

int main(int argc, char** argv) {
  return busyhour::internal::RunProgram(busyhour::internal::RunLoadProgram,
                                        argc, argv);
}
