#include "read/json_pointer.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace busyhour::internal {
namespace {

// The name without the escape sequences of RFC 6901; nothing if one is invalid.
std::optional<std::string> Unescaped(std::string_view name) {
  std::string plain;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '~') {
      plain += name[i];
      continue;
    }
    if (++i == name.size() || (name[i] != '0' && name[i] != '1')) {
      return std::nullopt;
    }
    plain += name[i] == '0' ? '~' : '/';
  }
  return plain;
}

std::optional<int> ObjectOf(const ReceivedRecord& record,
                            const std::vector<std::string>& pointer,
                            std::size_t names) {
  int object = 0;
  for (std::size_t i = 0; i < names; ++i) {
    const auto next =
        std::find_if(record.objects.begin(), record.objects.end(),
                     [&](const ReceivedRecord::Object& each) {
                       return each.parent == object && each.key == pointer[i];
                     });
    if (next == record.objects.end()) return std::nullopt;
    object = static_cast<int>(next - record.objects.begin());
  }
  return object;
}

}  // namespace

std::optional<std::vector<std::string>> ReadPointer(std::string_view text) {
  if (text.size() < 2 || text[0] != '/') return std::nullopt;
  std::vector<std::string> names;
  std::size_t begin = 1;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find('/', begin), text.size());
    auto name = Unescaped(text.substr(begin, end - begin));
    if (!name || name->empty()) return std::nullopt;
    names.push_back(std::move(*name));
    begin = end + 1;
  }
  return names;
}

std::string PointerText(const std::vector<std::string>& pointer) {
  std::string text;
  for (const std::string& name : pointer) {
    text += '/';
    for (const char c : name) {
      if (c == '~') {
        text += "~0";
      } else if (c == '/') {
        text += "~1";
      } else {
        text += c;
      }
    }
  }
  return text;
}

std::optional<int> ObjectAt(const ReceivedRecord& record,
                            const std::vector<std::string>& pointer) {
  return ObjectOf(record, pointer, pointer.size());
}

const ReceivedRecord::Value* ValueAt(const ReceivedRecord& record,
                                     const std::vector<std::string>& pointer) {
  const std::optional<int> object =
      ObjectOf(record, pointer, pointer.size() - 1);
  if (!object) return nullptr;
  for (const ReceivedRecord::Value& value : record.values) {
    if (value.object == *object && value.name == pointer.back()) return &value;
  }
  return nullptr;
}

}  // namespace busyhour::internal
