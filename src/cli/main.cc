#include <array>
#include <cstddef>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "busyhour/error.h"
#include "cli/candidates.h"
#include "cli/command.h"
#include "cli/man_page.h"
#include "cli/options.h"
#include "cli/other_words.h"
#include "cli/program.h"
#include "text/problems.h"

namespace busyhour::internal {
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
    Command{"completion", "print completions for bash, zsh or fish",
            RunCompletion},
};
constexpr std::size_t kCommandWidth = 10;

CommandHelp ProgramHelp() {
  return {"", "COMMAND [OPTIONS]",
          "busyhour makes the logs that Azure Call Automation would have "
          "written,\nfrom calls that never happened.",
          "busyhour generate --profile contact-center --duration 1h --out "
          "./logs"};
}

void PrintHelp(std::FILE* out) {
  const CommandHelp help = ProgramHelp();
  std::string text =
      help.summary + "\n\nUsage:\n  busyhour " + help.usage + "\n\nCommands:\n";
  for (const Command& command : kCommands) {
    std::string name(command.name);
    name.resize(kCommandWidth, ' ');
    text.append("  ").append(name).append(" ").append(command.summary) += '\n';
  }
  text +=
      "\nbusyhour help COMMAND, or busyhour COMMAND --help, shows the options "
      "of a command.\nbusyhour help --man [COMMAND] prints a manual page.\n"
      "busyhour --version prints the version.\n\nExample:\n  " +
      help.example + "\n\nExit status:\n";
  for (const ExitMeaning& exit : kExits) {
    std::string code = std::to_string(exit.code);
    code.resize(kCommandWidth, ' ');
    text.append("  ").append(code).append(" ").append(exit.meaning) += '\n';
  }
  std::fputs(text.c_str(), out);
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
                   Quoted(word) +
                       (word.starts_with('-') ? " is not an option of busyhour"
                                              : " is not a command") +
                       hint);
}

// Options of a command are behind it.
void RefuseEarlyOption(std::span<const char* const> words) {
  const std::string option = words.front();
  for (const std::string_view word : words.subspan(1)) {
    for (const Command& command : kCommands) {
      if (command.name != word) continue;
      throw InputError("busyhour", "\"" + option +
                                       "\" is an option of a command, and "
                                       "belongs behind it: busyhour " +
                                       std::string(word) + " " + option);
    }
  }
}

// `busyhour help [COMMAND]`, `busyhour help --man [COMMAND]`.
int RunHelp(std::span<const char* const> words) {
  bool wants_page = false;
  std::vector<std::string_view> names;
  for (const std::string_view word : words) {
    if (word == kManPage) {
      wants_page = true;
    } else {
      names.push_back(word);
    }
  }
  if (names.size() > 1) {
    throw InputError(
        "busyhour help",
        Quoted(names[1]) + ": unexpected argument; it shows one command");
  }
  if (!names.empty() && names.front() != "help") {
    const Command& command = FindCommand(names.front());
    const std::array arguments = {command.name.data(),
                                  wants_page ? kManPage.data() : "--help"};
    return command.run(static_cast<int>(arguments.size()), arguments.data());
  }
  if (wants_page) {
    std::fputs(ProgramPage(ProgramHelp(), kCommands).c_str(), stdout);
  } else {
    PrintHelp(stdout);
  }
  return kDone;
}

// The arguments are those of `busyhour` after `--complete`.
int RunComplete(std::span<const char* const> words) {
  if (words.empty()) return kDone;
  const std::string_view first = words.front();
  std::vector<Candidate> candidates;
  const bool is_help = first == "help";
  // `help --man generate` has a word more.
  const bool is_page =
      is_help && words.size() > 2 && std::string_view(words[1]) == kManPage;
  for (const Command& command : kCommands) {
    if (words.size() > 1 && command.name == first) {
      std::vector<const char*> inner(words.begin(), words.end());
      inner.insert(inner.begin() + 1, kComplete.data());
      return command.run(static_cast<int>(inner.size()), inner.data());
    }
    candidates.push_back(
        {std::string(command.name), std::string(command.summary)});
  }
  if (words.size() == 1) {
    candidates.push_back({"help", "show the options of a command"});
    candidates.push_back({"--help"});
    candidates.push_back({"--version"});
  } else if (!is_help || words.size() > (is_page ? 3U : 2U)) {
    return kDone;
  } else if (!is_page) {
    candidates.push_back({std::string(kManPage)});
  }
  std::fputs(CandidateLines(words.back(), candidates).c_str(), stdout);
  return kDone;
}

int Run(int argc, const char* const* argv) {
  if (argc < 2) {
    PrintHelp(stderr);
    return kBadInput;
  }
  const std::string_view word = argv[1];
  if (word == "help") return RunHelp({argv + 2, argv + argc});
  if (word == kComplete) {
    return RunComplete({argv + 2, static_cast<std::size_t>(argc - 2)});
  }
  if (word == "--help" || word == "-h") {
    PrintHelp(stdout);
    return kDone;
  }
  if (word == "--version" || word == "-V") {
    PrintVersion();
    return kDone;
  }
  if (word.starts_with('-')) RefuseEarlyOption({argv + 1, argv + argc});
  return FindCommand(word).run(argc - 1, argv + 1);
}

}  // namespace
}  // namespace busyhour::internal

int main(int argc, char** argv) {
  return busyhour::internal::RunProgram(busyhour::internal::Run, argc, argv);
}
