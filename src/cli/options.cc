#include "cli/options.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cxxopts.hpp>
#include <utility>

#include "base/ascii.h"
#include "base/duration_hint.h"
#include "base/units.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/man_page.h"
#include "cli/offers.h"
#include "cli/other_words.h"
#include "deliver/secrets.h"
#include "profile/load.h"

namespace busyhour::internal {
namespace {

constexpr Option kEveryCommand[] = {
    Short('h', {"help", "", "Show this help"}),
    Short('V', {"version", "", "Show the version"}),
};

void AddOption(const Option& option, cxxopts::Options& options) {
  std::string name(option.name);
  if (option.letter != '\0') name = std::string{option.letter, ','} + name;
  if (option.value.empty()) {
    options.add_options()(name, HelpText(option));
    return;
  }
  const auto value = cxxopts::value<std::string>();
  if (!option.bare.empty()) value->implicit_value(std::string(option.bare));
  options.add_options()(name, HelpText(option), value,
                        std::string(option.value));
}

// The form of the help, and of cxxopts.
cxxopts::Options MakeOptions(const CommandHelp& help,
                             std::span<const Option> declared) {
  cxxopts::Options options("busyhour " + help.command, help.summary);
  options.custom_help(help.usage);
  options.positional_help("");
  options.set_width(80);
  options.allow_unrecognised_options();
  for (const Option& option : declared) AddOption(option, options);
  return options;
}

}  // namespace

// `Random seed (default: 1)`.
std::string HelpText(const Option& option) {
  std::string text(option.help);
  if (option.choices != nullptr) text += ": " + Listed(option.choices());
  if (!option.default_value.empty()) {
    text.append(" (default: ").append(option.default_value) += ')';
  }
  return text;
}

OptionReader::OptionReader(CommandHelp help) : help_(std::move(help)) {
  Declare(kEveryCommand);
}

void OptionReader::Declare(std::span<const Option> options) {
  declared_.insert(declared_.end(), options.begin(), options.end());
}

void OptionReader::DeclareJob(
    JobCommand command,
    std::initializer_list<std::pair<std::string_view, std::string_view>>
        defaults) {
  for (const JobOption& option : JobOptions()) {
    if ((option.commands & command) == 0) continue;
    Option declared = option.option;
    for (const auto& [name, text] : defaults) {
      if (declared.name == name) declared.default_value = text;
    }
    Declare({&declared, 1});
    job_.push_back(&option);
  }
}

void OptionReader::ReplaceHelp(std::string_view name, std::string_view help,
                               std::string_view default_value) {
  for (Option& option : declared_) {
    if (option.name != name) continue;
    option.help = help;
    option.default_value = default_value;
  }
}

bool OptionReader::Parse(int argc, const char* const* argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  const std::string_view first = argc > 1 ? argv[1] : std::string_view();
  if (first == kComplete) {
    const auto candidates = CandidatesFor(
        arguments.subspan(2), declared_, positional_,
        [this](std::string_view option) {
          const auto own = offers_.find(option);
          return own == offers_.end() ? OffersFor(option) : own->second;
        });
    std::fputs(CandidateLines(arguments.back(), candidates).c_str(), stdout);
    return true;
  }
  if (first == kManPage) {
    std::fputs(CommandPage(help_, declared_).c_str(), stdout);
    return true;
  }
  ReadGiven(arguments);
  if (Has("help")) {
    PrintHelp();
    return true;
  }
  if (Has("version")) {
    PrintVersion();
    return true;
  }
  for (const Option& option : declared_) {
    if (!option.repeats && Texts(option.name).size() > 1) {
      Refuse(option.name, "is given more than once");
    }
  }
  if (has_quiet_answer_ && Has("quiet") &&
      std::freopen("/dev/null", "w", stdout) == nullptr) {
    Refuse("quiet", "cannot open /dev/null");
  }
  return false;
}

void OptionReader::PrintHelp() const {
  std::printf("%s\nExample:\n  %s\n",
              MakeOptions(help_, declared_).help().c_str(),
              help_.example.c_str());
}

// The arguments begin with the name of the command.
void OptionReader::ReadGiven(std::span<const char* const> arguments) {
  const CheckedArguments checked =
      CheckArguments(arguments, declared_,
                     [this](std::string_view option, std::string message) {
                       Refuse(option, std::move(message));
                     });
  std::vector<const char*> words;
  for (const std::string& word : checked.before) words.push_back(word.c_str());
  try {
    const cxxopts::ParseResult parsed =
        MakeOptions(help_, declared_)
            .parse(static_cast<int>(words.size()), words.data());
    for (const cxxopts::KeyValue& given : parsed.arguments()) {
      given_.emplace_back(given.key(), given.value());
    }
    SortWords(parsed.unmatched());
    words_.insert(words_.end(), checked.behind.begin(), checked.behind.end());
    RefuseSurplusWords();
  } catch (const cxxopts::exceptions::exception& error) {
    throw InputError("busyhour " + help_.command, error.what());
  }
}

// Sorts the arguments that are not declared options: those with a dash are
// unknown options, the others are positional arguments.
void OptionReader::SortWords(const std::vector<std::string>& given) {
  // cxxopts splits -j4 into -j and -4.
  const auto is_digit = [&](std::size_t i) {
    return i < given.size() && given[i].size() == 2 && given[i][0] == '-' &&
           IsDigit(given[i][1]);
  };
  bool may_be_value = false;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::string& word = given[i];
    if (is_digit(i) && may_be_value) continue;
    if (word.size() > 1 && word[0] == '-') {
      const std::string name = word.substr(0, word.find('='));
      std::string value = name == word ? "" : word.substr(name.size() + 1);
      for (std::size_t at = i + 1; name == word && is_digit(at); ++at) {
        value += given[at][1];
      }
      if (name == word && i + 1 < given.size() && given[i + 1][0] != '-') {
        value = given[i + 1];
      }
      std::string hint = OptionHint(name, value, help_.command, declared_);
      if (hint.empty()) hint = SeeHelp();
      problems_.push_back({name, 0, 0, "", "is not an option" + hint});
      may_be_value = name == word;
    } else {
      // It is probably the value of the unknown option before it, which is a
      // problem already.
      if (!may_be_value) words_.push_back(word);
      may_be_value = false;
    }
  }
}

