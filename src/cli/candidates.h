#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
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
};

/// A possible word, and what it means.
struct Candidate {
  std::string word;
  std::string help = {};
};

/// The candidates for the last of `words`, the arguments of a command: its
/// options, the values of an option, or positional arguments.
std::vector<Candidate> CandidatesFor(std::span<const char* const> words,
                                     std::span<const Option> options,
                                     const PositionalWords& positional);

/// Those that begin with `prefix`, one in a line: the word, a tab, and the
/// help.
std::string CandidateLines(std::string_view prefix,
                           std::span<const Candidate> candidates);

/// The line that asks the shell for names of files.
inline constexpr std::string_view kFilesToo = ":files";

}  // namespace busyhour::internal
