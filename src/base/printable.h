#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// Makes text from other programs safe for a terminal or for JSON. No name,
// value or answer can move the cursor or imitate other text.

namespace busyhour::internal {

/// The length of the first UTF-8 character of `text` in bytes, or 0 if it is
/// not UTF-8.
std::size_t CharacterLength(std::string_view text);

/// `text` for a terminal. Control characters, invisible characters and changes
/// of the writing direction become `\u001b` and the like; bytes that are not
/// UTF-8 become `\xff`. After `most` characters, the text is truncated with
/// `...`.
std::string Printable(std::string_view text, std::size_t most = 60);

/// For file names: the system's maximum length.
inline constexpr std::size_t kMostPath = 4096;

/// The same for text of any length, keeping line ends. All output for a
/// terminal passes through here.
std::string ForPerson(std::string_view text);

/// `text` as UTF-8: other bytes become `\xff`, everything else is unchanged.
std::string AsUtf8(std::string_view text);

}  // namespace busyhour::internal
