#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

// JSON as text.

namespace busyhour::internal {

/// `text` as a JSON string, including the quotes.
std::string JsonString(std::string_view text);
/// The shortest decimal number that reads back as `value`.
std::string JsonNumber(double value);
/// Names and JSON texts of an object's members.
using JsonMembers = std::vector<std::pair<std::string, std::string>>;
/// `{"a": 1, "b": "x"}`.
std::string JsonObject(const JsonMembers& members);
/// `[1, "x"]`, of JSON texts.
std::string JsonArray(const std::vector<std::string>& items);
/// The same JSON text indented by two spaces; members keep their order.
std::string IndentJson(std::string_view text);

}  // namespace busyhour::internal
