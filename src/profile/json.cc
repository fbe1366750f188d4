#include "profile/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <utility>

#include "profile/json_scan.h"
#include "profile/problems.h"

namespace busyhour {
namespace {

using Kind = JsonNode::Kind;

// Makes the tree from what the parser reports. The parser says what comes but
// not where; the scan's tokens, which come in the same order, say where.
class TreeBuilder {
 public:
  TreeBuilder(const JsonScan& scan, int max_depth, ProblemList& problems)
      : scan_(scan), max_depth_(max_depth), problems_(problems) {}

  JsonNode& root() { return root_; }
  /// Where parsing failed, if it did; the end of the text when that came too
  /// early. No message when the mistake there has been reported.
  std::size_t error_offset() const { return error_offset_; }
  const std::string& error_message() const { return error_message_; }

  // What nlohmann's parser calls.
  bool null() {
    AddScalar(Kind::kNull);
    return true;
  }
  bool boolean(bool value) {
    AddScalar(Kind::kBool)->boolean = value;
    return true;
  }
  bool number_integer(std::int64_t) { return AddNumber(); }
  bool number_unsigned(std::uint64_t) { return AddNumber(); }
  bool number_float(double, const std::string&) { return AddNumber(); }
  bool string(std::string& value) {
    Add(Kind::kString)->text = std::move(value);
    return true;
  }
  bool binary(std::vector<std::uint8_t>&) { return true; }
  bool key(std::string& value) {
    key_offset_ = NextToken().offset;
    key_ = std::move(value);
    key_pending_ = true;
    return true;
  }
  bool start_object(std::size_t) { return Open(Kind::kObject); }
  bool start_array(std::size_t) { return Open(Kind::kArray); }
  bool end_object() {
    RemoveDuplicates(*open_.back());
    return Close();
  }
  bool end_array() { return Close(); }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::json::exception& error) {
    Explain(position, error.what());
    return false;
  }

 private:
  const JsonToken& NextToken() {
    while (scan_.tokens[next_].kind == JsonToken::Kind::kMark &&
           IsSeparator(CharacterAt(scan_.tokens[next_]))) {
      ++next_;
    }
    return scan_.tokens[next_++];
  }

  char CharacterAt(const JsonToken& token) const {
    return scan_.text[token.offset];
  }
  static bool IsSeparator(char c) { return c == ',' || c == ':'; }

  JsonNode* Add(Kind kind) {
    const JsonToken& token = NextToken();
    JsonNode* node = &root_;
    if (!open_.empty()) node = &open_.back()->children.emplace_back();
    node->kind = token.broken ? Kind::kBroken : kind;
    node->offset = token.offset;
    node->key_offset = token.offset;
    if (key_pending_) {
      node->key = std::move(key_);
      node->key_offset = key_offset_;
      key_pending_ = false;
    }
    return node;
  }

  JsonNode* AddScalar(Kind kind) {
    JsonNode* node = Add(kind);
    const JsonToken& token = scan_.tokens[next_ - 1];
    node->text = scan_.text.substr(token.offset, token.length);
    return node;
  }

  // Numbers are read here and not by the parser, which asks the locale for its
  // decimal point.
  bool AddNumber() {
    JsonNode* node = AddScalar(Kind::kNumber);
    std::from_chars(node->text.data(), node->text.data() + node->text.size(),
                    node->number);
    return true;
  }

  bool Open(Kind kind) {
    JsonNode* node = Add(kind);
    open_.push_back(node);
    if (open_.size() <= static_cast<std::size_t>(max_depth_)) return true;
    error_offset_ = node->offset;
    error_message_ = "values are nested more than " +
                     std::to_string(max_depth_) + " deep here";
    return false;
  }

  bool Close() {
    NextToken();
    open_.pop_back();
    return true;
  }

  bool InObject() const {
    return !open_.empty() && open_.back()->kind == Kind::kObject;
  }

  void RemoveDuplicates(JsonNode& object) {
    std::unordered_map<std::string_view, const JsonNode*> first;
    std::vector<std::size_t> repeated;
    for (std::size_t i = 0; i < object.children.size(); ++i) {
      const JsonNode& member = object.children[i];
      const auto [found, is_first] = first.emplace(member.key, &member);
      if (is_first) continue;
      repeated.push_back(i);
      if (problems_.full()) continue;
      const std::uint32_t first_offset = found->second->key_offset;
      problems_.Add(member.key_offset,
                    "the key " + Quoted(member.key) +
                        " is here twice, first at " +
                        problems_.PlaceText(first_offset),
                    first_offset);
    }
    if (repeated.empty()) return;
    std::vector<JsonNode> kept;
    std::size_t skip = 0;
    for (std::size_t i = 0; i < object.children.size(); ++i) {
      if (skip < repeated.size() && repeated[skip] == i) {
        ++skip;
      } else {
        kept.push_back(std::move(object.children[i]));
      }
    }
    object.children = std::move(kept);
  }

