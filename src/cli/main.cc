#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "busyhour/error.h"
#include "cli/command.h"
#include "cli/other_words.h"
#include "cli/program.h"

namespace busyhour {
namespace {

constexpr std::array kCommands = {
    Command{"generate", "write a profile's logs to files or standard output",
            RunGenerate},
    Command{"load", "send a profile's logs to a receiver, on schedule",
            StartLoad},
    Command{"control", "change a load run while it goes on, or show its state",
            RunControlCommand},
    Command{"describe",
            "preview traffic, records, memory and time before generating",
            RunDescribe},
    Command{"profiles", "list, show and validate profiles", RunProfiles},
    Command{"schema", "print the JSON Schema of a log, or of a profile",
            RunSchema},
    Command{"truth",
            "print what is true of a job's records: calls, results, use",
            RunTruth},
    Command{"find", "list calls in which something happened", RunFind},
    Command{"explain", "show the call behind an id or a record", RunExplain},
    Command{"events", "write the events that the calls' application receives",
            RunEvents},
    Command{"metrics", "write the metrics that the calls cause", RunMetrics},
    Command{"verify", "compare what a pipeline delivered with what was sent",
            RunVerify},
    Command{"merge", "merge the reports or manifests of shards to one",
            RunMerge},
    Command{"report", "show a load run, a verification or a data set as a page",
            RunReportCommand},
    Command{"score", "compare a pipeline's alerts with the run's incidents",
            RunScore},
    Command{"bench", "measure how fast parsers read the logs", RunBench},
};

void PrintHelp(std::FILE* out) {
  std::fputs(
      "busyhour makes the logs that Azure Call Automation would have written,\n"
      "from calls that never happened.\n\n"
      "Usage:\n  busyhour COMMAND [OPTIONS]\n\nCommands:\n",
      out);
  for (const Command& command : kCommands) {
    std::fprintf(out, "  %-10.*s %.*s\n", static_cast<int>(command.name.size()),
                 command.name.data(), static_cast<int>(command.summary.size()),
                 command.summary.data());
  }
  std::fputs(
      "\nbusyhour help COMMAND, or busyhour COMMAND --help, shows the options "
      "of a command.\nbusyhour --version prints the version.\n\nExample:\n"
      "  busyhour generate --profile contact-center --duration 1h --out "
      "./logs\n"
      "\nExit status: 0 done, 1 the job failed, 2 bad input and nothing "
      "written,\n130 interrupted.\n",
      out);
}

// Throws if there is no such command.
const Command& FindCommand(std::string_view word) {
  std::vector<std::string_view> names;
  for (const Command& command : kCommands) {
    if (command.name == word) return command;
    names.push_back(command.name);
  }
  std::string hint = CommandHint(word, names);
  if (hint.empty()) hint = "; see busyhour --help";
  throw InputError("busyhour",
                   "\"" + std::string(word) + "\" is not a command" + hint);
}

// `busyhour help COMMAND` is `busyhour COMMAND --help`.
int RunHelp(int argc, const char* const* argv) {
  if (argc < 2) {
    PrintHelp(stdout);
    return kDone;
  }
  const std::array words = {argv[1], "--help"};
  return FindCommand(argv[1]).run(static_cast<int>(words.size()), words.data());
}

int Run(int argc, const char* const* argv) {
  if (argc < 2) {
    PrintHelp(stderr);
    return kBadInput;
  }
  const std::string_view word = argv[1];
  if (word == "help") return RunHelp(argc - 1, argv + 1);
  if (word == "--help" || word == "-h") {
    PrintHelp(stdout);
    return kDone;
  }
  if (word == "--version" || word == "-V") {
    PrintVersion();
    return kDone;
  }
  return FindCommand(word).run(argc - 1, argv + 1);
}

}  // namespace
}  // namespace busyhour

int main(int argc, char** argv) {
  return busyhour::RunProgram(busyhour::Run, argc, argv);
}
