#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace busyhour {

/// Base64 (RFC 4648), padded.
std::string Base64(std::string_view bytes);
/// What padded Base64 stands for; nothing where `text` is none.
std::optional<std::string> BytesOfBase64(std::string_view text);

}  // namespace busyhour
