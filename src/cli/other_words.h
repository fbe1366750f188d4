#pragma once

#include <span>
#include <string>
#include <string_view>

#include "job/option.h"

// What users of other tools type, and what busyhour has instead.

namespace busyhour::internal {

/// A hint for an unknown option such as `--rate`, from the options that the
/// command has: `; did you mean "--set traffic.rate=50/s"?`. By the meaning of
/// the word, else by its letters; empty if neither helps. `value` is what was
/// typed behind it, or empty; it is kept if it is one of that option, too.
std::string OptionHint(std::string_view typed, std::string_view value,
                       std::string_view command,
                       std::span<const Option> options);

/// The same for an argument without an option, from its form: the name of a
/// profile, or an address.
std::string WordHint(std::string_view typed, std::span<const Option> options);

/// The same for an unknown command, from the commands that there are.
std::string CommandHint(std::string_view typed,
                        std::span<const std::string_view> commands);

}  // namespace busyhour::internal
