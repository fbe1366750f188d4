#include "encode/json_writer.h"

namespace busyhour::internal {

std::string JsonWriter::Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

void JsonWriter::Member(std::string_view key, std::string_view json) {
  Begin(key);
  text_ += json;
}

void JsonWriter::List(std::string_view key,
                      std::span<const std::string> items) {
  OpenList(key);
  for (const std::string& item : items) Member("", item);
  CloseList();
}

void JsonWriter::Open(std::string_view key, char bracket) {
  Begin(key);
  text_ += bracket;
  ++depth_;
  is_first_ = true;
}

void JsonWriter::Close(char bracket) {
  --depth_;
  NewLine();
  text_ += bracket;
  is_first_ = false;
}

void JsonWriter::Begin(std::string_view key) {
  if (!is_first_) text_ += ',';
  if (depth_ > 0) NewLine();
  is_first_ = false;
  if (!key.empty()) text_ += Quoted(key) + ": ";
}

}  // namespace busyhour::internal
