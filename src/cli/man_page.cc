#include "cli/man_page.h"

#include <algorithm>
#include <cstddef>

#include "base/ascii.h"
#include "busyhour/version.h"

namespace busyhour::internal {
namespace {

// Text for roff: backslashes and hyphens are escaped, and no line begins with
// a character that makes it a request.
std::string Roff(std::string_view text) {
  std::string roff;
  bool begins_line = true;
  for (const char c : text) {
    if (begins_line && (c == '.' || c == '\'')) roff += "\\&";
    if (c == '\\') {
      roff += "\\e";
    } else if (c == '-') {
      roff += "\\-";
    } else {
      roff += c;
    }
    begins_line = c == '\n';
  }
  return roff;
}

std::string Bold(std::string_view text) { return "\\fB" + Roff(text) + "\\fR"; }
std::string Italic(std::string_view text) {
  return "\\fI" + Roff(text) + "\\fR";
}

std::string Begin(std::string_view page, std::string_view summary) {
  return ".TH " + Roff(InUpperCase(page)) + " 1 \"\" \"busyhour " +
         Roff(kVersion) + "\" \"User Commands\"\n.SH NAME\n" + Roff(page) +
         " \\- " + Roff(summary) + '\n';
}

std::string Example(std::string_view line) {
  return ".SH EXAMPLE\n.nf\n" + Roff(line) + "\n.fi\n";
}

// Of a command, its own words for done and failed.
std::string ExitStatus(std::string_view done, std::string_view failed) {
  std::string section = ".SH EXIT STATUS\n";
  for (const ExitMeaning& exit : kExits) {
    std::string_view meaning = exit.meaning;
    if (exit.code == kDone && !done.empty()) meaning = done;
    if (exit.code == kJobFailed && !failed.empty()) meaning = failed;
    section +=
        ".TP\n" + Bold(std::to_string(exit.code)) + '\n' + Roff(meaning) + '\n';
  }
  return section;
}

// The first sentence, in one line.
std::string FirstSentence(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  text.resize(std::min(text.find(". "), text.size()));
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace

std::string CommandPage(const CommandHelp& help,
                        std::span<const Option> options) {
  std::string page =
      Begin("busyhour-" + help.command, FirstSentence(help.summary)) +
      ".SH SYNOPSIS\n" + Bold("busyhour " + help.command) + ' ' +
      Roff(help.usage) + "\n.SH DESCRIPTION\n" + Roff(help.summary) +
      "\n.SH OPTIONS\n";
  for (const Option& option : options) {
    page += ".TP\n";
    if (option.letter != '\0')
      page += Bold(std::string{'-', option.letter}) + ", ";
    page += Bold("--" + std::string(option.name));
    if (!option.value.empty()) {
      const std::string value =
          (option.bare.empty() ? " " : "=") + Italic(option.value);
      page += option.bare.empty() ? value : '[' + value + ']';
    }
    page += '\n' + Roff(HelpText(option)) + '\n';
  }
  return page + ExitStatus(help.done, help.failed) + Example(help.example) +
         ".SH SEE ALSO\n" + Bold("busyhour") + "(1)\n";
}

std::string ProgramPage(const CommandHelp& help,
                        std::span<const Command> commands) {
  std::string page =
      Begin("busyhour", "make, send and verify logs of Azure Call Automation") +
      ".SH SYNOPSIS\n" + Bold("busyhour") + ' ' + Roff(help.usage) +
      "\n.SH DESCRIPTION\n" + Roff(help.summary) + "\n.SH COMMANDS\n";
  std::string see;
  for (const Command& command : commands) {
    const std::string name = "busyhour-" + std::string(command.name);
    page += ".TP\n" + Bold(command.name) + '\n' + Roff(command.summary) + '\n';
    see += (see.empty() ? "" : ", ") + Bold(name) + "(1)";
  }
  page += ExitStatus({}, {}) + ".SH ENVIRONMENT\n.TP\n" + Bold("NO_COLOR") +
          "\nIf it is set and not empty, verdicts have no color.\n.TP\n" +
          Bold("BUSYHOUR_SHARD") + ", " + Bold("BUSYHOUR_SHARDS") + '\n' +
          Roff(
              "The shard of --shard auto: K/N, or the number of all shards, "
              "if the number of this one comes from the program that starts "
              "it.") +
          '\n';
  return page + Example(help.example) + ".SH SEE ALSO\n" + see + '\n';
}

}  // namespace busyhour::internal
