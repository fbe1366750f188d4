#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace busyhour {

/// A text, and where each of its bytes comes from in another one.
struct MappedText {
  std::string text;
  std::vector<std::size_t> begins;
  std::vector<std::size_t> ends;
};

/// The text as it is, from itself.
MappedText MapWhole(std::string_view text);
/// And without its spaces: a line may be folded in the middle of an escape.
MappedText MapWithoutSpaces(std::string_view text);

/// The text with one layer of escapes undone, whichever it has: `%2F`,
/// `\u002f`, `\x2f`, `\057`, `\/`, `&#47;`, `&#x2f;`, `&amp;`, `0x2f`. Its
/// places are those that the given text's come from.
MappedText WithoutEscapes(const MappedText& given);

}  // namespace busyhour
