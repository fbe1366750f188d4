#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace busyhour::internal {

/// Writes JSON for people: one member or element per line, indented. Elements
/// of a list have an empty key.
class JsonWriter {
 public:
  /// `text` as a JSON string. It must not contain control characters.
  static std::string Quoted(std::string_view text);

  void Open(std::string_view key) { Open(key, '{'); }
  void Close() { Close('}'); }
  void OpenList(std::string_view key) { Open(key, '['); }
  void CloseList() { Close(']'); }
  /// `json` is inserted unchanged.
  void Member(std::string_view key, std::string_view json);
  void Text(std::string_view key, std::string_view text) {
    Member(key, Quoted(text));
  }
  /// `items` are inserted unchanged.
  void List(std::string_view key, std::span<const std::string> items);
  std::string Take() { return std::move(text_); }

 private:
  void Open(std::string_view key, char bracket);
  void Close(char bracket);
  void Begin(std::string_view key);
  void NewLine() { text_.append(1, '\n').append(2 * depth_, ' '); }

  std::string text_;
  std::size_t depth_ = 0;
  bool is_first_ = true;
};

}  // namespace busyhour::internal
