#pragma once

#include <optional>
#include <string>

namespace busyhour {

/// A receiver's address, in parts: `scheme://host:port/path?query`, or
/// `scheme:path` for what is on this machine.
struct Uri {
  std::string text;    ///< the whole
  std::string scheme;  ///< in small letters
  std::string host;    ///< an IPv6 address without its brackets
  int port = 0;        ///< 0 when none is named
  std::string path;    ///< with its first `/`, for `scheme://`
  std::string query;   ///< without its `?`
};

/// Nothing when the text is no such address. A user name or password in it is
/// not taken: secrets come from the environment.
std::optional<Uri> ParseUri(const std::string& text);

}  // namespace busyhour
