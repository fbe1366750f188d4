#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace busyhour::internal {

/// A receiver's address in parts: `scheme://host:port/path?query`, or
/// `scheme:path` on this machine.
struct Uri {
  std::string text;    ///< the complete address
  std::string scheme;  ///< in lower case
  std::string host;    ///< an IPv6 address without its brackets
  int port = 0;        ///< 0 if there is none
  std::string path;    ///< with its leading `/`, for `scheme://`
  std::string query;   ///< without its `?`
};

/// Returns nothing if the text is not such an address. User names and passwords
/// are refused: secrets come from the environment.
std::optional<Uri> ParseUri(const std::string& text);

/// An address, or a part of one, with each `{category}` replaced.
std::string WithCategory(std::string_view address, std::string_view category);

}  // namespace busyhour::internal
