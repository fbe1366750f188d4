#include "text/problems.h"

#include <algorithm>

#include "text/json.h"

namespace busyhour::internal {
namespace {

bool StartsCharacter(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
}

}  // namespace

ProblemList::ProblemList(std::string_view text) : text_(text), line_starts_{0} {
  for (std::size_t end = text.find('\n'); end != std::string_view::npos;
       end = text.find('\n', end + 1)) {
    line_starts_.push_back(end + 1);
  }
}

void ProblemList::Add(std::size_t offset, std::string message,
                      std::size_t pointer_offset) {
  found_.push_back({offset, std::move(message), pointer_offset});
}

void ProblemList::Add(const JsonNode& node, std::string message) {
  if (node.kind == JsonNode::Kind::kBroken) return;
  Add(node.offset, std::move(message));
}

void ProblemList::AddAtKey(const JsonNode& node, std::string message) {
  Add(node.key_offset, std::move(message));
}

ProblemList::Place ProblemList::PlaceOf(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto after =
      std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const std::size_t start = *(after - 1);
  const auto column = std::count_if(
      text_.begin() + static_cast<std::ptrdiff_t>(start),
      text_.begin() + static_cast<std::ptrdiff_t>(offset), StartsCharacter);
  return {static_cast<int>(after - line_starts_.begin()),
          static_cast<int>(column) + 1};
}

std::string ProblemList::PlaceText(std::size_t offset) const {
  const Place place = PlaceOf(offset);
  return std::to_string(place.line) + ':' + std::to_string(place.column);
}

std::vector<Problem> ProblemList::Told(const std::string& source,
                                       const JsonNode* root) const {
  std::vector<const Found*> in_order;
  in_order.reserve(found_.size());
  for (const Found& found : found_) in_order.push_back(&found);
  std::stable_sort(
      in_order.begin(), in_order.end(),
      [](const Found* a, const Found* b) { return a->offset < b->offset; });

  const std::size_t told = std::min(in_order.size(), kMaxProblemsTold);
  std::vector<Problem> problems;
  for (std::size_t i = 0; i < told; ++i) {
    const Found& found = *in_order[i];
    const Place place = PlaceOf(found.offset);
    problems.push_back(
        {source, place.line, place.column,
         root ? PointerAt(*root, found.pointer_offset) : std::string(),
         found.message});
  }
  if (const std::size_t more = in_order.size() - told; more > 0) {
    problems.push_back({source,
                        0,
                        0,
                        {},
                        std::string("and ") + (full() ? "at least " : "") +
                            std::to_string(more) +
                            (more == 1 ? " problem" : " problems") + " more"});
  }
  return problems;
}

std::string Quoted(std::string_view text) {
  return '"' + Printable(text) + '"';
}

std::string ValueText(const JsonNode& node) {
  switch (node.kind) {
    case JsonNode::Kind::kString:
      return Quoted(node.text);
    case JsonNode::Kind::kArray:
      return node.children.empty()
                 ? "an empty list"
                 : "a list of " + std::to_string(node.children.size());
    case JsonNode::Kind::kObject:
      return "an object";
    default:
      return Printable(node.text);
  }
}

std::string NotA(const JsonNode& node, std::string_view what) {
  return ValueText(node) + " is not " + std::string(what);
}

std::string OutOfRange(const JsonNode& node, std::string_view range) {
  return ValueText(node) + " is out of range: " + std::string(range);
}

std::string EitherOf(const std::vector<std::string_view>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text;
}

}  // namespace busyhour::internal
