#include "text/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "text/escapes.h"
#include "text/json_scan.h"
#include "text/problems.h"

namespace busyhour::internal {
namespace {

using Kind = JsonNode::Kind;

// The meaning of a backslash and this character; 0 if that is not an escape.
constexpr char EscapedBy(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

// Builds the tree from the tokens of a text, in one pass.
class TreeBuilder {
 public:
  TreeBuilder(std::string_view text, const JsonScan& scan, int max_depth,
              ProblemList& problems)
      : text_(text), scan_(scan), max_depth_(max_depth), problems_(problems) {}

  // False after an error, which is reported. If the tokens end early because
  // scanning stopped, the scan contains the reason.
  bool Build() {
    for (; next_ < scan_.tokens.size(); ++next_) {
      if (Take(scan_.tokens[next_])) continue;
      if (!error_message_.empty()) problems_.Add(error_offset_, error_message_);
      return false;
    }
    const bool has_stopped = scan_.stop_offset < text_.size();
    if (wanted_ == Wanted::kNothing && !has_stopped) return true;
    const std::string message = has_stopped ? scan_.stop_message : AtTheEnd();
    if (!message.empty()) problems_.Add(scan_.stop_offset, message);
    return false;
  }

  JsonNode& root() { return root_; }

 private:
  // The token that may come next.
  enum class Wanted : std::uint8_t {
    kValue,
    kValueOrEnd,
    kKey,
    kKeyOrEnd,
    kColon,
    kCommaOrEnd,
    kNothing,
  };

  bool Take(const JsonToken& token) {
    const bool is_mark = token.kind == JsonToken::Kind::kMark;
    const char mark = is_mark ? CharacterAt(token) : '\0';
    switch (wanted_) {
      case Wanted::kValueOrEnd:
        if (mark == ']') return Close();
        [[fallthrough]];
      case Wanted::kValue:
        if (mark == '{') return Open(token, Kind::kObject);
        if (mark == '[') return Open(token, Kind::kArray);
        if (!is_mark) return TakeScalar(token);
        break;
      case Wanted::kKeyOrEnd:
        if (mark == '}') return Close();
        [[fallthrough]];
      case Wanted::kKey:
        if (token.kind == JsonToken::Kind::kString) return TakeKey(token);
        break;
      case Wanted::kColon:
        if (mark != ':') break;
        wanted_ = Wanted::kValue;
        return true;
      case Wanted::kCommaOrEnd:
        if (mark == (InObject() ? '}' : ']')) return Close();
        if (mark != ',') break;
        wanted_ = InObject() ? Wanted::kKey : Wanted::kValue;
        return true;
      case Wanted::kNothing:
        break;
    }
    // The scan has already reported a word that is not a value.
    return !token.broken && Fail(token.offset, OutOfPlace(next_));
  }

  bool Fail(std::size_t offset, std::string message) {
    error_offset_ = offset;
    error_message_ = std::move(message);
    return false;
  }

  char CharacterAt(const JsonToken& token) const { return text_[token.offset]; }
  std::string_view TextOf(const JsonToken& token) const {
    return text_.substr(token.offset, token.length);
  }

  JsonNode& Add(const JsonToken& token, Kind kind) {
    JsonNode& node =
        open_.empty() ? root_ : open_.back()->children.emplace_back();
    node.kind = token.broken ? Kind::kBroken : kind;
    node.offset = token.offset;
    node.key_offset = token.offset;
    if (key_ != nullptr) {
      node.key = std::move(key_text_);
      node.key_offset = key_->offset;
      key_ = nullptr;
    }
    return node;
  }

  bool TakeKey(const JsonToken& token) {
    wanted_ = Wanted::kColon;
    key_ = &token;
    key_text_.clear();
    return TakeString(token, key_text_);
  }

  bool TakeScalar(const JsonToken& token) {
    if (token.kind == JsonToken::Kind::kString) {
      std::string value;
      if (!TakeString(token, value)) return false;
      Add(token, Kind::kString).text = std::move(value);
    } else {
      const std::string_view word = TextOf(token);
      JsonNode& node =
          Add(token, word == "null"                      ? Kind::kNull
                     : word == "true" || word == "false" ? Kind::kBool
                                                         : Kind::kNumber);
      node.text = word;
      node.boolean = word == "true";
      if (node.kind == Kind::kNumber) {
        std::from_chars(word.data(), word.data() + word.size(), node.number);
      }
    }
    wanted_ = AfterValue();
    return true;
  }

  Wanted AfterValue() const {
    return open_.empty() ? Wanted::kNothing : Wanted::kCommaOrEnd;
  }

  // Appends the value of a string to `value`.
  bool TakeString(const JsonToken& token, std::string& value) {
    const std::size_t end = token.end() - 1;
    for (std::size_t at = token.offset + 1; at < end;) {
      if (text_[at] == '\\') {
        if (!TakeEscape(at, value)) return false;
        continue;
      }
      if (static_cast<unsigned char>(text_[at]) < 0x20) {
        return Fail(at,
                    "the control character " + Printable(text_.substr(at, 1)) +
                        " must be written as an escape, such as \\n or \\t");
      }
      const std::size_t length = CharacterLength(text_.substr(at, end - at));
      if (length == 0) return Fail(at, "this text is not UTF-8");
      value += text_.substr(at, length);
      at += length;
    }
    return true;
  }

  // Decodes the escape at `at` and advances `at` past it.
  bool TakeEscape(std::size_t& at, std::string& value) {
    const char c = text_[at + 1];
    if (c != 'u') {
      const char escaped = EscapedBy(c);
      if (escaped == '\0') return Fail(at + 1, kNoEscape);
      value += escaped;
      at += 2;
      return true;
    }
    std::uint32_t code = 0;
    if (!TakeCode(at, code)) return false;
    const std::size_t second = at;
    if (code >= 0xdc00 && code < 0xe000) return Fail(at - 1, kHalfAPair);
    if (code >= 0xd800 && code < 0xdc00) {
      std::uint32_t low = 0;
      if (text_.substr(at, 2) != "\\u") return Fail(at, kHalfAPair);
      if (!TakeCode(at, low)) return false;
      if (low < 0xdc00 || low >= 0xe000) return Fail(second, kHalfAPair);
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    AppendUtf8(code, value);
    return true;
  }

  // Decodes `\u` and four hexadecimal digits.
  bool TakeCode(std::size_t& at, std::uint32_t& code) {
    constexpr std::size_t kLength = 6;
    const std::string_view digits = text_.substr(at + 2, 4);
    const char* const last = digits.data() + digits.size();
    const char* const end = std::from_chars(digits.data(), last, code, 16).ptr;
    if (end != last || digits.size() < 4) {
      return Fail(static_cast<std::size_t>(end - text_.data()), kNoEscape);
    }
    at += kLength;
    return true;
  }

  bool Open(const JsonToken& token, Kind kind) {
    JsonNode& node = Add(token, kind);
    open_.push_back(&node);
    wanted_ = kind == Kind::kObject ? Wanted::kKeyOrEnd : Wanted::kValueOrEnd;
    if (open_.size() <= static_cast<std::size_t>(max_depth_)) return true;
    return Fail(node.offset, "values are nested more than " +
                                 std::to_string(max_depth_) + " deep here");
  }

  bool Close() {
    if (InObject()) RemoveDuplicates(*open_.back());
    open_.pop_back();
    wanted_ = AfterValue();
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

  std::string AtTheEnd() const {
    if (scan_.tokens.empty()) return "there is nothing in this text";
    if (open_.empty()) return "the text ends too early";
    const JsonNode& innermost = *open_.back();
    return std::string("the text ends here, but the ") +
           (innermost.kind == Kind::kObject ? '{' : '[') + " at " +
           problems_.PlaceText(innermost.offset) + " has not been closed";
  }

  // The message for a token that the grammar does not allow at this position.
  std::string OutOfPlace(std::size_t index) const {
    const JsonToken& token = scan_.tokens[index];
    const std::string shown = Printable(TextOf(token));
    const char before =
        index == 0 ? '\0' : CharacterAt(scan_.tokens[index - 1]);
    const bool before_is_mark =
        index > 0 && scan_.tokens[index - 1].kind == JsonToken::Kind::kMark;
    const char here = CharacterAt(token);
    if (open_.empty()) {
      return index == 0
                 ? shown + " is not expected here; a profile is an object"
                 : shown + " is not expected after the end of the profile";
    }
    if (before_is_mark && before == ',' && (here == '}' || here == ']')) {
      return "unexpected comma before this " + shown;
    }
    return shown + " is not expected here; expected is " + WantedText();
  }

  std::string WantedText() const {
    switch (wanted_) {
      case Wanted::kValue:
      case Wanted::kValueOrEnd:
        return "a value";
      case Wanted::kKey:
      case Wanted::kKeyOrEnd:
        return "a key in double quotes";
      case Wanted::kColon:
        return "a : after the key";
      default:
        return InObject() ? "a comma or }" : "a comma or ]";
    }
  }

  static constexpr const char* kNoEscape =
      "this is not an escape; a backslash is written \\\\";
  static constexpr const char* kHalfAPair = "this \\u escape is half of a pair";

  const std::string_view text_;
  const JsonScan& scan_;
  const int max_depth_;
  ProblemList& problems_;
  JsonNode root_;
  std::vector<JsonNode*> open_;  // from the root to the innermost node
  Wanted wanted_ = Wanted::kValue;
  std::size_t next_ = 0;
  // The key whose value has not been read yet.
  const JsonToken* key_ = nullptr;
  std::string key_text_;
  std::size_t error_offset_ = 0;
  std::string error_message_;
};

// The last part of the JSON Pointer of the `index`-th child of `parent`,
// without "/".
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
  TreeBuilder builder(text, scan, max_depth, problems);
  if (!builder.Build()) return std::nullopt;
  return std::move(builder.root());
}

std::string PointerAt(const JsonNode& root, std::size_t offset) {
  std::string pointer;
  for (const JsonNode* node = &root; !node->children.empty();) {
    // The last child that begins at or before `offset`. Members that were added
    // from another text are not in the order of their offsets.
    const JsonNode* child = nullptr;
    for (const JsonNode& each : node->children) {
      if (each.key_offset <= offset &&
          (child == nullptr || each.key_offset >= child->key_offset)) {
        child = &each;
      }
    }
    if (child == nullptr || offset == node->offset) break;
    const auto index = static_cast<std::size_t>(child - node->children.data());
    pointer += '/' + PointerStep(*node, index);
    node = &node->children[index];
    if (offset <= node->offset) break;
  }
  return pointer;
}

}  // namespace busyhour::internal
