#include "cli/print_verdicts.h"

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <string>

#include "base/ascii.h"

namespace busyhour::internal {
namespace {

bool HasColors(std::FILE* out) {
  const auto variable = [](const char* name) {
    const char* const value = std::getenv(name);
    return std::string_view(value == nullptr ? "" : value);
  };
  return ::isatty(::fileno(out)) != 0 && variable("NO_COLOR").empty() &&
         variable("TERM") != "dumb";
}

std::string_view ColorOf(std::string_view word) {
  if (word == "PASSED" || word == "passed") return "\033[32m";
  return word == "FAILED" ? "\033[31m" : "";
}

std::string Colored(std::string_view text) {
  std::string colored;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n') + 1);
    if (line.empty()) line = text;
    text.remove_prefix(line.size());
    const std::size_t begin =
        std::min(line.find_first_not_of(' '), line.size());
    const std::size_t end = static_cast<std::size_t>(
        std::find_if_not(line.begin() + static_cast<std::ptrdiff_t>(begin),
                         line.end(), IsLetter) -
        line.begin());
    const std::string_view word = line.substr(begin, end - begin);
    const std::string_view color = ColorOf(word);
    colored.append(line.substr(0, begin)).append(color).append(word);
    colored.append(color.empty() ? "" : "\033[0m").append(line.substr(end));
  }
  return colored;
}

}  // namespace

void PrintVerdicts(std::string_view text, std::FILE* out) {
  const std::string shown = HasColors(out) ? Colored(text) : std::string(text);
  std::fwrite(shown.data(), 1, shown.size(), out);
}

}  // namespace busyhour::internal
