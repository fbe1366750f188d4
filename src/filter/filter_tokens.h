#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "text/problems.h"

namespace busyhour::internal {

/// A word, an operator or a parenthesis of an expression.
struct FilterToken {
  std::size_t at = 0;  ///< offset in the text
  std::size_t end = 0;
  std::string_view text;  ///< without quotes
  bool is_word = false;
  bool is_quoted = false;
  /// The text just before it was not understood, which is a problem already.
  bool follows_mistake = false;
};

/// `and`, `or`, `not`, `then`.
bool IsFilterKeyword(std::string_view text);
/// `<=`, `=`, ...
std::span<const std::string_view> FilterComparisons();

/// The tokens of an expression; the last one is its end. Operators of other
/// languages become ours, and are problems.
std::vector<FilterToken> SplitFilter(std::string_view text,
                                     ProblemList& problems);

}  // namespace busyhour::internal
