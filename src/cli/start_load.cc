// busyhour load is a program of its own: it is linked with libraries for HTTP,
// Kafka, AMQP and metrics, which take longer to load than other commands to
// run.

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/system.h"
#include "cli/command.h"

namespace busyhour::internal {

int StartLoad(int argc, const char* const* argv) {
  const std::filesystem::path self = RunningProgram();
  const std::string program = self.parent_path() / "busyhour-load";
  std::string name = "busyhour";
  std::vector<std::string> words(argv, argv + argc);
  std::vector<char*> arguments = {name.data()};
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execv(program.c_str(), arguments.data());
  throw std::runtime_error("cannot start " + program + ", which belongs to " +
                           self.string() + ": " + std::strerror(errno));
}

}  // namespace busyhour::internal
