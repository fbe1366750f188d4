#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace busyhour::internal {

/// A text with the position of each of its bytes in another text.
struct MappedText {
  std::string text;
  std::vector<std::size_t> begins;
  std::vector<std::size_t> ends;
};

/// The unchanged text, mapped to itself.
MappedText MapWhole(std::string_view text);
/// The same without spaces, because a line may be folded in the middle of an
/// escape.
MappedText MapWithoutSpaces(std::string_view text);

/// The text with one layer of escapes of any kind decoded: `%2F`, `\u002f`,
/// `\x2f`, `\057`, `\/`, `&#47;`, `&#x2f;`, `&amp;`, `0x2f`. Its positions
/// refer to the same text as those of `given`.
MappedText WithoutEscapes(const MappedText& given);

/// Appends the character with this code in UTF-8.
void AppendUtf8(std::uint32_t code, std::string& text);

}  // namespace busyhour::internal
