#include "score/json_line.h"

#include <utility>

namespace busyhour::internal {
namespace {

constexpr int kMostDepth = 16;

}  // namespace

JsonLine::JsonLine(std::string_view line)
    : problems_(line), root_(ParseJson(line, kMostDepth, problems_)) {
  if (!root_) return;
  is_object_ = root_->kind == JsonNode::Kind::kObject;
  if (!is_object_) problems_.Add(*root_, NotA(*root_, "an object"));
}

const JsonNode* JsonLine::Find(std::string_view name) const {
  return is_object_ ? root_->Find(name) : nullptr;
}

bool JsonLine::Has(std::string_view name) const {
  return Find(name) != nullptr;
}

std::optional<SimTime> JsonLine::Time(std::string_view name) {
  const JsonNode* const node = Find(name);
  if (node == nullptr) {
    Refuse("", Quoted(name) + " is missing");
    return std::nullopt;
  }
  std::optional<SimTime> time;
  if (node->kind == JsonNode::Kind::kString) time = ParseTime(node->text);
  if (!time) problems_.Add(*node, NotA(*node, kTimeForm));
  return time;
}

std::string JsonLine::Text(std::string_view name) {
  const JsonNode* const node = Find(name);
  if (node == nullptr || node->kind == JsonNode::Kind::kNull) return "";
  if (node->kind != JsonNode::Kind::kString) {
    problems_.Add(*node, NotA(*node, "a text"));
    return "";
  }
  return node->text;
}

void JsonLine::Refuse(std::string_view name, std::string message) {
  const JsonNode* const node = Find(name);
  if (node != nullptr) {
    problems_.Add(*node, std::move(message));
  } else {
    problems_.Add(0, std::move(message));
  }
}

std::vector<Problem> JsonLine::Problems() const {
  std::vector<Problem> found = problems_.Told("", root_ ? &*root_ : nullptr);
  if (!root_ && !found.empty()) {
    // The messages are for texts of several lines.
    found.resize(1);
    found.front().message = "the line is not a JSON object";
  }
  return found;
}

}  // namespace busyhour::internal
