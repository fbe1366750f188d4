#include "read/json_check.h"

#include <cstddef>
#include <string>

#include "base/ascii.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kMaxNesting = 1024;

class JsonCheck {
 public:
  explicit JsonCheck(std::string_view text) : text_(text) {}

  bool Holds() {
    // The open brackets, outermost first: `{` or `[`.
    std::string open;
    for (;;) {
      if (!Value(open)) return false;
      // Here a value is complete.
      for (;;) {
        if (open.empty()) return Peek() == '\0' && at_ == text_.size();
        const char c = Next();
        if (c == ',') {
          if (open.back() == '{' && !Name()) return false;
          break;
        }
        if (c != (open.back() == '{' ? '}' : ']')) return false;
        open.pop_back();
      }
    }
  }

 private:
  // The next byte that is not blank, or 0 at the end.
  char Peek() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' ||
                                  text_[at_] == '\r' || text_[at_] == '\n')) {
      ++at_;
    }
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  char Next() {
    const char c = Peek();
    if (at_ < text_.size()) ++at_;
    return c;
  }

  // Reads a scalar, or an empty object or array. Of any other value, reads only
  // up to the end of its first scalar or first empty value, and adds the open
  // brackets to `open`.
  bool Value(std::string& open) {
    for (;;) {
      const char c = Peek();
      if (c == '"') return String();
      if (c != '{' && c != '[') return Literal();
      ++at_;
      if (Peek() == (c == '{' ? '}' : ']')) {
        ++at_;
        return true;
      }
      if (open.size() == kMaxNesting) return false;
      open += c;
      if (c == '{' && !Name()) return false;
    }
  }

  bool Name() { return Peek() == '"' && String() && Next() == ':'; }

  bool String() {
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c == '"') {
        ++at_;
        return true;
      }
      if (c != '\\') continue;
      if (++at_ == text_.size()) return false;
      if (text_[at_] == 'u') {
        for (int i = 0; i < 4; ++i) {
          if (++at_ >= text_.size() || HexDigit(text_[at_]) < 0) return false;
        }
      } else if (std::string_view("\"\\/bfnrt").find(text_[at_]) ==
                 std::string_view::npos) {
        return false;
      }
    }
    return false;
  }

  bool Literal() {
    for (const std::string_view word : {"true", "false", "null"}) {
      if (text_.substr(at_).starts_with(word)) {
        at_ += word.size();
        return true;
      }
    }
    if (at_ < text_.size() && text_[at_] == '-') ++at_;
    const bool is_zero = at_ < text_.size() && text_[at_] == '0';
    const std::size_t whole = Digits();
    if (whole == 0 || (is_zero && whole > 1)) return false;
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      if (Digits() == 0) return false;
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
      if (Digits() == 0) return false;
    }
    return true;
  }

  std::size_t Digits() {
    const std::size_t from = at_;
    while (at_ < text_.size() && IsDigit(text_[at_])) ++at_;
    return at_ - from;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

bool IsJson(std::string_view text) { return JsonCheck(text).Holds(); }

}  // namespace busyhour::internal
