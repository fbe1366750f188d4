#include "cli/run_place.h"

#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <string_view>

#include "base/ascii.h"
#include "base/system.h"
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
  if (const auto bound = ClockErrorBound()) {
    place.clock_error_ms = static_cast<double>(bound->count()) / 1e3;
  }
  return place;
}

}  // namespace busyhour::internal
