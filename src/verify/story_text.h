#pragma once

#include <string>

#include "verify/story.h"

namespace busyhour::internal {

/// The history of a call as text for the terminal.
std::string StoryText(const Story& story);

}  // namespace busyhour::internal
