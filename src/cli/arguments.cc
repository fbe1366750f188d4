#include "cli/arguments.h"

#include <algorithm>
#include <cstddef>

namespace busyhour::internal {
namespace {

template <class Matches>
const Option* FindOption(std::span<const Option> options, Matches matches) {
  const auto found = std::find_if(options.begin(), options.end(), matches);
  return found == options.end() ? nullptr : &*found;
}

std::string ValueIsMissing(const Option& option) {
  if (option.choices != nullptr) {
    return "requires one of " + Listed(option.choices());
  }
  return "requires a value: " + std::string(option.value);
}

}  // namespace

OptionArgument ReadOptionArgument(std::string_view argument,
                                  std::span<const Option> options) {
  if (argument.starts_with("--")) {
    const std::size_t sign = argument.find('=');
    const std::string_view name = argument.substr(0, sign).substr(2);
    return {
        FindOption(options, [&](const Option& o) { return o.name == name; }),
        sign != argument.npos};
  }
  if (!argument.starts_with('-')) return {};
  OptionArgument read;
  for (std::size_t i = 1; i < argument.size(); ++i) {
    const char letter = argument[i];
    read.option = FindOption(
        options, [&](const Option& option) { return option.letter == letter; });
    if (read.option == nullptr) return {};
    if (!read.option->value.empty()) {
      read.has_value = i + 1 < argument.size();
      return read;
    }
  }
  return read;
}

CheckedArguments CheckArguments(
    std::span<const char* const> arguments, std::span<const Option> options,
    const std::function<void(std::string_view option, std::string message)>&
        refuse) {
  CheckedArguments all;
  std::vector<std::string>& checked = all.before;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string argument = arguments[i];
    if (argument == "--") {
      all.behind.assign(arguments.begin() + static_cast<long>(i) + 1,
                        arguments.end());
      break;
    }
    const OptionArgument read = ReadOptionArgument(argument, options);
    if (read.option == nullptr) {
      checked.push_back(argument);
      continue;
    }
    const Option& option = *read.option;
    const std::string_view next =
        i + 1 < arguments.size() ? arguments[i + 1] : std::string_view();
    if (option.value.empty() && read.has_value) {
      refuse(option.name, "takes no value");
    } else if (option.value.empty() || read.has_value) {
      checked.push_back(argument);
    } else if (!option.bare.empty()) {
      // cxxopts takes the value of an option that requires none only after `=`.
      const bool has_next = !next.empty() && !next.starts_with('-');
      checked.push_back(has_next ? argument + '=' + std::string(next)
                                 : argument);
      if (has_next) ++i;
    } else if (i + 1 == arguments.size() ||
               (next.starts_with("--") &&
                ReadOptionArgument(next, options).option != nullptr)) {
      refuse(option.name, ValueIsMissing(option));
    } else {
      checked.push_back(argument);
      checked.emplace_back(next);
      ++i;
    }
  }
  return all;
}

}  // namespace busyhour::internal
