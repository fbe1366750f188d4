#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "busyhour/error.h"
#include "check/figure.h"
#include "cli/candidates.h"
#include "job/job_options.h"
#include "job/option.h"

namespace busyhour::internal {

/// The help of a command, without its options.
struct CommandHelp {
  std::string command;
  std::string usage;  ///< the part after the command's name
  std::string summary;
  std::string example;  ///< one line
  /// What exit statuses 0 and 1 mean, if the page of the program does not tell.
  std::string_view done = {};
  std::string_view failed = {};
};

/// The meaning of an option, with its choices and its default.
std::string HelpText(const Option& option);

/// In the commands that show progress or a summary.
inline constexpr Option kQuiet = Short('q', {"quiet", "", "Print errors only"});

/// In commands whose output is what was asked for.
inline constexpr Option kQuietOutput =
    Short('q', {"quiet", "", "Print nothing but the output, and errors"});

/// The options of a command. Reads them as text and reports all problems
/// together.
class OptionReader {
 public:
  /// Also declares `--help` and `--version`.
  explicit OptionReader(CommandHelp help);

  void Declare(std::span<const Option> options);
  /// Declares the job options that the command has. `defaults` replace the
  /// defaults in the table.
  void DeclareJob(
      JobCommand command,
      std::initializer_list<std::pair<std::string_view, std::string_view>>
          defaults = {});
  /// Declares `--quiet` for a command whose exit status says what it found:
  /// nothing is written to standard output then.
  void DeclareQuietAnswer() {
    constexpr Option kQuietAnswer = Short(
        'q', {"quiet", "", "Print errors only; the exit status is the answer"});
    Declare({&kQuietAnswer, 1});
    has_quiet_answer_ = true;
  }
  /// Replaces the help of a declared option whose meaning in this command
  /// differs.
  void ReplaceHelp(std::string_view name, std::string_view help,
                   std::string_view default_value = {});
  /// Maximum number of positional arguments, and what they may be if they are
  /// fixed words.
  void AllowWords(std::size_t most, WordsAt words_at = nullptr) {
    positional_ = {most, words_at};
  }

  /// The same, if they are like the values of a job option.
  void AllowWordsLike(std::size_t most, std::string_view option) {
    positional_ = {most, nullptr, &FindJobOption(option).option};
  }

  /// What shells offer for an option of this command alone.
  void Offer(std::string_view option, Offers offers) {
    offers_.emplace(option, offers);
  }

  /// What thresholds can be about, see `DeclareChecks`.
  void SetFigures(std::vector<FigureName> figures) {
    figures_ = std::move(figures);
  }
  const std::vector<FigureName>& figures() const { return figures_; }

  /// True if help, the version, the manual page or candidates for a shell were
  /// requested; they have been printed then.
  bool Parse(int argc, const char* const* argv);

  bool Has(std::string_view name) const;
  /// The option's value, or its default.
  std::string Text(std::string_view name) const;
  /// All given values, in order.
  std::vector<std::string> Texts(std::string_view name) const;
  const std::vector<std::string>& words() const { return words_; }
  /// The names of the given options.
  std::vector<std::string_view> Given() const;

  /// The value of `name`, or its default, as `parse` reads it from a
  /// `std::string_view`. A value that `parse` cannot read is refused as not
  /// `kind`.
  template <class Parse>
  auto Value(std::string_view name, Parse parse, std::string_view kind) {
    const std::string text = Text(name);
    auto value = parse(std::string_view(text));
    if (!value) Refuse(name, NotA(text, kind));
    return value;
  }
  /// The index of the option's value among its choices.
  std::optional<std::size_t> Choice(std::string_view name);
  /// A whole number from `least` to `most`.
  std::optional<std::uint64_t> Count(std::string_view name, std::uint64_t least,
                                     std::uint64_t most);
  /// The value of `--threads`, or `otherwise` if it is not given.
  int Threads(int otherwise);
  /// A duration in milliseconds, above 0 and at most `most_ms`.
  std::optional<std::int64_t> Duration(std::string_view name,
                                       std::int64_t most_ms);
  /// A size in bytes, from `least` to `most`. `kind` describes the range in
  /// messages: `a size of 4KiB or more`.
  std::optional<std::uint64_t> Size(std::string_view name, std::uint64_t least,
                                    std::uint64_t most, std::string_view kind);

  /// The values of the options of `DeclareJob`.
  JobSpec ReadJobSpec();

  /// The given options of `DeclareJob`, except those in `but_for`.
  std::vector<std::string_view> GivenOfJob(
      std::initializer_list<std::string_view> but_for = {}) const;
  /// Adds a problem of option `name`.
  void Refuse(std::string_view name, std::string message);
  /// Refuses the options of `GivenOfJob`.
  void RefuseJob(const std::string& message,
                 std::initializer_list<std::string_view> but_for = {});
  /// Calls `read` and adds the problems of an `InputError` to the list.
  template <class Read>
  void Collect(Read read) {
    try {
      read();
    } catch (const InputError& error) {
      problems_.insert(problems_.end(), error.problems().begin(),
                       error.problems().end());
    }
  }
  /// The list of problems, to which callers may add their own.
  std::vector<Problem>& problems() { return problems_; }
  /// Throws if there are problems.
  void ThrowIfRefused();

 private:
  void ReadGiven(std::span<const char* const> arguments);
  void PrintHelp() const;
  const Option& Find(std::string_view name) const;
  std::string SeeHelp() const;
  void SortWords(const std::vector<std::string>& given);
  void RefuseSurplusWords();

  CommandHelp help_;
  std::vector<Option> declared_;
  std::vector<const JobOption*> job_;  // the job options among them
  PositionalWords positional_;
  std::map<std::string_view, Offers> offers_;
  std::vector<FigureName> figures_;
  // Given names and values, in order.
  std::vector<std::pair<std::string, std::string>> given_;
  bool has_quiet_answer_ = false;
  std::vector<std::string> words_;
  std::vector<Problem> problems_;
};

/// Loads the profile that `spec` names. Its problems are added to those of
/// `options`.
Profile ReadProfile(OptionReader& options, const JobSpec& spec);

}  // namespace busyhour::internal