void OptionReader::RefuseSurplusWords() {
  for (std::size_t i = positional_.most; i < words_.size(); ++i) {
    std::string hint = WordHint(words_[i], declared_);
    if (words_[i].starts_with('-') && words_[i].size() > 1) {
      hint = "; what is behind -- is no option";
    }
    if (hint.empty()) hint = SeeHelp();
    problems_.push_back({"\"" + HideInAddress(words_[i]) + "\"", 0, 0, "",
                         "unexpected argument" + hint});
  }
}

std::string OptionReader::SeeHelp() const {
  return "; see busyhour " + help_.command + " --help";
}

const Option& OptionReader::Find(std::string_view name) const {
  return *std::find_if(
      declared_.begin(), declared_.end(),
      [&](const Option& option) { return option.name == name; });
}

bool OptionReader::Has(std::string_view name) const {
  return std::any_of(given_.begin(), given_.end(),
                     [&](const auto& given) { return given.first == name; });
}

std::string OptionReader::Text(std::string_view name) const {
  std::vector<std::string> texts = Texts(name);
  return texts.empty() ? std::string(Find(name).default_value)
                       : std::move(texts.back());
}

std::vector<std::string> OptionReader::Texts(std::string_view name) const {
  std::vector<std::string> texts;
  for (const auto& [given, text] : given_) {
    if (given == name) texts.push_back(text);
  }
  return texts;
}

std::vector<std::string_view> OptionReader::Given() const {
  std::vector<std::string_view> names;
  for (const Option& option : declared_) {
    if (Has(option.name)) names.push_back(option.name);
  }
  return names;
}

std::optional<std::size_t> OptionReader::Choice(std::string_view name) {
  const std::vector<std::string_view> choices = Find(name).choices();
  const std::string text = Text(name);
  const auto at = std::find(choices.begin(), choices.end(), text);
  if (at != choices.end()) {
    return static_cast<std::size_t>(at - choices.begin());
  }
  Refuse(name, NotAmong(text, choices));
  return std::nullopt;
}

std::optional<std::uint64_t> OptionReader::Count(std::string_view name,
                                                 std::uint64_t least,
                                                 std::uint64_t most) {
  const auto parse = [&](std::string_view text) {
    const std::optional<std::uint64_t> count = ParseCount(text);
    return count && *count >= least && *count <= most ? count : std::nullopt;
  };
  return Value(
      name, parse,
      "a whole number from " + FormatCount(least) + " to " + FormatCount(most));
}

int OptionReader::Threads(int otherwise) {
  if (!Has("threads")) return otherwise;
  return static_cast<int>(Count("threads", 1, kMostThreads).value_or(1));
}

std::optional<std::int64_t> OptionReader::Duration(std::string_view name,
                                                   std::int64_t most_ms) {
  const auto parse = [&](std::string_view text) {
    const std::optional<std::int64_t> ms = ParseDuration(text);
    return ms && *ms > 0 && *ms <= most_ms ? ms : std::nullopt;
  };
  const std::string text = Text(name);
  const std::optional<std::int64_t> value = parse(text);
  if (!value) {
    Refuse(name,
           NotA(text, "a duration above 0, up to " + FormatDuration(most_ms) +
                          ", such as 500ms or 10m") +
               DurationHint(text));
  }
  return value;
}

std::optional<std::uint64_t> OptionReader::Size(std::string_view name,
                                                std::uint64_t least,
                                                std::uint64_t most,
                                                std::string_view kind) {
  const auto parse = [&](std::string_view text) {
    const std::optional<std::uint64_t> size = ParseSize(text);
    return size && *size >= least && *size <= most ? size : std::nullopt;
  };
  return Value(name, parse, kind);
}

JobSpec OptionReader::ReadJobSpec() {
  JobSpec spec;
  for (const JobOption* option : job_) {
    for (const std::string& text : Texts(option->option.name)) {
      ReadJobOption(*option, text, spec, [&](std::string message) {
        Refuse(option->option.name, std::move(message));
      });
    }
  }
  return spec;
}

void OptionReader::Refuse(std::string_view name, std::string message) {
  // What concerns no option concerns the command.
  problems_.push_back(
      {name.empty() ? "busyhour " + help_.command : "--" + std::string(name), 0,
       0, "", std::move(message)});
}

std::vector<std::string_view> OptionReader::GivenOfJob(
    std::initializer_list<std::string_view> but_for) const {
  std::vector<std::string_view> given;
  for (const JobOption* option : job_) {
    const std::string_view name = option->option.name;
    if (Has(name) &&
        std::find(but_for.begin(), but_for.end(), name) == but_for.end()) {
      given.push_back(name);
    }
  }
  return given;
}

void OptionReader::RefuseJob(const std::string& message,
                             std::initializer_list<std::string_view> but_for) {
  for (const std::string_view name : GivenOfJob(but_for)) Refuse(name, message);
}

void OptionReader::ThrowIfRefused() {
  if (!problems_.empty()) throw InputError(std::move(problems_));
}

Profile ReadProfile(OptionReader& options, const JobSpec& spec) {
  Profile profile;
  options.Collect([&] { profile = ProfileOf(spec); });
  return profile;
}

}  // namespace busyhour::internal
