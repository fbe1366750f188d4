// busyhour profiles: lists, shows and validates profiles.

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/nearest.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/other_words.h"
#include "job/fault_rules.h"
#include "profile/load.h"

namespace busyhour::internal {
namespace {

constexpr std::array<std::string_view, 3> kActions = {"list", "show",
                                                      "validate"};
// Words for other commands are for those of this one.
constexpr std::array<std::string_view, 1> kMeantHere = {"profiles"};

constexpr Option kProfilesOptions[] = {
    {"json", "", "List as JSON; show JSON without comments"}, kQuiet};

int List(bool json) {
  auto list = nlohmann::ordered_json::array();
  for (const BuiltinProfile& builtin : BuiltinProfiles()) {
    const Profile profile = LoadProfile(std::string(builtin.name));
    if (json) {
      list.push_back(
          {{"name", profile.name}, {"description", profile.description}});
    } else {
      fmt::print("{:<18} {}\n", profile.name, profile.description);
    }
  }
  if (json) std::puts(list.dump(2).c_str());
  return kDone;
}

int Show(const std::vector<std::string>& names, bool json) {
  for (const std::string& name : names) {
    const Profile profile = LoadProfile(name);
    if (json) {
      std::puts(nlohmann::ordered_json::parse(profile.text, nullptr, true, true)
                    .dump(2)
                    .c_str());
      continue;
    }
    const std::string& text = profile.source_text;
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (!text.ends_with('\n')) std::fputc('\n', stdout);
  }
  return kDone;
}

// `1 flow`, `3 flows`.
std::string Counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

int Validate(const std::vector<std::string>& names, bool quiet) {
  int exit_code = kDone;
  for (const std::string& name : names) {
    try {
      const Profile profile = LoadProfile(name);
      std::vector<Problem> problems;
      CheckFaultFields(profile.faults, profile.name, problems);
      if (!problems.empty()) throw InputError(std::move(problems));
      if (quiet) continue;
      std::size_t steps = 0;
      for (const Flow& flow : profile.flows) steps += flow.steps.size();
      fmt::print("{}: valid: {}, {}\n", name == "-" ? "standard input" : name,
                 Counted(profile.flows.size(), "flow"), Counted(steps, "step"));
    } catch (const InputError& error) {
      fmt::print(stderr, "{}\n", error.what());
      exit_code = kBadInput;
    }
  }
  return exit_code;
}

}  // namespace

int RunProfiles(int argc, const char* const* argv) {
  OptionReader options(
      {"profiles",
       "[list] [--json] | show [--json] NAME|FILE ... | validate NAME|FILE ...",
       "Lists the shipped profiles, shows one, or reports all problems "
       "with one.",
       "busyhour profiles validate my-profile.json"});
  options.Declare(kProfilesOptions);
  options.AllowWords(1000, [](std::size_t position) {
    return position == 0
               ? std::vector<std::string_view>(kActions.begin(), kActions.end())
               : NamesOf(BuiltinProfiles());
  });
  if (options.Parse(argc, argv)) return kDone;
  options.ThrowIfRefused();
  std::vector<std::string> words = options.words();
  const std::string action = words.empty() ? "list" : words.front();
  if (!words.empty()) words.erase(words.begin());
  if (options.Has("json") && action == "validate") {
    throw InputError("--json", "requires list or show");
  }
  if (options.Has("quiet") && action != "validate") {
    throw InputError("--quiet", "requires validate");
  }
  if (action == "list" && words.empty()) return List(options.Has("json"));
  if (action == "show" && !words.empty())
    return Show(words, options.Has("json"));
  if (action == "validate" && !words.empty()) {
    return Validate(words, options.Has("quiet"));
  }
  if (action == "show" || action == "validate") {
    throw InputError("busyhour profiles " + action,
                     "NAME is missing: the name or the file of a profile");
  }
  if (action == "list") {
    throw InputError("\"" + words.front() + "\"",
                     "unexpected argument; list shows all profiles");
  }
  std::string hint = DidYouMean(action, kActions);
  if (hint.empty()) hint = CommandHint(action, kMeantHere);
  throw InputError("busyhour profiles",
                   "\"" + action + "\" is not list, show or validate" + hint);
}

}  // namespace busyhour::internal
