#pragma once

#include <string>

#include "profile/profile.h"

namespace busyhour::internal {

/// The words of expressions, for people: the events that calls of the profile
/// can have, the quantities, and the properties with their words.
std::string FilterWordsText(const Profile& profile);
/// The same as an object of JSON, with a line break at its end.
std::string FilterWordsJson(const Profile& profile);

}  // namespace busyhour::internal
