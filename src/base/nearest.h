#pragma once

#include <span>
#include <string>
#include <string_view>

namespace busyhour {

/// The candidate most like `word`, by the fewest letters changed, left out, put
/// in or swapped, whatever their case; empty when none is near enough to be
/// what was meant.
std::string_view NearestName(std::string_view word,
                             std::span<const std::string_view> candidates);

/// `; did you mean "Recognize"?`, or nothing.
std::string DidYouMean(std::string_view word,
                       std::span<const std::string_view> candidates);

}  // namespace busyhour
