#include "cli/run_place.h"

#include <sys/timex.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "base/ascii.h"
#include "deliver/secrets.h"

namespace busyhour::internal {
namespace {

// Maximum number of characters of a command.
constexpr std::size_t kMostCommand = 4096;

// The word as a shell reads it.
std::string ShellWord(const std::string& word) {
  constexpr std::string_view kPlain = "@%+=:,./_-";
  bool is_plain = !word.empty();
  std::string quoted = "'";
  for (const char c : word) {
    is_plain =
        is_plain && (IsLetterOrDigit(c) || kPlain.find(c) != kPlain.npos);
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return is_plain ? word : quoted + '\'';
}

// What settings name or contain: the values of environment variables, and of
// headers, which may be keys.
Secrets SecretsOf(const std::vector<std::string>& with) {
  Secrets secrets;
  for (const std::string& setting : with) {
    const std::size_t equals = setting.find('=');
    if (equals == setting.npos) continue;
    const std::string name = setting.substr(0, equals);
    const std::string value = setting.substr(equals + 1);
    if (name.starts_with("header.")) secrets.Add(value);
    if (name.find("_env") == name.npos || name == "user_env") continue;
    const char* const variable = std::getenv(value.c_str());
    if (variable != nullptr) secrets.Add(variable);
  }
  return secrets;
}

std::string HostName() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

// The kernel's bound of the error, in milliseconds.
std::optional<double> ClockErrorMs() {
  timex clock{};
  if (::adjtimex(&clock) == TIME_ERROR || (clock.status & STA_UNSYNC) != 0) {
    return std::nullopt;
  }
  return static_cast<double>(clock.maxerror) / 1e3;
}

}  // namespace

RunPlace PlaceOfRun(int argc, const char* const* argv,
                    const std::vector<std::string>& with) {
  const Secrets secrets = SecretsOf(with);
  RunPlace place;
  place.command = "busyhour";
  for (int i = 0; i < argc; ++i) {
    place.command += ' ' + secrets.Hide(ShellWord(argv[i]), kMostCommand);
  }
  place.host = HostName();
  place.clock_error_ms = ClockErrorMs();
  return place;
}

}  // namespace busyhour::internal
