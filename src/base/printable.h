#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// Text of others, made fit for a terminal or for JSON. Whatever a name, a value
// or a receiver's answer holds, it can neither move a cursor nor look like
// another text.

namespace busyhour {

/// The bytes of the character that `text` begins with, or 0 if they are not
/// UTF-8.
std::size_t CharacterLength(std::string_view text);

/// `text` fit for a terminal: control characters, and others that are invisible
/// or turn the direction of writing, as `\u001b`; after `most` characters cut
/// off with `...`. Bytes that are not UTF-8 become `\xff`.
std::string Printable(std::string_view text, std::size_t most = 60);

/// For names of files: none that the system takes is longer.
inline constexpr std::size_t kMostPath = 4096;

/// The same of any length, in which lines may end: all that the program prints
/// for a person goes through here.
std::string ForPerson(std::string_view text);

/// `text` as UTF-8: bytes that are not become `\xff`, and all else stays.
std::string AsUtf8(std::string_view text);

}  // namespace busyhour
