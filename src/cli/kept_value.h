#pragma once

#include <string>
#include <string_view>

#include "job/option.h"

// Values that were typed behind an option of another tool, and what of them is
// kept in a hint.

namespace busyhour::internal {

/// Which values that were typed are also values of the option to type instead.
enum class Keeps {
  kNone,
  kAny,
  kCount,
  kSize,
  kRate,
  kTime,
  kDuration,
  kChoice,   ///< one of the option's choices
  kFrame,    ///< the name of a frame
  kAddress,  ///< with a scheme
};

/// The value behind `typed` if it is one of `option`, too; else nothing. A
/// number without a unit gets one. Secrets in addresses are hidden.
std::string KeptValue(Keeps keeps, std::string_view typed,
                      std::string_view value, const Option& option);

/// Whether the value begins with a scheme: other texts may contain an address
/// beside a secret, as connection strings do.
bool IsAddress(std::string_view value);

/// The text as shells take it for one word.
std::string ForShell(std::string_view text);

}  // namespace busyhour::internal
