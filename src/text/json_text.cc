#include "text/json_text.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "text/json_scan.h"
#include "text/problems.h"

namespace busyhour::internal {

std::string JsonString(std::string_view text) {
  return nlohmann::json(AsUtf8(text)).dump();
}

std::string JsonNumber(double value) {
  char text[64];
  const double size = std::abs(value);
  const bool is_plain = size == 0 || (size >= 1e-6 && size < 1e15);
  const auto result = is_plain ? std::to_chars(text, text + sizeof text, value,
                                               std::chars_format::fixed)
                               : std::to_chars(text, text + sizeof text, value);
  return std::string(text, result.ptr);
}

std::string JsonObject(const JsonMembers& members) {
  std::string text;
  for (const auto& [name, value] : members) {
    text += (text.empty() ? "" : ", ") + JsonString(name) + ": " + value;
  }
  return '{' + text + '}';
}

std::string JsonArray(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) {
    text += (text.empty() ? "" : ", ") + item;
  }
  return '[' + text + ']';
}

std::string IndentJson(std::string_view text) {
  return nlohmann::ordered_json::parse(text).dump(2);
}

std::string JsonText(const JsonNode& node) {
  switch (node.kind) {
    case JsonNode::Kind::kString:
      return JsonString(node.text);
    case JsonNode::Kind::kArray: {
      std::vector<std::string> items;
      for (const JsonNode& item : node.children) {
        items.push_back(JsonText(item));
      }
      return JsonArray(items);
    }
    case JsonNode::Kind::kObject: {
      JsonMembers members;
      for (const JsonNode& member : node.children) {
        members.emplace_back(member.key, JsonText(member));
      }
      return JsonObject(members);
    }
    default:
      return node.text;
  }
}

}  // namespace busyhour::internal
