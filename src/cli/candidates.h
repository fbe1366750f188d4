#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "job/option.h"

// What a shell may offer to complete a command line. The scripts of `busyhour
// completion` ask for it with `busyhour --complete WORD ...`, where the last
// word is the one to complete, and may be empty.

namespace busyhour::internal {

/// The first argument of a command that is to print candidates.
inline constexpr std::string_view kComplete = "--complete";

/// The words that a positional argument may be. `position` counts from 0.
using WordsAt = std::vector<std::string_view> (*)(std::size_t position);

/// The positional arguments of a command.
struct PositionalWords {
  std::size_t most = 0;
  WordsAt words_at = nullptr;  ///< null: they are no fixed words
  /// They are like the values of this option, which the command need not have;
  /// null: they are not.
  const Option* like = nullptr;
};

/// A possible word, and what it means.
struct Candidate {
  std::string word;
  std::string help = {};
};

/// Words without help.
std::vector<Candidate> CandidatesOf(std::span<const std::string_view> words);

/// What is typed before the word to complete, for values that depend on it.
struct TypedWords {
  /// The options with their values, in order.
  std::vector<std::pair<std::string_view, std::string_view>> options;
  /// The beginning of the value to complete.
  std::string_view value;

  /// The last value of an option, or `otherwise` if it is not typed.
  std::string Last(std::string_view option, std::string_view otherwise) const;
  std::vector<std::string> All(std::string_view option) const;
};

/// The possible values of an option; `typed.value` is still to be compared.
using Offers = std::function<std::vector<Candidate>(const TypedWords& typed)>;

/// The candidates for the last of `words`, the arguments of a command: its
/// options, the values of an option, or positional arguments. `offers_for`
/// gives the values of options without a fixed list of them, or null.
std::vector<Candidate> CandidatesFor(
    std::span<const char* const> words, std::span<const Option> options,
    const PositionalWords& positional,
    const std::function<Offers(std::string_view option)>& offers_for);

/// Those that begin with `prefix`, one in a line: the word, a tab, and the
/// help.
std::string CandidateLines(std::string_view prefix,
                           std::span<const Candidate> candidates);

/// The line that asks the shell for names of files.
inline constexpr std::string_view kFilesToo = ":files";

}  // namespace busyhour::internal
