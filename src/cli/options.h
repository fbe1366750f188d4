#pragma once

#include <cxxopts.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "busyhour/error.h"
#include "run/job_words.h"

namespace busyhour {

/// A command's options. Reads all of them as text and says all that is wrong
/// with them at once.
class OptionReader {
 public:
  /// `usage` is what stands behind the program's name, `example` one line.
  OptionReader(std::string command, std::string usage, std::string summary,
               std::string example);

  /// Declares an option with a value, or with an empty `value_name` a switch.
  void Declare(const std::string& name, const std::string& help,
               const std::string& value_name = {});
  /// The same for an option with a value that may be given again and again.
  void DeclareRepeatable(const std::string& name, const std::string& help,
                         const std::string& value_name);
  /// How many words may stand beside the options.
  void AllowWords(std::size_t most) { most_words_ = most; }

  /// True when only help was asked for; it has been printed then.
  bool Parse(int argc, const char* const* argv);

  bool Has(const std::string& name) const { return parsed_.count(name) > 0; }
  /// The option's value, or `fallback` when it is not given.
  std::string Text(const std::string& name,
                   const std::string& fallback = {}) const;
  /// All values of the option, in their order.
  std::vector<std::string> Texts(const std::string& name) const;
  const std::vector<std::string>& words() const { return words_; }

  /// Notes a problem of option `name`.
  void Refuse(const std::string& name, std::string message);
  /// For others to note theirs.
  std::vector<Problem>& problems() { return problems_; }
  /// Throws when anything has been refused.
  void ThrowIfRefused();

 private:
  std::string command_;
  std::string example_;
  cxxopts::Options options_;
  std::vector<std::string> names_;
  std::vector<std::string> repeatable_;
  std::size_t most_words_ = 0;
  cxxopts::ParseResult parsed_;
  std::vector<std::string> words_;
  std::vector<Problem> problems_;
};

/// Declares the options that make up a job: profile, seed, extent, shape, ...,
/// but for those named in `left_out`.
void DeclareJob(OptionReader& options,
                std::span<const std::string_view> left_out = {});
/// Declares `--fault`.
void DeclareFaults(OptionReader& options);
/// The profile that they name; what is wrong with it joins the other problems.
Profile ReadProfile(OptionReader& options);

/// What the others say.
JobWords JobWordsOf(const OptionReader& options);

}  // namespace busyhour
