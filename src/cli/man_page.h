#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/command.h"
#include "cli/options.h"

// Manual pages, as roff with the macros of man(7).

namespace busyhour::internal {

/// The first argument of a command that is to print its page.
inline constexpr std::string_view kManPage = "--man";

/// The page of a command, from its help and its options.
std::string CommandPage(const CommandHelp& help,
                        std::span<const Option> options);

/// The page of the program. `help` is that of `busyhour --help`.
std::string ProgramPage(const CommandHelp& help,
                        std::span<const Command> commands);

}  // namespace busyhour::internal
