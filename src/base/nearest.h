#pragma once

#include <span>
#include <string>
#include <string_view>

namespace busyhour::internal {

/// The candidate nearest to `word`, by the number of letters that are changed,
/// missing, added or swapped, ignoring case; empty if none is near enough.
std::string_view NearestName(std::string_view word,
                             std::span<const std::string_view> candidates);

/// `; did you mean "Recognize"?`, or nothing.
std::string DidYouMean(std::string_view word,
                       std::span<const std::string_view> candidates);

}  // namespace busyhour::internal
