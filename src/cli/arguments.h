#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "job/option.h"

namespace busyhour::internal {

/// An argument that is an option: `--calls`, `--calls=5`, `-n5`, or `-qn`,
/// several short forms of which the last may have a value.
struct OptionArgument {
  const Option* option = nullptr;  ///< null if it is none of the options
  bool has_value = false;          ///< the value is part of the argument
};
OptionArgument ReadOptionArgument(std::string_view argument,
                                  std::span<const Option> options);

/// The arguments before `--`, as cxxopts takes them, so that it finds no errors
/// of its own, and those behind it, of which none is an option.
struct CheckedArguments {
  std::vector<std::string> before;
  std::vector<std::string> behind;
};
/// Options without a value that require one, and options with a value that take
/// none, are left out and given to `refuse`.
CheckedArguments CheckArguments(
    std::span<const char* const> arguments, std::span<const Option> options,
    const std::function<void(std::string_view option, std::string message)>&
        refuse);

}  // namespace busyhour::internal
