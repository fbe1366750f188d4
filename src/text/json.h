#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// JSON with comments, as a tree that contains the position of each value.

namespace busyhour::internal {

class ProblemList;

/// A value of a JSON text. Members of an object and elements of an array are in
/// the order of the text. If several members have the same key, only the first
/// one is kept.
struct JsonNode {
  enum class Kind : std::uint8_t {
    kNull,
    kBool,
    kNumber,
    kString,
    kArray,
    kObject,
    kBroken,  ///< `NaN`, `1e400` and the like; already reported
  };

  Kind kind = Kind::kNull;
  bool boolean = false;
  /// Byte offsets into the text: of the value, and of its key in an object.
  std::uint32_t offset = 0;
  std::uint32_t key_offset = 0;
  double number = 0.0;
  /// The value of a string; for other scalars, their text.
  std::string text;
  /// Only for a member of an object.
  std::string key;
  std::vector<JsonNode> children;

  /// The member with that name; null if there is none.
  const JsonNode* Find(std::string_view name) const;
  /// The member with that name, or else the object: the place of a problem.
  const JsonNode& PlaceOf(std::string_view name) const {
    const JsonNode* const member = Find(name);
    return member != nullptr ? *member : *this;
  }
};

/// Reads `text`. Words that are not JSON values are reported and become
/// `kBroken` in the tree; duplicate keys are reported. After any other error,
/// such as nesting beyond `max_depth`, there is no tree.
std::optional<JsonNode> ParseJson(std::string_view text, int max_depth,
                                  ProblemList& problems);

/// The value as JSON text, without comments and without its key.
std::string JsonText(const JsonNode& node);

/// JSON Pointer (RFC 6901) of the value or key at that offset, safe for a
/// terminal.
std::string PointerAt(const JsonNode& root, std::size_t offset);

}  // namespace busyhour::internal