  // `position`: how many bytes the parser had read when it gave up.
  void Explain(std::size_t position, std::string_view reason) {
    if (position > scan_.text.size()) {
      error_offset_ = scan_.text.size();
      error_message_ = AtTheEnd();
      return;
    }
    const std::size_t at = position == 0 ? 0 : position - 1;
    std::size_t index = scan_.tokens.size();
    while (index > 0 && scan_.tokens[index - 1].offset > at) --index;
    if (index == 0) {
      error_offset_ = at;
      error_message_ = "this is not JSON";
      return;
    }
    const JsonToken& token = scan_.tokens[index - 1];
    if (token.kind == JsonToken::Kind::kString &&
        reason.find("invalid string") != std::string_view::npos) {
      error_offset_ = at;
      error_message_ = InAString(at, reason);
    } else if (!token.broken) {
      error_offset_ = token.offset;
      error_message_ = OutOfPlace(index - 1);
    }
  }

  std::string AtTheEnd() const {
    if (scan_.tokens.empty()) return "there is nothing in this text";
    if (open_.empty()) return "the text ends too early";
    const JsonNode& innermost = *open_.back();
    return std::string("the text ends here, but the ") +
           (innermost.kind == Kind::kObject ? '{' : '[') + " at " +
           problems_.PlaceText(innermost.offset) + " has not been closed";
  }

  std::string InAString(std::size_t at, std::string_view reason) const {
    const auto says = [&](const char* words) {
      return reason.find(words) != std::string_view::npos;
    };
    if (says("control character")) {
      return "the control character " +
             Printable(std::string_view(scan_.text).substr(at, 1)) +
             " must be written as an escape, such as \\n or \\t";
    }
    if (says("UTF-8")) return "this text is not UTF-8";
    if (says("surrogate")) return "this \\u escape is half of a pair";
    return "this is not an escape; a backslash is written \\\\";
  }

  // Token `index` is not what the grammar wants there.
  std::string OutOfPlace(std::size_t index) const {
    const JsonToken& token = scan_.tokens[index];
    const std::string shown = Printable(
        std::string_view(scan_.text).substr(token.offset, token.length));
    const char before =
        index == 0 ? '\0' : CharacterAt(scan_.tokens[index - 1]);
    const bool before_is_mark =
        index > 0 && scan_.tokens[index - 1].kind == JsonToken::Kind::kMark;
    const char here = CharacterAt(token);
    if (open_.empty()) {
      return index == 0 ? shown + " has no place here; a profile is an object"
                        : shown + " has no place after the end of the profile";
    }
    if (before_is_mark && before == ',' && (here == '}' || here == ']')) {
      return "the comma before this " + shown + " is one too many";
    }
    std::string expected;
    if (before_is_mark && before == ':') {
      expected = "a value";
    } else if (InObject()) {
      const bool at_key = before_is_mark && (before == '{' || before == ',');
      expected = at_key         ? "a key in double quotes"
                 : key_pending_ ? "a : after the key"
                                : "a comma or }";
    } else {
      const bool at_value = before_is_mark && (before == '[' || before == ',');
      expected = at_value ? "a value" : "a comma or ]";
    }
    return shown + " has no place here; " + expected + " is wanted";
  }

  const JsonScan& scan_;
  const int max_depth_;
  ProblemList& problems_;
  JsonNode root_;
  std::vector<JsonNode*> open_;  // from the root to the innermost
  std::size_t next_ = 0;
  // A key whose value has not come yet.
  bool key_pending_ = false;
  std::string key_;
  std::uint32_t key_offset_ = 0;
  std::size_t error_offset_ = 0;
  std::string error_message_;
};

// What follows "/" in a JSON Pointer for `node`, the `index`-th of its parent.
std::string PointerStep(const JsonNode& parent, std::size_t index) {
  if (parent.kind == Kind::kArray) return std::to_string(index);
  std::string escaped;
  for (const char c : Printable(parent.children[index].key)) {
    if (c == '~') {
      escaped += "~0";
    } else if (c == '/') {
      escaped += "~1";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace

const JsonNode* JsonNode::Find(std::string_view name) const {
  for (const JsonNode& child : children) {
    if (child.key == name) return &child;
  }
  return nullptr;
}

std::optional<JsonNode> ParseJson(std::string_view text, int max_depth,
                                  ProblemList& problems) {
  const JsonScan scan = ScanJson(text, problems);
  TreeBuilder builder(scan, max_depth, problems);
  const bool parsed = nlohmann::json::sax_parse(
      scan.text.begin(), scan.text.end(), &builder,
      nlohmann::json::input_format_t::json, /*strict=*/true,
      /*ignore_comments=*/true);
  const bool stopped = scan.stop_offset < text.size();
  if (parsed && !stopped) return std::move(builder.root());
  const bool ended_early = builder.error_offset() >= scan.text.size();
  if (stopped && (parsed || ended_early)) {
    if (!scan.stop_message.empty()) {
      problems.Add(scan.stop_offset, scan.stop_message);
    }
  } else if (!builder.error_message().empty()) {
    problems.Add(builder.error_offset(), builder.error_message());
  }
  return std::nullopt;
}

std::string PointerAt(const JsonNode& root, std::size_t offset) {
  std::string pointer;
  for (const JsonNode* node = &root; !node->children.empty();) {
    // The last child that begins at or before `offset`.
    const auto after =
        std::upper_bound(node->children.begin(), node->children.end(), offset,
                         [](std::size_t at, const JsonNode& child) {
                           return at < child.key_offset;
                         });
    if (after == node->children.begin() || offset == node->offset) break;
    const auto index =
        static_cast<std::size_t>(after - node->children.begin()) - 1;
    pointer += '/' + PointerStep(*node, index);
    node = &node->children[index];
    if (offset <= node->offset) break;
  }
  return pointer;
}

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

}  // namespace busyhour
