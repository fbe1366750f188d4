#pragma once

#include <cstdint>

#include "profile/profile.h"

namespace busyhour::internal {

/// How many telephone numbers a country reserves for fiction.
std::uint32_t PhoneNumberCount(Participants::Numbers country) noexcept;

/// Number `index`, below `PhoneNumberCount`, as an integer with its country
/// code: 12065550123.
///
/// United States and Canada: 555-0100 to 555-0199 in each area code (NANPA).
/// United Kingdom: 1,000 numbers in each of 14 areas, in the code 01632, which
/// belongs to no area, and of mobile telephones (Ofcom, telephone numbers for
/// drama).
std::uint64_t PhoneNumber(Participants::Numbers country,
                          std::uint32_t index) noexcept;

}  // namespace busyhour::internal
