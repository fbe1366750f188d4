#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace busyhour {

/// One problem of an input: a profile, an option, a file.
///
/// Shown as `file:line:column: pointer: message`, without unknown parts.
struct Problem {
  /// Where the input came from: a file's path, or the name of an option.
  std::string source;
  /// From 1; 0 when the input has no lines.
  int line = 0;
  int column = 0;
  /// JSON Pointer (RFC 6901) of the value, empty when there is none.
  std::string pointer;
  /// The value, the rule it breaks and, if there is one, the nearest valid
  /// name.
  std::string message;

  std::string Text() const;
};

/// Bad input, with every problem that was found.
class InputError : public std::runtime_error {
 public:
  explicit InputError(std::vector<Problem> problems);
  /// A single problem without a place in a file.
  InputError(std::string source, std::string message);

  const std::vector<Problem>& problems() const { return problems_; }

 private:
  std::vector<Problem> problems_;
};

}  // namespace busyhour
